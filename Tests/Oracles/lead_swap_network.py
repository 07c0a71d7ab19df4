"""Trains the networks that suspect exchanged electrodes, writes their weights and golden values, and says how well they do.

    python Tests/Oracles/lead_swap_network.py train SHARED/ecg [--seeds 3] [--epochs 120]   # -> .build/lead-swap.pt (an hour or less on one core)
    python Tests/Oracles/lead_swap_network.py write     # .build/lead-swap.pt -> Sources/ECGSignal/Measurement/LeadSwapWeights.swift
    python Tests/Oracles/lead_swap_network.py golden    # the Swift file's weights -> Tests/Golden/ECGSignal/lead-swap.json
    python Tests/Oracles/lead_swap_network.py evaluate SHARED/ecg                           # figures like those of docs/lead-swaps.md

Needs numpy, and torch for train and write. Beats are averaged here as MedianBeats does, shapes made as BeatOutline does.
LeadSwapTests and the tables of docs/lead-swaps.md judge the beats that Measurements finds, which are cleaner.
Trained on ptbxl (PTB-XL, Wagner et al. 2020, CC BY 4.0) alone; ludb, challenge and ptbxl-raw are for judging.
"""

import base64
import glob
import json
import os
import re
import sys

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CHECKPOINT = os.path.join(ROOT, ".build", "lead-swap.pt")
WEIGHTS = os.path.join(ROOT, "Sources", "ECGSignal", "Measurement", "LeadSwapWeights.swift")
GOLDEN = os.path.join(ROOT, "Tests", "Golden", "ECGSignal", "lead-swap.json")
LEADS = ["I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"]
NAMES = ["as recorded", "RA-LA", "RA-LL", "LA-LL", "V1-V2", "V2-V3", "V3-V4", "V4-V5", "V5-V6"]
POINTS, BEFORE, STEP = 80, 29, 0.008
THRESHOLDS = np.array([0.6, 0.6, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])

# --- recordings and beats ---------------------------------------------------------------------------------------------------------------


def read(header, microvolts=False):
    """A WFDB record of 16-bit samples in one file: its rate and the twelve leads in millivolts."""
    lines = [line for line in open(header, encoding="latin1").read().splitlines() if line.strip() and not line.startswith("#")]
    count, rate = int(lines[0].split()[1]), float(lines[0].split()[2].split("/")[0])
    fields = [line.split() for line in lines[1 : count + 1]]
    offset = re.search(r"\+(\d+)", fields[0][1])
    raw = np.fromfile(os.path.join(os.path.dirname(header), fields[0][0]), dtype="<i2", offset=int(offset.group(1)) if offset else 0)
    raw = raw[: len(raw) // count * count].reshape(-1, count).astype(float)
    leads = {}
    for index, field in enumerate(fields):
        gain = re.match(r"([-\d.eE+]+)(?:\((-?\d+)\))?", field[2])
        scale, zero = (1000.0, 0.0) if microvolts else (float(gain.group(1)), float(gain.group(2) or field[4]))
        leads[field[-1].upper()] = (raw[:, index] - zero) / scale
    return rate, np.stack([leads[lead] for lead in LEADS])


def r_peaks(x, rate):
    count, step, refractory = x.shape[1], max(1, int(0.008 * rate)), int(0.25 * rate)
    slopes = np.zeros(count)
    slopes[step : count - step] = np.abs(x[:, 2 * step :] - x[:, : -2 * step]).sum(0)
    half, total, index = max(1, int(0.05 * rate)), np.concatenate([[0], np.cumsum(slopes)]), np.arange(count)
    activity = (total[np.minimum(count, index + half + 1)] - total[np.maximum(0, index - half)]) / (2 * half + 1)
    block = max(1, int(2 * rate))
    maxima = [activity[start : start + block].max() for start in range(0, count, block)]
    around = [sorted(maxima[max(0, k - 4) : k + 5]) for k in range(len(maxima))]
    threshold = np.array([max(0.01, values[len(values) // 2] * 0.35) for values in around])[np.minimum(index // block, len(maxima) - 1)]
    middle, peaks = activity[1:-1], []
    for k in np.where((middle >= threshold[1:-1]) & (middle > activity[:-2]) & (middle >= activity[2:]))[0] + 1:
        if peaks and k - peaks[-1] < refractory:
            if activity[k] > activity[peaks[-1]]:
                peaks[-1] = k
        else:
            peaks.append(k)
    reach, tips = max(1, int(0.07 * rate)), []
    for k in peaks:
        left, right = max(0, k - reach), min(count - 1, k + reach)
        level = (x[:, left] + x[:, right]) / 2
        tip = left + int(np.abs(x[:, left : right + 1] - level[:, None]).sum(0).argmax())
        if not tips or tips[-1] < tip:
            tips.append(tip)
    return tips


def median_beat(x, rate):
    before, after = int(round(0.25 * rate)), int(round(0.55 * rate))
    whole = [k for k in r_peaks(x, rate) if k >= before and k + after < x.shape[1]]
    if len(whole) > 60:
        whole = [whole[index * len(whole) // 60] for index in range(60)]
    return (np.median(np.stack([x[:, k - before : k + after + 1] for k in whole]), 0), before) if whole else None


def shape(beat, rate, r):
    """BeatOutline: eighty points, 8 ms apart, about the middle of the QRS; baseline and gain taken away."""
    step, count = max(1, int(round(0.008 * rate))), beat.shape[1]
    slopes = np.zeros_like(beat)
    slopes[:, step : count - step] = beat[:, 2 * step :] - beat[:, : -2 * step]
    squares = slopes**2
    squares = (squares / (squares.sum(1, keepdims=True) + 1e-12)).sum(0)
    reach = int(round(0.1 * rate))
    near = np.arange(max(0, r - reach), min(count - 1, r + reach) + 1)
    middle = (near * squares[near]).sum() / max(squares[near].sum(), 1e-12)
    sums = np.concatenate([np.zeros((len(beat), 1)), np.cumsum(beat, 1)], 1)

    def integral(position):
        edge = np.clip(position + 0.5, 0, count)
        whole = np.minimum(edge.astype(int), count - 1)
        return sums[:, whole] + (edge - whole) * beat[:, whole]

    position = np.clip(middle + (np.arange(POINTS) - BEFORE) * STEP * rate, 0, count - 1)
    low, high = np.maximum(position - 0.006 * rate, -0.5), np.minimum(position + 0.006 * rate, count - 0.5)
    points = (integral(high) - integral(low)) / (high - low)
    points = points - np.median(points, 1, keepdims=True)
    points[:6] /= max(np.sqrt((points[:6] ** 2).mean()), 1e-6)
    points[6:] /= np.maximum(np.sqrt((points[6:] ** 2).mean(1, keepdims=True)), 1e-6)
    return points


def shapes(folder, source):
    """The shapes of all records of a source in which no lead is dead, with their names."""
    found, names = [], []
    for header in sorted(glob.glob(os.path.join(folder, source, "*.hea"))):
        rate, leads = read(header, microvolts=source == "ludb")
        beat = median_beat(leads, rate)
        if beat and not (np.ptp(beat[0], axis=1) < 0.003).any():
            found.append(shape(beat[0], rate, beat[1]))
            names.append(os.path.basename(header)[:-4])
    return np.array(found), names


# --- arrangements -----------------------------------------------------------------------------------------------------------------------


def arrangement(pairs, turned=()):
    places, signs = list(range(12)), [1.0] * 12
    for first, second in pairs:
        places[first], places[second] = second, first
    for lead in turned:
        signs[lead] = -1.0
    return places, signs


ARRANGEMENTS = [
    arrangement([]),
    arrangement([(1, 2), (3, 4)], [0]),
    arrangement([(0, 2), (3, 5)], [0, 1, 2]),
    arrangement([(0, 1), (4, 5)], [2]),
] + [arrangement([(6 + k, 7 + k)]) for k in range(5)]
PLACES = np.array([places for places, _ in ARRANGEMENTS])
SIGNS = np.array([signs for _, signs in ARRANGEMENTS])

# --- the file of weights ----------------------------------------------------------------------------------------------------------------


def layers(state):
    """Each layer's weights as (inputs, outputs) in the order in which LeadSwapNetwork walks them, and its biases."""
    for name in ["c1", "c2", "c3"]:
        yield state[name + ".weight"].transpose(2, 1, 0).reshape(-1, state[name + ".weight"].shape[0]), state[name + ".bias"]
    dense = state["f1.weight"]
    yield dense.reshape(dense.shape[0], -1, POINTS // 8).transpose(2, 1, 0).reshape(-1, dense.shape[0]), state["f1.bias"]


def encoded(states):
    data = bytearray([len(states)])
    for state in states:
        for weights, bias in layers(state):
            scale = np.abs(weights).max(0).astype("<f4") / np.float32(127)
            data += bias.astype("<f4").tobytes() + scale.tobytes() + np.round(weights / scale).astype("i1").tobytes()
        data += state["f2.weight"][0].astype("<f4").tobytes() + state["f2.bias"].astype("<f4").tobytes()
    return bytes(data)


def write():
    import torch

    states = [{name: value.numpy() for name, value in state.items()} for state in torch.load(CHECKPOINT)]
    text = base64.b64encode(encoded(states)).decode()
    rows = "\n".join("    " + text[start : start + 132] for start in range(0, len(text), 132))
    with open(WEIGHTS, "w") as file:
        file.write(
            "import Foundation\n\n"
            "/// The weights of ``LeadSwapNetwork``, written by Tests/Oracles/lead_swap_network.py; see ``LeadSwapNetwork/ensemble(_:)`` for their form.\n"
            "///\n"
            "/// Trained on 1608 recordings of PTB-XL (Wagner et al., Sci Data 7:154, 2020), CC BY 4.0; docs/lead-swaps.md says how well they do.\n"
            "enum LeadSwapWeights {\n"
            "  static let bytes = [UInt8](Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())\n\n"
            f'  private static let text = """\n{rows}\n    """\n}}\n'
        )


def shipped():
    """The networks of the Swift file, as lists of (weights, bias) in single precision."""
    text = open(WEIGHTS).read()
    data, at = base64.b64decode("".join(text[text.index('"""') + 3 : text.rindex('"""')].split())), 1
    networks = []
    for _ in range(data[0]):
        network = []
        for inputs, outputs in [(7 * 12, 16), (5 * 16, 16), (5 * 16, 32), (320, 16)]:
            bias, scale = np.frombuffer(data, "<f4", outputs, at), np.frombuffer(data, "<f4", outputs, at + 4 * outputs)
            weights = np.frombuffer(data, "i1", inputs * outputs, at + 8 * outputs).reshape(inputs, outputs) * scale
            at += 8 * outputs + inputs * outputs
            network.append((weights, bias))
        network.append((np.frombuffer(data, "<f4", 16, at), np.frombuffer(data, "<f4", 1, at + 64)))
        at += 68
        networks.append(network)
    return networks


def log_probabilities(points, networks):
    """Of a batch of shapes (n, 12, points): the mean of the networks' log probabilities of the nine arrangements."""
    x = np.arcsinh(3 * points) / 1.5
    total = 0
    for network in networks:
        scores = []
        for places, signs in ARRANGEMENTS:
            y = (x[:, places] * np.array(signs)[None, :, None]).transpose(0, 2, 1)
            for (weights, bias), width in zip(network[:3], [7, 5, 5]):
                padded = np.pad(y, ((0, 0), (width // 2, width // 2), (0, 0)))
                windows = [padded[:, point : point + y.shape[1] : 2] for point in range(width)]
                y = np.maximum(np.concatenate(windows, 2) @ weights + bias, 0)
            hidden = np.maximum(y.reshape(len(y), -1) @ network[3][0] + network[3][1], 0)
            scores.append(hidden @ network[4][0] + network[4][1])
        scores = np.stack(scores, 1)
        scores -= scores.max(1, keepdims=True)
        total = total + (scores - np.log(np.exp(scores).sum(1, keepdims=True))) / len(networks)
    return total


# --- golden values ----------------------------------------------------------------------------------------------------------------------


def formula(rate, turn):
    """Twelve leads of one beat: five bell-shaped waves whose sizes follow from the number of the lead."""
    time = np.arange(int(0.8 * rate) + 1) / rate - 0.25
    waves = [(-0.16, 0.025), (-0.025, 0.01), (0.0, 0.012), (0.03, 0.011), (0.26, 0.05)]
    sizes = [[np.sin(1.7 * lead + 2.3 * wave + turn) * (0.15, 0.3, 1.2, 0.6, 0.35)[wave] for wave in range(5)] for lead in range(12)]
    return np.array([sum(size * np.exp(-(((time - at) / width) ** 2)) for size, (at, width) in zip(row, waves)) for row in sizes])


def golden():
    cases, networks = [], shipped()
    for rate, turn in [(250.0, 0.0), (257.0, 0.9), (500.0, 2.1), (1000.0, 4.0)]:
        points = shape(formula(rate, turn), rate, int(round(0.25 * rate)))
        logs = log_probabilities(points[None], networks)[0]
        cases.append({"rate": rate, "turn": turn, "points": points[:, ::13].flatten().tolist(), "logProbabilities": logs.tolist()})
    with open(GOLDEN, "w") as file:
        json.dump(cases, file)
        file.write("\n")


# --- judging ----------------------------------------------------------------------------------------------------------------------------


def trust(points):
    """Half where another beat shares the window: see LeadSwapAssessment."""
    squares = (points[:, :, 2:] - points[:, :, :-2]) ** 2
    squares = squares / (squares.sum(2, keepdims=True) + 1e-9)
    near = np.abs((np.arange(1, POINTS - 1) - BEFORE) * STEP) <= 0.104
    return np.where(squares[:, :, ~near].sum((1, 2)) / squares.sum((1, 2)) > 0.18, 0.5, 1.0)


def evaluate(folder):
    networks, everything = shipped(), []
    for source in ["ludb", "challenge", "ptbxl-raw", "ptbxl"]:
        points, names = shapes(folder, source)
        if source == "challenge":
            # HR names are PTB-XL's, which the networks have seen.
            keep = [not name.startswith("HR") for name in names]
            points, names = points[keep], [name for name, kept in zip(names, keep) if kept]
        logs = np.stack([log_probabilities(points[:, p] * np.array(s)[None, :, None], networks) for p, s in ARRANGEMENTS], 1)
        logs *= trust(points)[:, None, None]
        if source in ("ludb", "challenge"):
            everything.append(logs)
        report(source, logs, names)
    report("ludb and challenge", np.concatenate(everything), None)


def report(title, logs, names):
    """logs: record, what was done to it, arrangement."""
    odds = logs[:, :, 1:] - logs[:, :, :1]
    score = 1 / (1 + np.exp(-odds))
    count = len(score)
    best = score.argmax(2)
    suspected = score.max(2) >= THRESHOLDS[best]
    alarms = np.where(suspected[:, 0])[0]
    print(f"{title} n={count}: {len(alarms)} false alarms at the shipped thresholds ({100 * len(alarms) / count:.1f} %)")
    for swap, name in enumerate(NAMES[1:]):
        limit = np.sort(score[:, 0, swap])[::-1][count // 100]
        one_percent = (score[:, swap + 1, swap] > limit).mean()
        found = (best[:, swap + 1] == swap) & suspected[:, swap + 1]
        print(f"  {name}: {one_percent:.3f} at 1 % false alarms (score {limit:.3f}), {found.mean():.3f} named at the shipped threshold")
    for index in alarms if names else []:
        print(f"    {names[index]}: {NAMES[1 + score[index, 0].argmax()]} {score[index, 0].max():.3f}")


if __name__ == "__main__":
    if sys.argv[1] == "train":
        from lead_swap_training import train

        option = dict(zip(sys.argv[3::2], sys.argv[4::2]))
        train(shapes(sys.argv[2], "ptbxl")[0], CHECKPOINT, int(option.get("--seeds", 3)), int(option.get("--epochs", 120)))
    elif sys.argv[1] == "evaluate":
        evaluate(sys.argv[2])
    else:
        {"write": write, "golden": golden}[sys.argv[1]]()
