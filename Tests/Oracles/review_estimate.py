"""Estimates from a stratified review, by the textbook's formulas on one row a record.

    python3 Tests/Oracles/review_estimate.py > Tests/Golden/Evaluation/review-estimate.jsonl

One line a review: "strata" as [population, labelled and found present, labelled present found absent, labelled absent found present, absent and
absent]; for prevalence, wrong, sensitivity, specificity, ppv and npv the estimate and its standard error: Horvitz-Thompson weights N/n, ratio
estimators with residuals y - R x, and sum over strata of N^2 (1 - n/N) s^2 / n with numpy's sample variance (Cochran 1977, equations 5A.1 and
6.13, combined ratio); "interval" of the wrong share and of the sensitivity: quantiles over draws of numpy's Dirichlet distribution with one half added
to each cell. Needs numpy.
"""

import json
import random

import numpy as np

PARTS = {"prevalence": ([0, 2], [0, 1, 2, 3]), "wrong": ([1, 2], [0, 1, 2, 3]), "sensitivity": ([0], [0, 2]), "specificity": ([3], [1, 3]),
         "ppv": ([0], [0, 1]), "npv": ([3], [2, 3])}


def number(value):
    return float(f"{value:.12g}")


def estimate(strata, part, whole):
    rows = [(h, np.repeat(np.arange(4), cells)) for h, (_, *cells) in enumerate(strata)]
    top = sum(strata[h][0] / len(c) * np.isin(c, part).sum() for h, c in rows)
    bottom = sum(strata[h][0] / len(c) * np.isin(c, whole).sum() for h, c in rows)
    if bottom == 0:
        return [None, None]
    ratio = top / bottom
    variance = 0.0
    for h, c in rows:
        population, n = strata[h][0], len(c)
        if n == population:
            continue
        if n < 2:
            return [number(ratio), None]
        residual = np.isin(c, part) - ratio * np.isin(c, whole)
        variance += population**2 * (1 - n / population) * np.var(residual, ddof=1) / n
    return [number(ratio), number(np.sqrt(variance) / bottom)]


def interval(strata, part, whole, generator):
    total = np.zeros((40000, 4))
    for population, *cells in strata:
        cells = np.array(cells)
        open_cells = [0, 1] if cells[2:].sum() == 0 else [2, 3] if cells[:2].sum() == 0 else [0, 1, 2, 3]
        share = np.zeros((40000, 4))
        share[:, open_cells] = generator.dirichlet(cells[open_cells] + 0.5, size=40000)
        total += cells + (population - cells.sum()) * share
    ratio = total[:, part].sum(axis=1) / total[:, whole].sum(axis=1)
    return [number(v) for v in np.quantile(ratio, [0.025, 0.975])]


def main():
    random_numbers = random.Random(1952)
    generator = np.random.default_rng(1952)
    for index in range(40):
        strata = []
        for _ in range(random_numbers.choice([1, 2, 3, 4])):
            cells = [random_numbers.choice([0, 1, 4, 12, 30]) for _ in range(4)]
            if index % 3 == 0:
                cells[random_numbers.choice([0, 2])] = cells[random_numbers.choice([1, 3])] = 0
            if sum(cells) == 0:
                cells[3] = 1
            strata.append([sum(cells) + random_numbers.choice([0, 0, 7, 500, 40000])] + cells)
        line = {"strata": strata}
        for name, (part, whole) in PARTS.items():
            line[name] = estimate(strata, part, whole)
        line["interval"] = {name: interval(strata, *PARTS[name], generator) for name in ("wrong", "sensitivity") if line[name][0] is not None}
        print(json.dumps(line, separators=(",", ":")))


if __name__ == "__main__":
    main()
