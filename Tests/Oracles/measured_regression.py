"""Golden values for Tests/TrainingTests/MeasuredRegressionTests.swift: logistic regressions by scikit-learn.

    python measured_regression.py > ../Golden/Training/measured-regression.json

Rows of a seed, some columns nearly equal, a column that never differs; labels of 0 and 1, and shares, which count as two recordings of those weights. For each
case the weights and, last, the bias that minimise penalty/2 Σ w² + Σ loss (scikit-learn's C is one over the penalty).
"""

import json

import numpy as np
from sklearn.linear_model import LogisticRegression


def main():
    generator = np.random.default_rng(11)
    cases = []
    for count, columns, penalty, share, soft in [(120, 6, 10.0, 0.3, False), (60, 20, 1.0, 0.1, False), (200, 9, 0.1, 0.5, True), (80, 4, 100.0, 0.2, False)]:
        rows = np.round(generator.normal(size=(count, columns)), 4)
        rows[:, -1] = 1
        rows[:, 1] = np.round(rows[:, 0] + 0.01 * rows[:, 1], 4)
        truth = generator.normal(size=columns) * 2
        probability = 1 / (1 + np.exp(-(rows @ truth + np.log(share / (1 - share)))))
        labels = (generator.random(count) < probability).astype(float)
        if soft:
            labels = np.where(generator.random(count) < 0.3, np.round(0.1 + 0.8 * labels, 2), labels)
        model = LogisticRegression(C=1 / penalty, max_iter=100000, tol=1e-12, solver="newton-cholesky")
        both = np.vstack([rows, rows])
        model.fit(both, np.r_[np.ones(count), np.zeros(count)], sample_weight=np.r_[labels, 1 - labels])
        cases.append(dict(
            rows=rows.tolist(), labels=labels.tolist(), penalty=penalty,
            parameters=[float(x) for x in np.r_[model.coef_[0], model.intercept_]]))
    print(json.dumps(cases, separators=(",", ":")))


if __name__ == "__main__":
    main()
