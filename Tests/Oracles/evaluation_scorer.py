"""Figures of the challenge's scorer, thresholds and comparisons of random outputs, by numpy, scikit-learn and scipy.

    python3 Tests/Oracles/evaluation_scorer.py > Tests/Golden/Evaluation/evaluation.jsonl

The 27 x 27 weights are read from ../shared/facts/challenge-weights.csv, or from the file named as the argument. One line a case: "codes" is the
code row of every output file; "records" have the text of #Dx and the rows of decisions and scores; everything else is expected. Areas are
scikit-learn's, Brier scores too, McNemar's p scipy's binomial test; the rest is written from the definitions (Alday et al. 2020, section 2.4;
Zhao et al. 2022, section 2.4). Thresholds come from a search that scores everything anew at every step, in whole numbers,
and moves a threshold only for a better result, to the lowest of equals.
"""

import csv
import json
import math
import pathlib
import random
import sys
import warnings

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

warnings.simplefilter("ignore")

MERGED = {"59118001": "713427006", "63593006": "284470004", "17338001": "427172004"}
FOREIGN = ["55827005", "nonsense", "164865005"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def weights():
    path = sys.argv[1] if len(sys.argv) > 1 else ROOT.parent / "shared" / "facts" / "challenge-weights.csv"
    rows = list(csv.reader(open(path)))
    codes = [c for c in rows[0][1:]]
    table = {(row[0], code): float(value) for row in rows[1:] for code, value in zip(codes, row[1:])}
    classes = sorted(c for c in codes if c not in MERGED)
    return classes, np.array([[table[a, b] for b in classes] for a in classes])


CLASSES, WEIGHTS = weights()
EIGHTIETHS = np.rint(WEIGHTS * 80).astype(int)
assert np.array_equal(EIGHTIETHS / 80, WEIGHTS)
COMMON = math.lcm(*range(1, 25))
NORMAL = CLASSES.index("426783006")


def number(text):
    try:
        return float(text)
    except ValueError:
        return 0.0


def read(case):
    n = len(case["records"])
    labels, outputs, scores = np.zeros((n, 24), bool), np.zeros((n, 24), bool), np.zeros((n, 24))
    codes = [MERGED.get(c.strip(), c.strip()) for c in case["codes"].split(",")]
    for i, record in enumerate(case["records"]):
        dx = {MERGED.get(c.strip(), c.strip()) for c in record["dx"].split(",")}
        decisions = [d.strip() in ("1", "True", "true", "T", "t") for d in record["decisions"].split(",")]
        values = [number(s) for s in record["scores"].split(",")]
        for j, code in enumerate(CLASSES):
            labels[i, j] = code in dx
            columns = [k for k, c in enumerate(codes) if c == code]
            if columns:
                outputs[i, j] = any(decisions[k] for k in columns)
                scores[i, j] = np.nanmean([values[k] for k in columns])
    scores[np.isnan(scores)] = 0
    return labels, outputs, scores


def ratio(a, b):
    return float(a / b) if b else None


def mean(values):
    values = [v for v in values if v is not None]
    return float(np.mean(values)) if values else None


def exact_reward(labels, outputs):
    total = 0
    for l, o in zip(labels, outputs):
        total += int(EIGHTIETHS[np.ix_(l, o)].sum()) * (COMMON // max(1, int((l | o).sum())))
    return total


def challenge_metric(labels, outputs):
    def score(o):
        a = np.zeros((24, 24))
        for x, y in zip(labels.astype(float), o.astype(float)):
            a += np.outer(x, y) / max(1.0, np.sum((x + y) > 0))
        return np.sum(WEIGHTS * a)

    inactive = np.zeros_like(outputs)
    inactive[:, NORMAL] = True
    return ratio(score(outputs) - score(inactive), score(labels) - score(inactive))


def brier(y, p):
    return float(np.mean((p - y) ** 2)) if len(set(y)) < 2 else float(brier_score_loss(y, p))


def calibration_error(y, p):
    bins = np.digitize(p, [k / 10 for k in range(1, 10)])
    return float(sum(abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).sum() for b in set(bins)) / len(p))


def figures(labels, outputs, scores):
    classes = []
    shares = 1 / np.maximum(1, labels.sum(1))
    for k in range(24):
        l, o, s = labels[:, k], outputs[:, k], scores[:, k]
        tp, fp, fn, tn = (l & o).sum(), (~l & o).sum(), (l & ~o).sum(), (~l & ~o).sum()
        wtp, wfp, wfn = shares[l & o].sum(), shares[~l & o].sum(), shares[l & ~o].sum()
        classes.append(
            {
                "n": int(l.sum()),
                "auroc": float(roc_auc_score(l, s)) if l.any() and not l.all() else None,
                "auprc": float(average_precision_score(l, s)) if l.any() else None,
                "f_measure": ratio(2 * tp, 2 * tp + fp + fn),
                "f_beta": ratio(5 * wtp, 5 * wtp + wfp + 4 * wfn),
                "g_beta": ratio(wtp, wtp + wfp + 2 * wfn),
                "sensitivity": ratio(tp, tp + fn),
                "specificity": ratio(tn, tn + fp),
                "brier": brier(l, s),
                "ece": calibration_error(l, s),
            }
        )
    names = ["auroc", "auprc", "f_measure", "f_beta", "g_beta", "sensitivity", "specificity"]
    summary = {name: mean([c[name] for c in classes]) for name in names}
    summary["accuracy"] = float((labels == outputs).all(1).mean())
    summary["challenge_metric"] = challenge_metric(labels, outputs)
    summary["brier"] = brier(labels.ravel(), scores.ravel())
    summary["ece"] = calibration_error(labels.ravel(), scores.ravel())
    return summary, classes


def decide(scores, thresholds):
    outputs = scores >= np.array(thresholds)
    outputs[np.arange(len(scores)), scores.argmax(1)] = True
    return outputs


def first_best(candidates, value):
    values = [value(c) for c in candidates]
    return candidates[values.index(max(values))]


def tune(labels, scores, objective):
    tuned = labels.any(0)
    fine = [k / 100 for k in range(101)]

    def one(thresholds, k, t):
        return [t if j == k else old for j, old in enumerate(thresholds)]

    if objective == "challenge":
        common = [[k / 10 if tuned[j] else 0.5 for j in range(24)] for k in range(11)]
        thresholds = first_best(common, lambda t: exact_reward(labels, decide(scores, t)))
        for k in np.flatnonzero(tuned):
            best = first_best([thresholds[k]] + fine, lambda t: exact_reward(labels, decide(scores, one(thresholds, k, t))))
            thresholds = one(thresholds, k, best)
        return thresholds
    thresholds = [0.5] * 24
    for k in np.flatnonzero(tuned):

        def value(t):
            o, l = decide(scores, one(thresholds, k, t))[:, k], labels[:, k]
            tp, fp, fn = int((l & o).sum()), int((~l & o).sum()), int((l & ~o).sum())
            return 2 * tp / (2 * tp + fp + fn) if objective == "f1" else tp * int((~l).sum()) - fp * int(l.sum())

        thresholds = one(thresholds, k, first_best([0.5] + fine, value))
    return thresholds


def compare(labels, first, second):
    p = []
    for k in range(24):
        a, b = first[:, k] == labels[:, k], second[:, k] == labels[:, k]
        x, y = int((a & ~b).sum()), int((b & ~a).sum())
        p.append([x, y, binomtest(x, x + y).pvalue if x + y else 1.0])
    return p


def make(rng, n, codes, prevalence, digits, dirty, common=1.0):
    records = []
    for _ in range(n):
        dx = [c for c in codes if rng.random() < prevalence.get(c, 0)] + [c for c in FOREIGN if rng.random() < 0.1]
        values = [min(1, max(0, rng.gauss(0.35 + 0.3 * (c in dx), 0.25) * common)) for c in codes]
        texts = [f"{v:.{digits}f}" for v in values]
        decisions = [rng.choice(["1", "True", "t"]) if v >= 0.6 else rng.choice(["0", "False", ""] if len(codes) > 1 else ["0"]) for v in values]
        if dirty:
            for k in range(len(codes)):
                if rng.random() < 0.05:
                    texts[k] = rng.choice(["nan", "", "garbage", "NaN", " 0.5 ", "1e-3"])
                if rng.random() < 0.05:
                    decisions[k] = rng.choice(["yes", "2", "1.0", "nan", "T"])
        records.append({"dx": ",".join(dx), "decisions": ",".join(decisions), "scores": ",".join(texts)})
    return {"codes": ",".join(codes), "records": records}


def cases(rng):
    every = CLASSES + list(MERGED)
    yield "plain", make(rng, 80, CLASSES, {c: 0.02 + 0.3 * rng.random() for c in CLASSES}, 4, False)
    # Merged codes, scores that are no numbers, ties, classes of nobody and of everybody, one never put out.
    prevalence = {c: 0.25 * rng.random() for c in every}
    prevalence.update({"10370003": 0, "427172004": 0, "17338001": 0, "426783006": 1})
    codes = [c for c in every if c != "164890007"] + FOREIGN[:1]
    rng.shuffle(codes)
    yield "dirty", make(rng, 70, codes, prevalence, 1, True)
    yield "few", make(rng, 6, CLASSES, {c: 0.1 for c in CLASSES}, 2, False)
    yield "rare", make(rng, 90, CLASSES, {c: 0.03 for c in CLASSES}, 3, False, common=0.6)
    yield "normal only", make(rng, 5, ["426783006"], {"426783006": 1}, 2, False)


def main():
    for name, case in cases(random.Random(20220343)):
        labels, outputs, scores = read(case)
        summary, classes = figures(labels, outputs, scores)
        thresholds = {o: tune(labels, scores, o) for o in ["challenge", "f1", "youden"]}
        tuned = decide(scores, thresholds["challenge"])
        print(
            json.dumps(
                {
                    "name": name,
                    **case,
                    "summary": summary,
                    "classes": classes,
                    "thresholds": thresholds,
                    "tuned_challenge_metric": challenge_metric(labels, tuned),
                    "mcnemar": compare(labels, outputs, tuned),
                }
            )
        )


main()
