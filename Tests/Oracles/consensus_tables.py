"""Consensus of random votes on one statement, by crowd-kit, cleanlab and scipy.

    python3 Tests/Oracles/consensus_tables.py > Tests/Golden/Agreement/consensus.jsonl

One line a table: "votes" has a string a reader, one letter a case (p present, a absent, u unsure, - no vote); "known" one letter a case
(1, 0 or -); "probabilities" the model's. "dawid_skene" is crowd-kit's DawidSkene after "rounds" rounds (posteriors, prevalence, sensitivity
and specificity by reader; unsure is no vote), "with_prior" crowd-kit's with readers' imagined verdicts added as cases of known truth,
"three_verdicts" a plain numpy fit in which unsure is a verdict, "crowdlab" cleanlab's get_label_quality_multiannotator where it can
be asked, "bounds" the extremes of what fits the first two readers' table, found by scipy. Needs numpy, pandas, scipy, crowd-kit, cleanlab.
"""

import json
import random
import warnings

import numpy as np
import pandas as pd
from cleanlab.multiannotator import get_label_quality_multiannotator
from crowdkit.aggregation import DawidSkene

warnings.simplefilter("ignore")
ROUNDS = 25
RIGHT, WRONG = 4, 1


def number(value):
    return None if value is None or not np.isfinite(value) else float(f"{value:.12g}")


def frame(votes):
    rows = [(f"c{c}", f"r{r}", 1 if v == "p" else 0) for c in range(len(votes[0])) for r, vs in enumerate(votes) if (v := vs[c]) in "pa"]
    return pd.DataFrame(rows, columns=["task", "worker", "label"])


def rates(model, readers):
    result = []
    for r in range(readers):
        worker = f"r{r}"
        if worker not in model.errors_.index.get_level_values(0):
            result.append([None, None])
            continue
        table = model.errors_.loc[worker]
        get = lambda label: float(table.loc[label, label]) if label in table.index and label in table.columns else 0.0
        result.append([number(get(1)), number(get(0))])
    return result


def crowdkit(data, known, cases, readers):
    gold = pd.Series({task: truth for task, truth in known.items()}, dtype=int) if known else None
    model = DawidSkene(n_iter=ROUNDS, tol=-1e9).fit(data, true_labels=gold)
    probas = model.probas_
    posterior = [number(probas.loc[f"c{c}", 1]) if f"c{c}" in probas.index and 1 in probas.columns else None for c in range(cases)]
    return {"posteriors": posterior, "prevalence": number(model.priors_.get(1, 0.0)), "readers": rates(model, readers)}


def with_prior(votes):
    """Each reader's imagined verdicts are cases of known truth that only this reader judged."""
    data = frame(votes)
    rows, known = [], {}
    for r in range(len(votes)):
        for truth in (0, 1):
            for k in range(RIGHT + WRONG):
                task = f"g{r}-{truth}-{k}"
                rows.append((task, f"r{r}", truth if k < RIGHT else 1 - truth))
                known[task] = truth
    data = pd.concat([data, pd.DataFrame(rows, columns=data.columns)])
    return crowdkit(data, known, len(votes[0]), len(votes))


def three_verdicts(votes):
    """Dawid and Skene's equations as they stand, with the prior of right and wrong verdicts; truth has two states, verdicts three."""
    cases, readers = len(votes[0]), len(votes)
    x = np.array([["pau-".index(votes[r][c]) for r in range(readers)] for c in range(cases)])
    judged = (x < 3).any(axis=1)
    share = np.array([0.5 if not ((row < 2).any()) else (row == 0).sum() / (row < 2).sum() for row in x])
    q = np.stack([share, 1 - share], axis=1)
    for step in range(ROUNDS + 1):
        prevalence = (q[judged, 0].sum() + 1) / (judged.sum() + 2)
        e = np.zeros((readers, 2, 3))
        for r in range(readers):
            for state in range(2):
                for k in range(3):
                    prior = RIGHT if k == state else WRONG / 2
                    e[r, state, k] = q[(x[:, r] == k) & judged, state].sum() + prior
                e[r, state] /= e[r, state].sum()
        if step == ROUNDS:
            break
        for c in range(cases):
            logs = np.log([prevalence, 1 - prevalence])
            for r in range(readers):
                if x[c, r] < 3:
                    logs = logs + np.log(e[r, :, x[c, r]])
            q[c] = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
    return {
        "posteriors": [number(v) if j else None for v, j in zip(q[:, 0], judged)],
        "prevalence": number(prevalence),
        "readers": [[number(e[r, 0, 0]), number(e[r, 1, 1])] for r in range(readers)],
    }


def crowdlab(votes, probabilities):
    kept = [c for c in range(len(votes[0])) if any(vs[c] in "pa" for vs in votes)]
    table = np.array([[{"p": 1.0, "a": 0.0}.get(vs[c], np.nan) for vs in votes] for c in kept])
    used = ~np.isnan(table).all(axis=0)
    if not len(kept) or not used.all() or (~np.isnan(table)).sum(axis=1).max() < 2 or len({v for v in table[~np.isnan(table)]}) < 2:
        return None
    p = np.array([probabilities[c] for c in kept])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = get_label_quality_multiannotator(table, np.stack([1 - p, p], axis=1), verbose=False, return_weights=True)
        if any("random selection" in str(w.message) for w in caught):
            return None
    quality = result["label_quality"]
    consensus = quality["consensus_label"].to_numpy()
    score = quality["consensus_quality_score"].to_numpy()
    stats = result["annotator_stats"].sort_index()
    return {
        "cases": kept,
        "consensus": [int(v) for v in consensus],
        "posteriors": [number(s if c == 1 else 1 - s) for c, s in zip(consensus, score)],
        "model_weight": number(result["model_weight"]),
        "reader_weights": [number(v) for v in result["annotator_weight"]],
        "quality": [number(v) for v in stats["annotator_quality"]],
    }


def bounds(first, second):
    """Extremes over a fine grid of prevalence and the first reader's J of all that gives the very table; exact at its corners."""
    both = [(a, b) for a, b in zip(first, second) if a in "pa" and b in "pa"]
    n = len(both)
    if n == 0:
        return None
    p11 = sum(v == ("p", "p") for v in both) / n
    m1 = sum(a == "p" for a, _ in both) / n
    m2 = sum(b == "p" for _, b in both) / n
    c = p11 - m1 * m2
    if c <= 1e-12:
        return None
    found = []
    corners = [m1, m2]
    for pi in sorted(set(np.linspace(1e-4, 1 - 1e-4, 20001)) | set(corners)):
        if not 0 < pi < 1:
            continue
        reach1 = min((1 - m1) / (1 - pi), m1 / pi)
        reach2 = min((1 - m2) / (1 - pi), m2 / pi)
        need = c / (pi * (1 - pi))
        if reach1 * reach2 < need * (1 - 1e-12):
            continue
        for j1 in (need / reach2, reach1):
            j2 = need / j1
            found.append((pi, m1 + (1 - pi) * j1, 1 - m1 + pi * j1, m2 + (1 - pi) * j2, 1 - m2 + pi * j2))
    found = np.array(found)
    return [[number(v) for v in (column.min(), column.max())] for column in found.T]


def make(generator):
    readers = generator.choice([2, 3, 3, 4, 5, 7])
    cases = generator.choice([8, 15, 30, 60])
    prevalence = generator.choice([0.1, 0.3, 0.5])
    missing = generator.choice([0, 0.2, 0.5])
    unsure = generator.choice([0, 0, 0.15])
    skill = [(generator.uniform(0.6, 0.98), generator.uniform(0.6, 0.98)) for _ in range(readers)]
    truth = [generator.random() < prevalence for _ in range(cases)]
    def vote(t, r):
        if generator.random() < missing:
            return "-"
        if generator.random() < unsure:
            return "u"
        right = generator.random() < skill[r][0 if t else 1]
        return "p" if t == right else "a"
    votes = ["".join(vote(t, r) for t in truth) for r in range(readers)]
    probabilities = [round(min(0.999, max(0.001, (0.7 if t else 0.3) + generator.gauss(0, 0.25))), 3) for t in truth]
    if generator.random() < 0.2:
        probabilities = [0.5 if generator.random() < 0.3 else p for p in probabilities]
    return votes, probabilities, truth


def main():
    generator = random.Random(19790101)
    for _ in range(120):
        votes, probabilities, truth = make(generator)
        data = frame(votes)
        known = {f"c{c}": int(t) for c, t in enumerate(truth) if generator.random() < 0.15 and f"c{c}" in set(data.task)}
        if data.empty or data.label.nunique() < 2:
            continue
        print(json.dumps({
            "votes": votes,
            "known": "".join(str(known.get(f"c{c}", "-")) for c in range(len(truth))),
            "probabilities": probabilities,
            "rounds": ROUNDS,
            "dawid_skene": crowdkit(data, known, len(truth), len(votes)),
            "with_prior": with_prior(votes),
            "three_verdicts": three_verdicts(votes),
            "crowdlab": crowdlab(votes, probabilities),
            "bounds": bounds(votes[0], votes[1]),
        }, separators=(",", ":")))


if __name__ == "__main__":
    main()
