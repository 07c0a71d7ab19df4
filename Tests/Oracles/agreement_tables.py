"""Agreement statistics of random sets of verdicts, by statsmodels, scikit-learn, irrCAC and krippendorff.

    python3 Tests/Oracles/agreement_tables.py > Tests/Golden/Agreement/agreement-tables.jsonl

One line a set: "raters" maps a rater to one letter a case (p present, a absent, u unsure, - no verdict); "pairs" has for each pair, readers
in order and then label and model: n, excluded_unsure, agree, kappa, se, ci_low, ci_high, kappa_max, pabak, gwet_ac1, prevalence_index,
bias_index. Conventions are CONTRACT.md's: undefined is null. Needs numpy, pandas, statsmodels, scikit-learn, irrCAC, krippendorff.
"""

import itertools
import json
import random
import warnings

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

warnings.simplefilter("ignore")


def rounded(values):
    return [None if v is None else (int(v) if isinstance(v, (int, np.integer)) else float(f"{v:.13g}")) for v in values]


def pair(first, second):
    both = [(x, y) for x, y in zip(first, second) if x != "-" and y != "-"]
    sure = [(x, y) for x, y in both if "u" not in (x, y)]
    n = len(sure)
    if n == 0:
        return [0, len(both)] + [None] * 10
    x, y = zip(*sure)
    table = np.array([[sure.count((i, j)) for j in "pa"] for i in "pa"])
    agree = int(np.trace(table))
    kappa = se = low = high = maximum = None
    if len(set(x) | set(y)) > 1:
        result = cohens_kappa(table)
        kappa, maximum = result.kappa, result.kappa_max
        assert abs(kappa - cohen_kappa_score(x, y)) < 1e-12
        # Rounding leaves traces of up to 1e-15 where the variance is 0.
        se = 0.0 if result.var_kappa < 1e-12 else float(np.sqrt(result.var_kappa))
        low, high = kappa - 1.959964 * se, kappa + 1.959964 * se
    # Every case twice: AC1 stays the same, and irrCAC's variance does not divide by zero where there is one case.
    ac1 = CAC(pd.DataFrame({"x": x + x, "y": y + y}), categories=["a", "p"], digits=15).gwet()["est"]["coefficient_value"]
    prevalence = (table[0, 0] - table[1, 1]) / n
    bias = (table[0, 1] - table[1, 0]) / n
    return rounded([n, len(both) - n, agree, kappa, se, low, high, maximum, 2 * agree / n - 1, ac1, prevalence, bias])


def fleiss(readers):
    cases = [votes for votes in zip(*readers) if "-" not in votes]
    if len(readers) < 2 or len({v for votes in cases for v in votes}) < 2:
        return None
    return fleiss_kappa(np.array([[votes.count(v) for v in "pau"] for votes in cases]), method="fleiss")


def alpha(readers):
    pairable = [votes for votes in zip(*readers) if sum(v != "-" for v in votes) >= 2]
    if len({v for votes in pairable for v in votes} - {"-"}) < 2:
        return None
    data = [[np.nan if v == "-" else "pau".index(v) for v in reader] for reader in readers]
    return krippendorff.alpha(reliability_data=data, level_of_measurement="nominal", value_domain=[0, 1, 2])


def make(generator, number):
    readers = generator.choice([2, 2, 2, 3, 3, 4, 5]) if number else 1
    cases = generator.choice([0, 1, 2, 3, 5, 8, 13, 20, 30, 45])
    weights = generator.choice([(1, 1, 0), (1, 1, 1), (5, 3, 1), (1, 9, 0), (1, 9, 1), (1, 0, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1)])
    missing = generator.choice([0, 0, 0.1, 0.5])
    fidelity = generator.choice([0, 0.5, 0.8, 0.95, 1])
    truth = generator.choices("pau", weights, k=cases)
    def vote(t):
        if generator.random() < missing:
            return "-"
        return t if generator.random() < fidelity else generator.choices("pau", weights)[0]
    raters = {f"R{i + 1}": "".join(map(vote, truth)) for i in range(readers)}
    if generator.random() < 0.4:
        raters["label"] = "".join(generator.choice("pa") for _ in truth)
        raters["model"] = "".join("a" if v == "p" else "p" for v in raters["label"])
    return {name: votes for name, votes in raters.items() if set(votes) - {"-"}}


def main():
    generator = random.Random(20221122)
    for number in range(220):
        raters = make(generator, number)
        readers = [votes for name, votes in raters.items() if name not in ("label", "model")]
        pairs = [[a, b] + pair(raters[a], raters[b]) for a, b in itertools.combinations(raters, 2)]
        numbers = rounded([fleiss(readers), alpha(readers)]) if readers else [None, None]
        print(json.dumps({"raters": raters, "pairs": pairs, "fleiss": numbers[0], "alpha": numbers[1]}, separators=(",", ":")))


if __name__ == "__main__":
    main()
