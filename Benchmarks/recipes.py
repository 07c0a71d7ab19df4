"""Holds training recipes against each other, out of fold and on left-out sources: the tables of docs/second-model.md.

    python Benchmarks/recipes.py .build/release/einthoven ../shared ptbxl.csv BASE.safetensors OTHER.safetensors...

Each recipe was trained by `einthoven train SHARED/ecg/ptbxl --folds 5 --labels ptbxl.csv --output NAME.safetensors ...`: each of NAME.fold1.safetensors to fold5
that all recipes have is run on the fold that it did not learn from (NAME.report.csv tells which), and on LUDB (copies whose headers say 1000/mV, since the gains
in its headers are wrong) and the challenge's recordings, of which none has learnt; a figure there is the mean of the networks'. Needs numpy.

Macro: the mean AUROC of the classes with 5 positives or more. LUDB speaks in words; what it does not speak of counts as absent. Intervals: 95 %, paired
percentile bootstrap of 2000 samples of patients, of recordings where no patient is stated.
"""

import argparse
import csv
import glob
import json
import os
import re
import subprocess
import tempfile

import numpy as np

LAD, PVC = "39732003", "427172004"
MERGED = {"59118001": "713427006", "63593006": "284470004", "17338001": PVC, "164884008": PVC}
WORDS = {
    LAD: "electric axis of the heart: left axis", "47665007": "electric axis of the heart: right axis", "426783006": "rhythm: sinus rhythm",
    "426177001": "rhythm: sinus bradycardia", "427084000": "rhythm: sinus tachycardia", "427393009": "rhythm: sinus arrhythmia",
    "164889003": "rhythm: atrial fibrillation", "164890007": "rhythm: atrial flutter", "713426002": "incomplete right bundle",
    "713427006": "complete right bundle", "164909002": "complete left bundle", "445118002": "left anterior hemiblock",
    "270492004": "i degree av block", PVC: "ventricular extrasystole", "284470004": "atrial extrasystole",
}
FEWEST, SAMPLES = 5, 2000


def headers(folder):
    return {os.path.basename(path)[:-4]: open(path, errors="replace").read() for path in glob.glob(os.path.join(folder, "*.hea"))}


def stated(header, name):
    found = re.search(rf"#\s*{name}: *(.*)", header)
    return found.group(1).strip() if found else None


def spoken(header):
    lines = [line.lstrip("# ").lower() for line in header.splitlines() if line.startswith("#")]
    return {code for code, words in WORDS.items() if any(line.startswith(words) for line in lines)}


def auroc(labels, scores):
    """By ranks, ties shared; labels and scores are records × classes."""
    result = np.full(labels.shape[1], np.nan)
    for k in range(labels.shape[1]):
        values, places, counts = np.unique(scores[:, k], return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
        positives = labels[:, k].sum()
        if 0 < positives < len(labels):
            result[k] = (ranks[labels[:, k]].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))
    return result


ABBREVIATIONS = {}


def predictions(program, model, folder):
    lines = subprocess.run(
        [program, "predict", folder, "--model", model, "--format", "json"], capture_output=True, text=True).stdout.splitlines()
    records = [json.loads(line) for line in lines]
    ABBREVIATIONS.update({c["code"]: c["abbreviation"] for r in records for c in r.get("classes", [])})
    return {r["record"]: {c["code"]: c["probability"] for c in r["classes"]} for r in records if "classes" in r}


def out_of_fold(program, model, numbers, folder):
    """What each record's network says of it, and the fold of each record."""
    with open(model.replace(".safetensors", ".report.csv")) as file:
        folds = {row["record"]: row["use"].split()[-1] for row in csv.DictReader(file) if row["use"].startswith("fold ")}
    result = {}
    for number in numbers:
        said = predictions(program, network(model, number), folder)
        result.update({record: said[record] for record, fold in folds.items() if fold == str(number)})
    return result, folds


def network(model, number):
    return model.replace(".safetensors", f".fold{number}.safetensors")


def source(name, texts, labels, outputs, recipes):
    """Prints one source's rows; `outputs` has for each recipe a list of what its networks say."""
    records, codes = sorted(texts), sorted(ABBREVIATIONS)
    truth = np.array([[code in labels[record] for code in codes] for record in records])
    used = [k for k in range(len(codes)) if truth[:, k].sum() >= FEWEST and not truth[:, k].all()]
    lad = used.index(codes.index(LAD)) if codes.index(LAD) in used else None
    scores = [[np.array([[one[r][c] for c in codes] for r in records])[:, used] for one in recipe] for recipe in outputs]
    truth = truth[:, used]

    def figures(rows):
        """Recipes × (LAD, macro)."""
        by_class = np.array([np.mean([auroc(truth[rows], one[rows]) for one in recipe], 0) for recipe in scores])
        return np.stack([by_class[:, lad] if lad is not None else np.full(len(scores), np.nan), np.nanmean(by_class, 1)], 1), by_class

    groups = {}
    for row, record in enumerate(records):
        groups.setdefault(stated(texts[record], "Patient") or record, []).append(row)
    groups = [np.array(rows) for rows in groups.values()]
    generator = np.random.default_rng(1)
    drawn = []
    for _ in range(SAMPLES if len(recipes) > 1 else 0):
        rows = np.concatenate([groups[g] for g in generator.integers(0, len(groups), len(groups))])
        values = figures(rows)[0]
        drawn.append(values - values[0])
    whole, by_class = figures(np.arange(len(records)))
    for number, recipe in enumerate(recipes):
        cells = []
        for column in range(2):
            cells.append("–" if np.isnan(whole[number, column]) else f"{whole[number, column]:.3f}")
            if number:
                low, high = np.nanpercentile(np.array(drawn)[:, number, column], [2.5, 97.5]) if cells[-1] != "–" else (np.nan, np.nan)
                cells.append(f"{whole[number, column] - whole[0, column]:+.4f} ({low:+.4f} to {high:+.4f})" if cells[-1] != "–" else "–")
            else:
                cells.append("")
        print(f"| {name} ({len(records)}) | {recipe} | " + " | ".join(cells) + " |", flush=True)
    return [(ABBREVIATIONS[codes[used[k]]], int(truth[:, k].sum()), by_class[:, k]) for k in range(len(used))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("shared")
    parser.add_argument("labels")
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    recipes = [os.path.basename(model).replace(".safetensors", "") for model in options.models]
    ecg = os.path.join(options.shared, "ecg")
    print("| recordings | recipe | LAD AUROC | difference (95 % CI) | macro AUROC | difference (95 % CI) |\n|---|---|---:|---|---:|---|")
    numbers = [number for number in range(1, 6) if all(os.path.exists(network(model, number)) for model in options.models)]
    folds = [out_of_fold(options.program, model, numbers, os.path.join(ecg, "ptbxl")) for model in options.models]
    assert all(fold[1] == folds[0][1] for fold in folds), "the recipes' folds differ"
    with open(options.labels) as file:
        coded = {row[0]: {MERGED.get(code, code) for code in row[1].split()} for row in csv.reader(file)}
    texts = {name: text for name, text in headers(os.path.join(ecg, "ptbxl")).items() if name in folds[0][0]}
    tables = {"PTB-XL": source(f"PTB-XL, {len(numbers)} of 5 folds, out of fold", texts, coded, [[fold[0]] for fold in folds], recipes)}
    with tempfile.TemporaryDirectory() as copies:
        for path in glob.glob(os.path.join(ecg, "ludb", "*")):
            with open(path, "rb") as file:
                data = file.read()
            if path.endswith(".hea"):
                data = re.sub(rb"(?m)^(\S+\.dat \S+) \S+", rb"\1 1000/mV", data)
            with open(os.path.join(copies, os.path.basename(path)), "wb") as file:
                file.write(data)
        for name, folder in (("LUDB", copies), ("challenge", os.path.join(ecg, "challenge"))):
            texts = headers(folder)
            labels = {
                record: spoken(text) if name == "LUDB" else {MERGED.get(c.strip(), c.strip()) for c in (stated(text, "Dx") or "").split(",")}
                for record, text in texts.items()}
            outputs = [
                [predictions(options.program, network(model, number), folder) for number in numbers] for model in options.models]
            tables[name] = source(name, texts, labels, outputs, recipes)
    for name, rows in tables.items():
        print(f"\n| {name}: class | n | " + " | ".join(recipes) + " |\n|---|---:|" + "---:|" * len(recipes))
        for abbreviation, count, values in rows:
            print(f"| {abbreviation} | {count} | " + " | ".join(f"{value:.3f}" for value in values) + " |")


if __name__ == "__main__":
    main()
