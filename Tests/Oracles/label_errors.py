"""Confident learning on random labels and probabilities, by cleanlab.

    python3 Tests/Oracles/label_errors.py > Tests/Golden/Evaluation/label-errors.jsonl

One line a class against the rest: "labels" (1, 0, or - unknown), "probabilities"; "thresholds" of absent and present, "counts" the confident joint
that is not calibrated, labelled absent before present and confidently absent before present, "calibrated" cleanlab's, rounded to whole records,
"off_diagonal" and "suspects" (find_label_issues, filter_by="confident_learning") as record numbers, "self_confidence" and "adjusted"
(normalized_margin with adjust_pred_probs). Needs numpy, cleanlab.
"""

import json
import random
import warnings

import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

warnings.simplefilter("ignore")


def number(value):
    return float(f"{value:.12g}")


def main():
    generator = random.Random(2021)
    for index in range(150):
        records = generator.choice([3, 10, 40, 200])
        prevalence = generator.choice([0.02, 0.1, 0.4, 0.5])
        skill = generator.choice([0.5, 1.5, 3])
        unknown = generator.choice([0, 0, 0.2])
        labels, probabilities = [], []
        for _ in range(records):
            truth = generator.random() < prevalence
            label = truth if generator.random() > 0.1 else not truth
            p = 1 / (1 + np.exp(-(generator.gauss(skill if truth else -skill, 1.5))))
            probabilities.append(round(float(p), generator.choice([1, 3, 6])))
            labels.append("-" if generator.random() < unknown else str(int(label)))
        kept = [i for i, label in enumerate(labels) if label != "-"]
        y = np.array([int(labels[i]) for i in kept])
        if len(set(y)) < 2:
            continue
        p = np.array([probabilities[i] for i in kept])
        both = np.stack([1 - p, p], axis=1)
        counts, off = compute_confident_joint(y, both, calibrate=False, return_indices_of_off_diagonals=True)
        suspects = find_label_issues(y, both, filter_by="confident_learning", n_jobs=1)
        print(json.dumps({
            "labels": "".join(labels), "probabilities": probabilities,
            "thresholds": [number(v) for v in get_confident_thresholds(y, both)],
            "counts": counts.tolist(), "calibrated": compute_confident_joint(y, both, calibrate=True).tolist(),
            "off_diagonal": [kept[i] for i in off], "suspects": [kept[i] for i in np.flatnonzero(suspects)],
            "self_confidence": [number(v) for v in get_label_quality_scores(y, both, method="self_confidence")],
            "adjusted": [number(v) for v in get_label_quality_scores(y, both, method="normalized_margin", adjust_pred_probs=True)],
        }, separators=(",", ":")))


if __name__ == "__main__":
    main()
