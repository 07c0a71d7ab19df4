"""Agreement on random sets of statements, by nltk, scikit-learn and statsmodels.

    python3 Tests/Oracles/set_agreement.py > Tests/Golden/Agreement/sets.jsonl

One line a set of answers: "answers" maps a reader to a string a case, one letter a statement (a absent, u unsure, p present, 1 possible,
2 probable, 3 definite; n not asked), null where the reader did not answer. "alpha" is nltk's AnnotationTask.alpha with masi_distance, "alpha_se" its
jackknife over cases, for unsure excluded from the sets and (second) as an element of its own; "pairs" has for every two readers macro kappa
(scikit-learn), pooled kappa (De Vries et al. 2008), exact match and Jaccard, for unsure excluded and as a category, and weighted kappa of the
likelihoods with standard error, linear and quadratic (scikit-learn, statsmodels). Needs numpy, nltk, scikit-learn, statsmodels.
"""

import itertools
import json
import random
import warnings

import numpy as np
from nltk.metrics import masi_distance
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score, jaccard_score
from statsmodels.stats.inter_rater import cohens_kappa

warnings.simplefilter("ignore")


def number(value):
    return None if value is None or not np.isfinite(value) else float(f"{value:.12g}")


def distance(a, b):
    return 0.0 if not a and not b else masi_distance(a, b)


def as_set(answer, with_unsure):
    return frozenset([("p", i) for i, v in enumerate(answer) if v in "p123"] + [("u", i) for i, v in enumerate(answer) if v == "u" and with_unsure])


def alpha(answers, with_unsure, without=None):
    cases = len(next(iter(answers.values())))
    data = [(reader, c, as_set(vs[c], with_unsure)) for reader, vs in answers.items() for c in range(cases) if vs[c] is not None and c != without]
    pairable = [c for c in range(cases) if sum(d[1] == c for d in data) > 1]
    data = [d for d in data if d[1] in pairable]
    if len({d[2] for d in data}) < 2:
        return None
    return AnnotationTask(data, distance=distance).alpha()


def alpha_with_error(answers, with_unsure):
    whole = alpha(answers, with_unsure)
    if whole is None:
        return [None, None]
    cases = [c for c in range(len(next(iter(answers.values())))) if sum(vs[c] is not None for vs in answers.values()) > 1]
    rest = [alpha(answers, with_unsure, without=c) for c in cases]
    if len(rest) < 2 or None in rest:
        return [number(whole), None]
    n = len(rest)
    return [number(whole), number(np.sqrt((n - 1) / n * np.sum((np.array(rest) - np.mean(rest)) ** 2)))]


def category(v):
    return {"a": 0, "u": 2}.get(v, 1)


def pair(first, second, with_unsure):
    # Where one was asked nothing of what the other was, there is nothing to be compared.
    shared = [(a, b) for a, b in zip(first, second) if a is not None and b is not None and any("n" not in v for v in zip(a, b))]
    if not shared:
        return None
    statements = len(shared[0][0])
    kappas, observed, chance = [], [], []
    for s in range(statements):
        both = [(category(a[s]), category(b[s])) for a, b in shared if "n" not in (a[s], b[s])]
        if not with_unsure:
            both = [v for v in both if 2 not in v]
        if not both:
            continue
        x, y = map(np.array, zip(*both))
        observed.append(np.mean(x == y))
        chance.append(sum(np.mean(x == k) * np.mean(y == k) for k in range(3)))
        if len(set(x) | set(y)) > 1:
            kappas.append(cohen_kappa_score(x, y))
    pooled = None if not observed or np.mean(chance) >= 1 else (np.mean(observed) - np.mean(chance)) / (1 - np.mean(chance))
    exact, jaccard = [], []
    for a, b in shared:
        kept = [s for s in range(statements) if "n" not in (a[s], b[s]) and (with_unsure or "u" not in (a[s], b[s]))]
        x = [v for s in kept for v in (category(a[s]) == 1, category(a[s]) == 2)]
        y = [v for s in kept for v in (category(b[s]) == 1, category(b[s]) == 2)]
        exact.append(x == y)
        jaccard.append(1.0 if not any(x) and not any(y) else jaccard_score(x, y))
    graded = [("a123".index(v), "a123".index(w)) for a, b in shared for v, w in zip(a, b) if v in "a123" and w in "a123"]
    weighted = []
    for weights in ("linear", "quadratic"):
        if len({v for g in graded for v in g}) < 2:
            weighted.append([None, None])
            continue
        x, y = zip(*graded)
        table = np.zeros((4, 4))
        for i, j in graded:
            table[i, j] += 1
        result = cohens_kappa(table, wt=weights)
        assert abs(result.kappa - cohen_kappa_score(x, y, labels=[0, 1, 2, 3], weights=weights)) < 1e-10
        weighted.append([number(result.kappa), 0.0 if result.var_kappa < 1e-13 else number(np.sqrt(result.var_kappa))])
    return {
        "macro": number(np.mean(kappas)) if kappas else None, "pooled": number(pooled) if pooled is not None else None,
        "exact": number(np.mean(exact)), "jaccard": number(np.mean(jaccard)), "weighted": weighted,
    }


def make(generator):
    readers = generator.choice([2, 2, 3, 4])
    cases = generator.choice([4, 8, 15, 25])
    statements = generator.choice([2, 5, 8, 70])
    rate = generator.choice([0.05, 0.3, 0.5])
    missing = generator.choice([0, 0.3])
    unsure = generator.choice([0, 0.1])
    not_asked = generator.choice([0, 0, 0.1])
    graded = generator.random() < 0.7
    fidelity = generator.choice([0.7, 0.95])
    truth = [[generator.random() < rate for _ in range(statements)] for _ in range(cases)]
    def cell(t):
        if generator.random() < not_asked:
            return "n"
        if generator.random() < unsure:
            return "u"
        present = t if generator.random() < fidelity else generator.random() < rate
        return (generator.choice("1233") if graded else generator.choice("p3")) if present else "a"
    return {
        f"R{r}": [None if generator.random() < missing else "".join(cell(t) for t in truth[c]) for c in range(cases)] for r in range(readers)
    }


def main():
    generator = random.Random(20061116)
    for _ in range(60):
        answers = make(generator)
        a, b = alpha_with_error(answers, False), alpha_with_error(answers, True)
        pairs = [[x, y] + [pair(answers[x], answers[y], w) for w in (False, True)] for x, y in itertools.combinations(answers, 2)]
        print(json.dumps({
            "answers": answers, "alpha": [a[0], b[0]], "alpha_se": [a[1], b[1]], "pairs": [p for p in pairs if p[2] is not None]
        }, separators=(",", ":")))


if __name__ == "__main__":
    main()
