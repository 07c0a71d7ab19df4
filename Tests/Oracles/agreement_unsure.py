"""Agreement with unsure excluded, as a category and as a disagreement, by statsmodels, scikit-learn and irrCAC; bootstrap quantiles by numpy.

    python3 Tests/Oracles/agreement_unsure.py > Tests/Golden/Agreement/agreement-unsure.jsonl

One line a set of random verdicts, made as in agreement_tables.py. "pairs" has for each pair [rater, rater, excluded, category, disagreement], where
the first two are [kappa, se, kappa_max, ac1, ac1_se, ac1_low, ac1_high, positive, negative] and the last [observed, weighted kappa, its se] of three
categories, then the first two's figures of four: each rater's unsure is recoded as a verdict of that rater's own; "light" is the mean of
pairwise kappas on the cases every reader judged; "bootstrap" of the first pair, unsure excluded, the 2.5 and 97.5 percentiles of kappa over
200000 resamples. Undefined is null. Needs what agreement_tables.py needs.
"""

import itertools
import json
import random
import warnings

import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from agreement_tables import make, rounded

warnings.simplefilter("ignore")


def kappa_figures(table, weights=None):
    n = table.sum()
    margins = table.sum(1) * table.sum(0)
    if n == 0 or margins.max() == n * n and weights is None:
        return [None, None, None]
    if weights is None:
        result = cohens_kappa(table)
    else:
        if margins[np.diag(weights) == 0].max() == n * n:
            return [None, None, None]
        result = cohens_kappa(table, weights=weights)
    se = 0.0 if result.var_kappa < 1e-12 else float(np.sqrt(result.var_kappa))
    return [float(result.kappa), se, float(result.kappa_max)]


def gwet_figures(pairs, categories):
    if len(pairs) < 2:
        return [None] * 4
    est = CAC(pd.DataFrame(pairs, columns=["x", "y"]), categories=sorted(categories), digits=15).gwet()["est"]
    return [est["coefficient_value"], 0.0 if est["se"] < 1e-13 else est["se"], *est["confidence_interval"]]


def specific(table, k):
    said = table[k].sum() + table[:, k].sum()
    return None if said == 0 else float(2 * table[k, k] / said)


def tabulate(pairs, letters):
    return np.array([[pairs.count((i, j)) for j in letters] for i in letters])


def pair(first, second):
    both = [(x, y) for x, y in zip(first, second) if x != "-" and y != "-"]
    sure = [p for p in both if "u" not in p]
    excluded, category = tabulate(sure, "pa"), tabulate(both, "pau")
    out = []
    for pairs, table, letters in ((sure, excluded, "pa"), (both, category, "pau")):
        out.append(rounded(kappa_figures(table) + gwet_figures(pairs, letters) + [specific(table, 0), specific(table, 1)]))
    # Weight 0 is full agreement in statsmodels' form: unsure with unsure counts as a disagreement.
    disagreement = np.ones((3, 3))
    disagreement[0, 0] = disagreement[1, 1] = 0
    n = category.sum()
    observed = None if n == 0 else float((category[0, 0] + category[1, 1]) / n)
    kappa = kappa_figures(category, disagreement) if n else [None] * 3
    margins = category.sum(1) * category.sum(0)
    if n and margins[0] + margins[1] == n * n:
        kappa = [None] * 3
    recoded = [("U" if x == "u" else x, y) for x, y in both]
    own = tabulate(recoded, "paUu")
    figures = kappa_figures(own) + gwet_figures(recoded, "paUu") + [specific(own, 0), specific(own, 1)]
    return out + [rounded([observed, kappa[0], kappa[1]] + figures)]


def light(readers):
    cases = [votes for votes in zip(*readers) if "-" not in votes]
    if len(readers) < 2 or not cases:
        return None
    columns = list(zip(*cases))
    if any(len(set(x) | set(y)) < 2 for x, y in itertools.combinations(columns, 2)):
        return None
    return float(np.mean([cohen_kappa_score(x, y) for x, y in itertools.combinations(columns, 2)]))


def bootstrap(first, second, generator):
    sure = [(x, y) for x, y in zip(first, second) if x in "pa" and y in "pa"]
    n = len(sure)
    if n < 8:
        return None
    cells = tabulate(sure, "pa").flatten()
    a, b, c, d = generator.multinomial(n, cells / n, size=200_000).T.astype(float)
    chance = ((a + b) * (a + c) + (c + d) * (b + d)) / n**2
    kappa = np.where(chance < 1, ((a + d) / n - chance) / np.where(chance < 1, 1 - chance, 1), np.nan)
    kappa = kappa[~np.isnan(kappa)]
    return None if len(kappa) < 150_000 else [float(q) for q in np.percentile(kappa, [2.5, 97.5])]


def main():
    generator = random.Random(5)
    numbers = np.random.default_rng(5)
    for number in range(120):
        raters = make(generator, number)
        readers = [votes for name, votes in raters.items() if name not in ("label", "model")]
        names = list(itertools.combinations(raters, 2))
        pairs = [[a, b] + pair(raters[a], raters[b]) for a, b in names]
        quantiles = bootstrap(raters[names[0][0]], raters[names[0][1]], numbers) if names else None
        line = {"raters": raters, "pairs": pairs, "light": rounded([light(readers)])[0], "bootstrap": quantiles}
        print(json.dumps(line, separators=(",", ":")))


if __name__ == "__main__":
    main()
