"""Agreement of two readers' marks on a few recordings, by plain counting, numpy, scikit-learn and statsmodels.

    python3 Tests/Oracles/mark_agreement.py > Tests/Golden/Agreement/marks.jsonl

One line a table: "recordings" as [rate, samples], "first" and "second" as a list a recording of [sample, end or null, code, name], and what is to be found:
beats that are each other's nearest within 150 ms by trying all pairs, kappa of their kinds (scikit-learn) with its standard error (statsmodels); seconds in
spans of both and of either by a mask of samples; differences of onsets and ends (numpy, SD with n - 1). Needs numpy, scikit-learn, statsmodels.
"""

import json
import random

import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

CODES = {"N": 1, "V": 5, "A": 8, "(": 39, ")": 40, "+": 28}
NAMES = ["AFIB", "VT"]


def number(value):
    return None if value is None or not np.isfinite(value) else float(f"{value:.12g}")


def mutual(first, second, limit):
    """Pairs that are each other's nearest; times are all different, so that no rule for ties is needed."""
    pairs = []
    for i, a in enumerate(first):
        if not second:
            continue
        j = min(range(len(second)), key=lambda k: abs(second[k] - a))
        if min(range(len(first)), key=lambda k: abs(first[k] - second[j])) == i and abs(second[j] - a) <= limit:
            pairs.append((i, j))
    return pairs


def drawn(rng, rate, count):
    """One reader's truth: beats about 0.8 s apart, an onset and an end around each, two kinds of spans that do not overlap in kind."""
    beats, t = [], rate // 2
    while t < count - rate:
        beats.append(t)
        t += int(rate * rng.uniform(0.5, 1.1))
    kinds = [rng.choice("NNNNVA") for _ in beats]
    spans = []
    for name in NAMES:
        t = rng.randrange(rate, 4 * rate)
        while t < count - 6 * rate:
            end = t + rng.randrange(rate, 5 * rate)
            spans.append((t, end, name))
            t = end + rng.randrange(rate, 6 * rate)
    return beats, kinds, spans


def marks(rng, truth, rate, count, is_second):
    beats, kinds, spans = truth
    out = []
    for beat, kind in zip(beats, kinds):
        if rng.random() < 0.08:
            continue
        at = beat + (rng.choice([-1, 1]) * rng.randrange(1, rate // 10) if is_second else 0)
        code = rng.choice("NVA") if is_second and rng.random() < 0.2 else kind
        out.append([at - rate // 25 - (rng.randrange(0, rate // 30) if is_second else 0), None, CODES["("], ""])
        out.append([at, None, CODES[code], ""])
        out.append([at + rate // 25 + (rng.randrange(0, rate // 30) if is_second else 0), None, CODES[")"], ""])
    for start, end, name in spans:
        if rng.random() < 0.15:
            continue
        shift = rng.randrange(0, rate // 2) if is_second else 0
        out.append([start + shift, min(count - 1, end + shift // 2), CODES["+"], name])
    return sorted(out, key=lambda m: (m[0], m[2]))


def table(seed):
    rng = random.Random(seed)
    recordings = [(rng.choice([250, 360, 500]), rng.randrange(20, 60)) for _ in range(rng.randrange(1, 4))]
    recordings = [(rate, rate * seconds) for rate, seconds in recordings]
    readers = [[], []]
    matched = only_a = only_b = 0
    kinds_a, kinds_b = [], []
    both, either = {n: 0.0 for n in NAMES}, {n: 0.0 for n in NAMES}
    differences = {"(": [], ")": []}
    beat_codes = [CODES[c] for c in "NVA"]
    for rate, count in recordings:
        truth = drawn(rng, rate, count)
        one, other = [marks(rng, truth, rate, count, second) for second in (False, True)]
        readers[0].append(one)
        readers[1].append(other)
        limit = int(0.15 * rate + 0.5)
        beats = [[m for m in reader if m[2] in beat_codes] for reader in (one, other)]
        pairs = mutual([m[0] for m in beats[0]], [m[0] for m in beats[1]], limit)
        matched += len(pairs)
        only_a += len(beats[0]) - len(pairs)
        only_b += len(beats[1]) - len(pairs)
        kinds_a += [beats[0][i][2] for i, _ in pairs]
        kinds_b += [beats[1][j][2] for _, j in pairs]
        for name in NAMES:
            masks = []
            for reader in (one, other):
                mask = np.zeros(count, bool)
                for start, end, code, span in reader:
                    if code == CODES["+"] and span == name:
                        mask[start:end] = True
                masks.append(mask)
            both[name] += (masks[0] & masks[1]).sum() / rate
            either[name] += (masks[0] | masks[1]).sum() / rate
        for symbol in differences:
            sides = [[m[0] for m in reader if m[2] == CODES[symbol]] for reader in (one, other)]
            differences[symbol] += [(sides[1][j] - sides[0][i]) * 1000 / rate for i, j in mutual(sides[0], sides[1], limit)]
    labels = sorted(set(kinds_a) | set(kinds_b))
    counts = np.zeros((len(labels), len(labels)))
    for a, b in zip(kinds_a, kinds_b):
        counts[labels.index(a), labels.index(b)] += 1
    kappa = cohens_kappa(counts)
    assert abs(kappa.kappa - cohen_kappa_score(kinds_a, kinds_b)) < 1e-12
    return {
        "recordings": [list(r) for r in recordings], "first": readers[0], "second": readers[1],
        "matched": matched, "only_a": only_a, "only_b": only_b, "counts": counts.astype(int).tolist(), "kappa": number(kappa.kappa), "se": number(kappa.std_kappa),
        "spans": {n: [number(both[n]), number(either[n])] for n in NAMES if either[n] > 0},
        "boundaries": {s: [len(d), number(np.mean(d)), number(np.std(d, ddof=1))] for s, d in differences.items()},
    }


for seed in range(12):
    print(json.dumps(table(seed), separators=(",", ":")))
