"""How well each way of ranking labels finds those that flip_labels.py flipped: cleanlab, the model alone, the criterion alone, both.

    python compare.py CASE... [--einthoven PATH] [--work FOLDER]

A CASE is FOLDER:MODEL.folds.csv, a folder that flip_labels.py made and the out-of-fold predictions of `einthoven train FOLDER --folds 5`. cleanlab (2.9) ranks by
self-confidence on the same probabilities; `einthoven audit` ranks with the predictions alone, the measurements alone, and both. Prints a Markdown table: precision
among the first k, k being how many were flipped, recall in the first tenth, area under the precision-recall curve, each with the 95 % interval of 2000 samples of
records, and the difference of both to cleanlab's, with its mean over folders whose names differ in their last number alone.
"""

import argparse
import csv
import json
import os
import subprocess

import numpy as np
from cleanlab.rank import get_label_quality_scores

REPLICATES = 2000


def audit(program, *arguments):
    out = subprocess.run([program, "audit", *arguments, "--class", "LAD", "--format", "json"], capture_output=True, text=True)
    if out.returncode not in (0, 65):
        raise SystemExit(out.stderr)
    rows = [json.loads(line) for line in out.stdout.splitlines()]
    return {row["record"]: row["score"] for row in rows if "record" in row}


def figures(flipped, score):
    order = np.argsort(-score, kind="stable")
    hits = flipped[order]
    count = int(hits.sum())
    found = np.cumsum(hits)
    precision = found / np.arange(1, len(hits) + 1)
    return np.array([found[count - 1] / count, found[len(hits) // 10 - 1] / count, (precision * hits).sum() / count])


def text(values, samples):
    low, high = np.percentile(samples, [2.5, 97.5], axis=0)
    return " | ".join(f"{value:.3f} ({a:.3f} to {b:.3f})" for value, a, b in zip(values, low, high))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--einthoven", default="einthoven")
    parser.add_argument("--work", default=".")
    options = parser.parse_args()
    print("| labels | ranked by | precision at k | recall in a tenth | AUPRC |")
    print("|---|---|---|---|---|")
    pooled = {}
    for case in options.cases:
        folder, folds = case.split(":")
        name = os.path.basename(folder.rstrip("/"))
        truth = {row["record"]: row for row in csv.DictReader(open(os.path.join(folder, "truth.csv")))}
        records = sorted(truth)
        label = np.array([int(truth[record]["label_now"]) for record in records])
        flipped = np.array([truth[record]["label_now"] != truth[record]["label_before"] for record in records])
        rows = {row["record"]: float(row["probability"]) for row in csv.DictReader(open(folds)) if row["abbreviation"] == "LAD"}
        present = np.array([rows[record] for record in records])
        quality = get_label_quality_scores(label, np.stack([1 - present, present], axis=1), method="self_confidence")
        measured = os.path.join(options.work, name + ".measured.jsonl")
        if not os.path.exists(measured):
            subprocess.run([options.einthoven, "measure", folder, "--format", "json", "--output", measured], check=True)
        # Measurements that say nothing: what the model's probabilities alone are worth.
        blank = os.path.join(options.work, name + ".blank.jsonl")
        with open(blank, "w") as file:
            for record in records:
                file.write(json.dumps({"record": record, "beats": [], "leads": {}}) + "\n")
        rankings = {"cleanlab, self-confidence": 1 - quality}
        for way, arguments in (
            ("audit, model alone", ("--predictions", folds, "--measurements", blank)),
            ("audit, criterion alone", ("--no-model", "--measurements", measured)),
            ("audit, both", ("--predictions", folds, "--measurements", measured)),
        ):
            scores = audit(options.einthoven, folder, *arguments)
            rankings[way] = np.array([-1 if scores.get(record) is None else scores[record] for record in records])
        random = np.random.default_rng(1)
        draws = [random.integers(0, len(records), len(records)) for _ in range(REPLICATES)]
        draws = [draw for draw in draws if flipped[draw].any()]
        samples = {}
        for way, score in rankings.items():
            samples[way] = np.array([figures(flipped[draw], score[draw]) for draw in draws])
            print(f"| {name} | {way} | {text(figures(flipped, score), samples[way])} |")
        ways = ("audit, both", "cleanlab, self-confidence")
        difference = samples[ways[0]] - samples[ways[1]]
        values = figures(flipped, rankings[ways[0]]) - figures(flipped, rankings[ways[1]])
        print(f"| {name} | both less cleanlab | {text(values, difference)} |", flush=True)
        pooled.setdefault(name.rsplit("-", 1)[0], []).append((values, difference[: REPLICATES - 10]))
    for kind, parts in pooled.items():
        if len(parts) > 1:
            values = np.mean([part[0] for part in parts], axis=0)
            samples = np.mean([part[1] for part in parts], axis=0)
            print(f"| {kind}, mean of {len(parts)} | both less cleanlab | {text(values, samples)} |")


main()
