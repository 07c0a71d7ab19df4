"""Solves for a per-case table that fits every number Zhao et al. 2022 print about their label audit, and writes SampleData/paper-verdicts.csv.

The paper gives margins only: how often each reader gave each verdict under each label (table 4), and of the two readers together that at
least one was unsure in 18 cases, that they disagree in 2 of the other 82, and kappa 0.92. Every 2 x 3 x 3 table of whole numbers that fits
is enumerated. The paper's 0.92 leaves several values of kappa open; the tables with 0.918 are kept, which most have (34 of 61). Of these
the one is taken that the most arrangements of 50 + 50 cases produce (the largest product of multinomial
coefficients; ties by the smallest table in reading order). The model's decision is the opposite of the label, since all 100 were
misclassified. Order of the cases: by SHA-256 of their place in the table, so that neither label nor verdict can be read off a case's number.

    python3 Tests/Oracles/agreement_paper_table.py            writes SampleData/paper-verdicts.csv and prints what it chose
"""

import hashlib
import itertools
import math
import pathlib

VERDICTS = ("present", "absent", "unsure")
# Table 4: label -> verdicts of the reader in the order above.
HG = {"present": (7, 38, 5), "absent": (9, 33, 8)}
SW = {"present": (8, 38, 4), "absent": (15, 30, 5)}
EITHER_UNSURE, DISAGREE, READERS_KAPPA = 18, 2, 0.92
CHOSEN_KAPPA = 0.918


def tables(rows, columns):
    """Every 3 x 3 table of non-negative whole numbers with these margins."""
    def splits(total, limits):
        for first in range(min(total, limits[0]) + 1):
            for second in range(min(total - first, limits[1]) + 1):
                if total - first - second <= limits[2]:
                    yield first, second, total - first - second

    for top in splits(rows[0], columns):
        left = tuple(c - t for c, t in zip(columns, top))
        for middle in splits(rows[1], left):
            bottom = tuple(c - m for c, m in zip(left, middle))
            if sum(bottom) == rows[2]:
                yield top + middle + bottom


def either_unsure(t):
    return t[2] + t[5] + t[6] + t[7] + t[8]


def kappa(a, b, c, d):
    n = a + b + c + d
    chance = ((a + b) * (a + c) + (c + d) * (b + d)) / n**2
    return ((a + d) / n - chance) / (1 - chance)


def arrangements(*cells):
    """Logarithm of the number of orders of the cases."""
    return sum(math.lgamma(sum(t) + 1) - sum(math.lgamma(c + 1) for c in t) for t in cells)


def solve():
    by_facts = {}
    for t in tables(HG["absent"], SW["absent"]):
        by_facts.setdefault((either_unsure(t), t[1] + t[3]), []).append(t)
    best, found, kept = None, 0, 0
    for present in tables(HG["present"], SW["present"]):
        if present[1] + present[3] > DISAGREE:
            continue
        for absent in by_facts.get((EITHER_UNSURE - either_unsure(present), DISAGREE - present[1] - present[3]), []):
            a, b, c, d = (present[i] + absent[i] for i in (0, 1, 3, 4))
            if round(kappa(a, b, c, d), 2) != READERS_KAPPA:
                continue
            found += 1
            if round(kappa(a, b, c, d), 3) != CHOSEN_KAPPA:
                continue
            kept += 1
            rank = (-round(arrangements(present, absent), 9), present, absent)
            if best is None or rank < best:
                best = rank
    return found, kept, {"present": best[1], "absent": best[2]}


def main():
    found, kept, joint = solve()
    print(found, "tables fit,", kept, "of them with kappa", CHOSEN_KAPPA, "- chosen (rows HG, columns SW: present, absent, unsure):")
    cases = []
    for label, table in joint.items():
        print(" label", label, [table[i : i + 3] for i in (0, 3, 6)])
        for (hg, sw), count in zip(itertools.product(VERDICTS, VERDICTS), table):
            cases += [(label, "absent" if label == "present" else "present", hg, sw)] * count
    order = sorted(range(len(cases)), key=lambda place: hashlib.sha256(str(place).encode()).hexdigest())
    lines = ["case,rater,verdict"]
    for number, place in enumerate(order, 1):
        lines += [f"ecg-{number:03},{rater},{verdict}" for rater, verdict in zip(("label", "model", "HG", "SW"), cases[place])]
    target = pathlib.Path(__file__).resolve().parents[2] / "SampleData" / "paper-verdicts.csv"
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
