"""Golden values for Tests/EvaluationTests/ScoreCalibrationTests.swift: temperature and vector scaling by scipy.

    python score_calibration.py > ../Golden/Evaluation/score-calibration.json

Scores and labels of a few classes by a seed; for each method the scale and the shift that minimise the cross-entropy plus half the squares of scale − 1 and shift.
"""

import json

import numpy as np
from scipy.optimize import minimize


def fitted(logits, labels, method):
    def loss(x):
        scale, shift = x[0], x[1] if method == "vector" else 0.0
        value = (scale * logits + shift) * np.where(labels, -1, 1)
        return np.logaddexp(0, value).sum() + ((scale - 1) ** 2 + shift**2) / 2

    start = [1.0, 0.0] if method == "vector" else [1.0]
    result = minimize(loss, start, method="Nelder-Mead", options=dict(xatol=1e-10, fatol=1e-12, maxiter=20000, maxfev=20000))
    return [float(result.x[0]), float(result.x[1]) if method == "vector" else 0.0]


def main():
    generator = np.random.default_rng(5)
    cases = []
    for count, share, factor, shift in [(200, 0.3, 2.5, -1.0), (150, 0.05, 0.5, 0.7), (60, 0.5, 1.0, 0.0), (40, 0.1, 6.0, 2.0)]:
        labels = generator.random(count) < share
        logits = (np.where(labels, 1.0, -1.5) + generator.normal(size=count)) * factor + shift
        scores = 1 / (1 + np.exp(-logits))
        clipped = np.clip(scores, 1e-7, 1 - 1e-7)
        logits = np.log(clipped / (1 - clipped))
        cases.append(dict(
            labels=[int(label) for label in labels], scores=[float(score) for score in scores],
            temperature=fitted(logits, labels, "temperature"), vector=fitted(logits, labels, "vector")))
    print(json.dumps(cases))


if __name__ == "__main__":
    main()
