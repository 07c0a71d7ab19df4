"""Trains the network that finds waves, and writes Sources/CWaveNetwork/waves.weights.

    python train_waves.py LUDB_FOLDER --steps 4000 --output waves.weights

LUDB_FOLDER holds records with the readers' marks of every lead (.i .ii ... .v6). The records are sorted by number, and the last third is kept out.
Needs numpy, wfdb and torch. The same seed gives nearly, not exactly, the same weights: sums on another machine are rounded otherwise.
What is learnt is where readers put boundaries; no sample of the recordings goes into the weights' file.
"""
import argparse
import glob
import os
import re

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import wfdb

RATE = 250.0
WINDOW = 1536
LEADS = ["i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]
WAVES = {"p": 0, "N": 1, "t": 2}


# --- Recordings: the same steps as Sources/ECGSignal/Measurement/WaveInput.swift

def resample(samples, rate, cutoff=60.0, half=0.02):
    """[time, leads] at 250 Hz: a windowed sinc, taken where the new samples lie."""
    count = int(np.floor((len(samples) - 1) * RATE / rate)) + 1
    reach = int(np.ceil(half * rate))
    position = np.arange(count) * rate / RATE
    index = np.floor(position).astype(int)[:, None] + np.arange(-reach, reach + 1)[None]
    time = (index - position[:, None]) / rate
    weights = np.sinc(2 * cutoff * time) * np.where(abs(time) < half + 1e-9, np.cos(np.pi * time / (2 * half)) ** 2, 0)
    weights /= weights.sum(1, keepdims=True)
    return np.einsum("mk,mkl->lm", weights, samples[np.clip(index, 0, len(samples) - 1)])


def moving_mean(x, half):
    count = x.shape[1]
    sums = np.concatenate([np.zeros((len(x), 1)), np.cumsum(x, 1)], 1)
    index = np.arange(count)
    first, end = np.maximum(0, index - half), np.minimum(count, index + half + 1)
    return (sums[:, end] - sums[:, first]) / (end - first)


def without_drift(x, half=75):
    return x - moving_mean(moving_mean(x, half), half)


def sizes(x, second=250):
    """The standard deviation that three of four seconds stay below."""
    blocks = x.shape[1] // second
    deviations = np.sort(x[:, : blocks * second].reshape(len(x), blocks, second).std(2), 1)
    return deviations[:, int(0.75 * (blocks - 1) + 0.5)]


def marks(path, lead):
    """Rows of wave, onset, peak, offset in samples at 250 Hz; NaN where a bracket is missing."""
    annotation = wfdb.rdann(path, lead)
    symbols, samples = annotation.symbol, annotation.sample
    rows = []
    for i, symbol in enumerate(symbols):
        if symbol not in WAVES:
            continue
        onset = samples[i - 1] if i > 0 and symbols[i - 1] == "(" else np.nan
        offset = samples[i + 1] if i + 1 < len(symbols) and symbols[i + 1] == ")" else np.nan
        rows.append([WAVES[symbol], onset / 2, samples[i] / 2, offset / 2])
    return np.array(rows, float).reshape(-1, 4)


def beats(lead_marks):
    """One row a beat: P on, P off, QRS on, QRS off, T off over the leads; NaN where few leads show the wave."""
    complexes = sorted((p, a, b) for rows in lead_marks for w, a, p, b in rows if w == 1 and a == a and b == b)
    groups = []
    for c in complexes:
        if groups and c[0] - groups[-1][0][0] <= 37 and c[0] - groups[-1][-1][0] <= 30:
            groups[-1].append(c)
        else:
            groups.append([c])
    result = []
    for group in groups:
        if len(group) < 4:
            continue
        on, off = np.percentile([c[1] for c in group], 10), np.percentile([c[2] for c in group], 90)
        whole = [r for rows in lead_marks for r in rows if r[1] == r[1] and r[3] == r[3]]
        p = [(r[1], r[3]) for r in whole if r[0] == 0 and on - 100 < r[1] < on and r[3] <= on + 5]
        t = [r[3] for r in whole if r[0] == 2 and off - 5 < r[1] and r[3] < off + 150]
        p_on = np.percentile([a for a, _ in p], 10) if len(p) >= 3 else np.nan
        p_off = min(np.percentile([b for _, b in p], 90), on - 1) if len(p) >= 3 else np.nan
        result.append([p_on, p_off, on, off, np.percentile(t, 90) if len(t) >= 3 else np.nan])
    return result


def load(folder):
    paths = sorted((f[:-4] for f in glob.glob(os.path.join(folder, "*.hea"))), key=lambda p: int(re.sub(r"\D", "", os.path.basename(p))))
    records = []
    for path in paths:
        raw = wfdb.rdrecord(path, physical=False)
        samples = without_drift(resample(raw.d_signal.astype(float) / 1000, raw.fs))
        lead_marks = [marks(path, lead) for lead in LEADS]
        edges = np.concatenate([rows[:, 1:].ravel() for rows in lead_marks])
        records.append(dict(
            samples=samples.astype(np.float32), sizes=sizes(samples), marks=lead_marks, beats=beats(lead_marks),
            first=np.nanmin(edges), last=np.nanmax(edges), has_p=any((rows[:, 0] == 0).any() for rows in lead_marks)))
    return records


# --- Augmentation: other rates, rhythms, polarities and disturbances than the records have

def warp(record, rng):
    """Knots of a piecewise linear map of time: diastole, P, PR, QRS and ST-T each by a factor of its own."""
    end = record["samples"].shape[1] - 1.0
    if not record["beats"] or rng.random() > 0.6:
        return np.array([0.0, end]), np.array([0.0, end * np.exp(rng.normal(0, 0.12))])
    base = rng.choice([0.35, 0.6, 1, 1, 1.6, 3.5]) if rng.random() < 0.5 else 1.0
    f_tp, f_st, f_q = base * np.exp(rng.normal(0, 0.1)), np.exp(rng.normal(0, 0.15)) * base**0.35, np.exp(rng.normal(0, 0.08))
    f_pr, irregular, f_p = np.exp(rng.normal(0, 0.18)), rng.choice([0, 0, 0.15, 0.4]), np.exp(rng.normal(0, 0.08))
    knots, factors = [0.0], []

    def piece(to, factor, least=1):
        if to > knots[-1] + least:
            knots.append(to)
            factors.append(factor)

    for p_on, p_off, on, off, t_off in record["beats"]:
        jitter = np.exp(rng.normal(0, irregular)) if irregular else 1
        piece(p_on if p_on == p_on else on - 15, f_tp * jitter, 2)
        if p_on == p_on:
            piece(p_off, f_p)
        piece(on, f_pr if p_on == p_on else 1)
        piece(off, f_q)
        piece(t_off if t_off == t_off else off + 60, f_st)
    piece(end, f_tp, 0)
    return np.array(knots), np.concatenate([[0], np.cumsum(np.diff(knots) * factors)])


def flatten(x, first, last):
    """Puts a straight line in place of a stretch."""
    x[:, first : last + 1] = np.linspace(0, 1, last - first + 1) * (x[:, last] - x[:, first])[:, None] + x[:, first][:, None]


def fibrillate(x, y, record, at, rng):
    """Takes P waves away and mostly adds unrest of the atria."""
    for p_on, p_off, *_ in record["beats"]:
        first, last = (int(at(p_on)) - 5, int(at(p_off)) + 3) if p_on == p_on else (-1, -1)
        if first >= 1 and last < WINDOW - 1:
            flatten(x, first, last)
    y[:, 0] = 0
    if rng.random() < 0.7:
        drift = 1.2 * np.sin(2 * np.pi * rng.uniform(0.2, 0.6) * np.arange(WINDOW) / RATE + rng.uniform(0, 6))
        phase = 2 * np.pi * np.cumsum(rng.uniform(4.5, 8.5) + drift + rng.normal(0, 0.8, WINDOW).cumsum() * 0.02) / RATE
        x += (rng.normal(0, 1, 12) * rng.uniform(0.02, 0.25))[:, None] * (np.sin(phase) + 0.4 * np.sin(2 * phase + rng.uniform(0, 6)))


def add_ectopic_beats(x, y, record, at, rng):
    """Makes every so many beats wide, of another direction, and without a P wave."""
    gains, every = rng.normal(0, 1.5, (12, 1)), rng.choice([2, 3, 4, 7])
    which = rng.integers(every)
    for number, (p_on, p_off, on, off, t_off) in enumerate(record["beats"]):
        if number % every != which or t_off != t_off:
            continue
        first, last = int(at(on)) - 2, int(at(t_off)) + 3
        if first < 40 or last >= WINDOW - 1 or last - first < 20:
            continue
        line = np.outer(x[:, last] - x[:, first], np.linspace(0, 1, last - first + 1)) + x[:, first][:, None]
        end = (at(off) - first) / (last - first)
        wide_end = min(end * rng.uniform(1.4, 2.2), 0.6)
        u = np.linspace(0, 1, last - first + 1)
        source = np.where(u < wide_end, u * end / wide_end, end + (u - wide_end) * (1 - end) / (1 - wide_end)) * (last - first)
        grid = np.arange(last - first + 1)
        x[:, first : last + 1] = line + np.stack([np.interp(source, grid, row) for row in x[:, first : last + 1] - line]) * gains * 1.3
        y[:, :, first : last + 1] = np.stack([[np.interp(source, grid, row) for row in lead] for lead in y[:, :, first : last + 1].copy()])
        if p_on == p_on and int(at(p_on)) - 4 > 0:
            p_first, p_last = int(at(p_on)) - 4, int(at(p_off)) + 3
            flatten(x, p_first, p_last)
            y[:, 0, max(0, p_first - 5) : p_last + 6] = 0


def add_pacing(x, record, at, rng):
    gains, is_dual = rng.normal(0, 4, 12) * rng.choice([0.3, 1, 2]), rng.random() < 0.3
    for p_on, _, on, *_ in record["beats"]:
        for place in [at(on) - rng.uniform(0, 3)] + ([at(p_on) - 2] if is_dual and p_on == p_on else []):
            if 0 <= int(place) < WINDOW - 2:
                share = rng.random()
                x[:, int(place)] += gains * share
                x[:, int(place) + 1] += gains * (1 - share)


def disturb(x, lead_mask, loss_mask, rng):
    """Filters, noise, mains, drift, pops, and leads that are off."""
    time = np.arange(WINDOW) / RATE
    if rng.random() < 0.35:
        kernel = np.exp(-0.5 * (np.arange(-6, 7) / rng.uniform(0.8, 1.9)) ** 2)
        x = np.stack([np.convolve(row, kernel / kernel.sum(), "same") for row in x])
    if rng.random() < 0.5:
        x += rng.normal(0, 1, (12, WINDOW)) * (10 ** rng.uniform(-2.2, -0.7) * np.exp(rng.normal(0, 0.5, (12, 1))))
    if rng.random() < 0.2:
        burst = np.clip(np.sin(2 * np.pi * np.arange(WINDOW) / rng.uniform(300, 1500) + rng.uniform(0, 6)) + 0.3, 0, None)
        muscle = np.diff(rng.normal(0, 1, (12, WINDOW + 1)), axis=1) * burst
        x += muscle * (rng.random((12, 1)) < 0.4) * 10 ** rng.uniform(-1.3, -0.2)
    if rng.random() < 0.15:
        mains = np.sin(2 * np.pi * rng.choice([50, 60]) * time + rng.uniform(0, 6, (12, 1)))
        x += mains * 10 ** rng.uniform(-1.5, -0.3) * np.exp(rng.normal(0, 0.6, (12, 1))) * 0.3
    if rng.random() < 0.3:
        for _ in range(2):
            x += np.sin(2 * np.pi * rng.uniform(0.1, 0.7) * time + rng.uniform(0, 6, (12, 1))) * rng.normal(0, 0.8, (12, 1))
    if rng.random() < 0.12:
        for _ in range(rng.integers(1, 4)):
            lead, start, tau = rng.integers(12), rng.integers(WINDOW), rng.uniform(3, 120)
            x[lead, start:] += rng.normal(0, 12) * np.exp(-np.arange(WINDOW - start) / tau)
    if rng.random() < 0.25:
        off = rng.permutation(12)[rng.integers(1, 12) :]
        lead_mask[off] = 0
    if rng.random() < 0.1:
        lead = rng.integers(12)
        x[lead] = rng.normal(0, 1, WINDOW) * rng.choice([0.05, 1])
        loss_mask[lead] = 0
    x = without_drift(x)
    x /= np.maximum(sizes(x)[:, None], 0.05)
    return x * np.exp(rng.normal(0, 0.12, (12, 1)))


def example(record, rng):
    """One augmented window: samples [12, time], truth [12, wave, time], where the truth is known [12, time], leads that are there [12]."""
    source, target = warp(record, rng)
    low, high = np.interp([record["first"], record["last"]], source, target)
    if high - low > WINDOW - 120:
        start = rng.uniform(min(low - 60, 0), max(high - WINDOW + 60, low - 60 + 1))
    else:
        start = rng.uniform(high - WINDOW, low)
    at = lambda place: np.interp(place, source, target) - start
    time = start + np.arange(WINDOW)
    outside = (time < 0) | (time > target[-1])
    place = np.interp(time, target, source)
    whole = np.clip(np.floor(place).astype(int), 0, record["samples"].shape[1] - 2)
    share = (place - whole).astype(np.float32)
    x = (record["samples"][:, whole] * (1 - share) + record["samples"][:, whole + 1] * share).astype(np.float64)
    x[:, outside] = 0
    x /= record["sizes"][:, None] + 1e-9
    y, known = np.zeros((12, 3, WINDOW), np.float32), np.zeros((12, WINDOW), np.float32)
    ticks = np.arange(WINDOW)
    for lead, rows in enumerate(record["marks"]):
        if not len(rows):
            continue
        places = np.where(np.isnan(rows[:, 1:]), np.nan, at(rows[:, 1:]))
        # Readers left a lead's first and last beats unmarked.
        known[lead] = (ticks >= np.nanmin(places) - 3) & (ticks <= np.nanmax(places) + 3)
        for wave, (on, peak, off) in zip(rows[:, 0].astype(int), places):
            if np.isnan(on) or np.isnan(off):
                known[lead, max(0, int(peak) - 30) : max(0, int(peak) + 30)] = 0
                continue
            first, end = max(0, int(on) - 1), min(WINDOW, int(off) + 3)
            if end > first:
                inside = np.minimum(np.clip(ticks[first:end] - on + 0.5, 0, 1), np.clip(off - ticks[first:end] + 0.5, 0, 1))
                y[lead, wave, first:end] = np.maximum(y[lead, wave, first:end], inside)
    known[:, outside] = 0
    if record["beats"] and rng.random() < 0.08:
        fibrillate(x, y, record, at, rng)
    if record["beats"] and rng.random() < 0.12:
        add_ectopic_beats(x, y, record, at, rng)
    if record["beats"] and rng.random() < 0.06:
        add_pacing(x, record, at, rng)
    x *= np.where(rng.random(12) < 0.25, -1.0, 1.0)[:, None]
    lead_mask = np.ones(12, np.float32)
    x = np.clip(disturb(x, lead_mask, known, rng), -12, 12) * lead_mask[:, None]
    return x.astype(np.float32), y, known * lead_mask[:, None], lead_mask


# --- The network: the same as Sources/ECGSignal/Measurement/WaveNetwork.swift

def block(inputs, outputs, taps, stride=1, padding=None, dilation=1, rectify=True):
    padding = dilation * (taps - 1) // 2 if padding is None else padding
    layers = [nn.Conv1d(inputs, outputs, taps, stride, padding, dilation, bias=False), nn.BatchNorm1d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU()] if rectify else []))


class WaveNetwork(nn.Module):
    ORDER = "stem d1 e2 t0 t1 t1b t2 t2b t3 t3b t3c u2 u1 u0 ctx e3 e4 up head".split()

    def __init__(self, width=32, trunk=64):
        super().__init__()
        self.stem, self.d1, self.e2 = block(1, width, 16, 4, 6), block(width, width, 4, 2, 1), block(width, width, 3)
        self.t0 = block(2 * width, trunk, 3)
        self.t1, self.t1b = block(trunk, trunk, 4, 2, 1), block(trunk, trunk, 3)
        self.t2, self.t2b = block(trunk, trunk, 4, 2, 1), block(trunk, trunk, 3)
        self.t3, self.t3b, self.t3c = block(trunk, trunk, 4, 2, 1), block(trunk, trunk, 3), block(trunk, trunk, 3, dilation=2)
        self.u2, self.u1, self.u0 = block(trunk, trunk, 3), block(trunk, trunk, 3), block(trunk, trunk, 3)
        self.ctx = nn.Conv1d(trunk, width, 1)
        self.e3, self.e4 = block(width, width, 3, rectify=False), block(width, width, 3, dilation=2)
        self.up, self.head = nn.Conv1d(width, 2 * width, 1), nn.Conv1d(width, 12, 3, padding=1)

    def forward(self, x, lead_mask):
        batch, leads, length = x.shape
        fine = self.stem(x.reshape(batch * leads, 1, length))
        coarse = self.e2(self.d1(fine))
        _, width, rows = coarse.shape
        seen = coarse.reshape(batch, leads, width, rows) * lead_mask[:, :, None, None]
        mean = seen.sum(1) / lead_mask.sum(1).clamp(min=1)[:, None, None]
        t0 = self.t0(torch.cat([mean, seen.amax(1)], 1))
        t1 = self.t1b(self.t1(t0))
        t2 = self.t2b(self.t2(t1))
        t3 = self.t3c(self.t3b(self.t3(t2)))
        double = lambda z: torch.repeat_interleave(z, 2, 2)
        t2 = self.u2(t2 + double(t3))
        t1 = self.u1(t1 + double(t2))
        context = self.ctx(self.u0(t0 + double(t1)))
        joined = F.relu((self.e3(coarse).reshape(batch, leads, width, rows) + context[:, None]).reshape(batch * leads, width, rows))
        up = self.up(self.e4(joined)).reshape(batch * leads, 2, width, rows).permute(0, 2, 3, 1).reshape(batch * leads, width, 2 * rows)
        out = self.head(F.relu(up + fine))
        return out.reshape(batch, leads, 3, 4, length // 4).permute(0, 1, 2, 4, 3).reshape(batch, leads, 3, length)


def export(network, path):
    """Convolution after convolution, normalisation folded in: weights in half precision, biases in single."""
    network.eval()
    with open(path, "wb") as file:
        for name in WaveNetwork.ORDER:
            layer = getattr(network, name)
            convolution = layer[0] if isinstance(layer, nn.Sequential) else layer
            weight = convolution.weight.detach().double()
            bias = torch.zeros(len(weight)).double() if convolution.bias is None else convolution.bias.detach().double()
            if isinstance(layer, nn.Sequential):
                norm = layer[1]
                gain = norm.weight.detach().double() / torch.sqrt(norm.running_var.double() + norm.eps)
                bias = (bias - norm.running_mean.double()) * gain + norm.bias.detach().double()
                weight = weight * gain[:, None, None]
            file.write(weight.numpy().astype("<f2").tobytes() + bias.numpy().astype("<f4").tobytes())


def train(records, steps, seed, rate=4e-3, batch=8):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = WaveNetwork()
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-2)
    average = {k: v.clone() for k, v in network.state_dict().items()}
    # Records without P waves are few.
    chances = np.array([1.0 if record["has_p"] else 2.0 for record in records])
    chances /= chances.sum()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, step / 100) * (0.49 * (1 + np.cos(np.pi * step / steps)) + 0.02)
        examples = [example(records[rng.choice(len(records), p=chances)], rng) for _ in range(batch)]
        x, y, known, lead_mask = (torch.from_numpy(np.stack(part)) for part in zip(*examples))
        network.train()
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(x, lead_mask)
        loss = (F.binary_cross_entropy_with_logits(logits.float(), y, reduction="none") * known[:, :, None]).sum() / (known.sum() * 3 + 1)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        keep = min(0.998, step / (step + 50))
        with torch.no_grad():
            for k, v in network.state_dict().items():
                average[k].copy_(average[k] * keep + v * (1 - keep) if v.dtype.is_floating_point else v)
        if step % 100 == 99:
            print(step + 1, f"{loss.item():.4f}", flush=True)
    network.load_state_dict(average)
    return network


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", default="waves.weights")
    options = parser.parse_args()
    records = load(options.folder)
    export(train(records[: len(records) - len(records) // 3], options.steps, options.seed), options.output)
