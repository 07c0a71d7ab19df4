"""Measures LUDB's records with einthoven and with other programs by one yardstick, and writes the tables of docs/measurements.md.

    python Benchmarks/measurements.py BINARY LUDB_FOLDER [--peers ecgdeli,wavedet,openecg,neurokit2] [--cache FOLDER] [--write]

Needs numpy, scipy and wfdb, and the peers that are asked for (wavedet with pip's --ignore-requires-python); a peer that cannot be imported has
no row. Truth are the readers' marks of every lead. A boundary is matched one to one, nearest first, within 150 ms; what a program finds outside the
marked stretch of a lead is neither right nor wrong. The records are sorted by number; the last third is shown apart, for the network has learnt from
the others. The gains in LUDB's headers are wrong: einthoven is given copies whose headers say 1000/mV, peers the same numbers.
Without --write the tables are printed.
"""

import argparse
import glob
import json
import os
import pickle
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")

import numpy as np
import wfdb
from scipy.signal import resample_poly

RATE = 500
LEADS = ["i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]
NAMES = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
BOUNDARIES = [("P on", "p", 0), ("P off", "p", 2), ("QRS on", "N", 0), ("QRS off", "N", 2), ("T off", "t", 2)]
DOCUMENT = os.path.join(os.path.dirname(__file__), "..", "docs", "measurements.md")
BEGIN, END = "<!-- tables: Benchmarks/measurements.py -->\n", "<!-- end of tables -->\n"


# --- What the readers marked

def marks(path, lead):
    annotation = wfdb.rdann(path, lead)
    symbols, samples = annotation.symbol, annotation.sample
    rows = []
    for i, symbol in enumerate(symbols):
        if symbol in "pNt":
            on = samples[i - 1] if i > 0 and symbols[i - 1] == "(" else np.nan
            off = samples[i + 1] if i + 1 < len(symbols) and symbols[i + 1] == ")" else np.nan
            rows.append((symbol, float(on), float(samples[i]), float(off)))
    return rows


def truth(path):
    leads = {lead: marks(path, lead) for lead in LEADS}
    complexes = sorted((p, a, b, lead) for lead in LEADS for s, a, p, b in leads[lead] if s == "N" and a == a and b == b)
    groups = []
    for c in complexes:
        if groups and c[0] - groups[-1][0][0] <= 75 and c[0] - groups[-1][-1][0] <= 60:
            groups[-1].append(c)
        else:
            groups.append([c])
    beats = [(min(c[1] for c in g), max(c[2] for c in g)) for g in groups if len({c[3] for c in g}) >= 6]
    intervals = {"QRS": [], "PR": [], "QT": []}
    for rows in leads.values():
        for i, (symbol, on, _, off) in enumerate(rows):
            if symbol != "N":
                continue
            intervals["QRS"].append(off - on)
            if i > 0 and rows[i - 1][0] == "p":
                intervals["PR"].append(on - rows[i - 1][1])
            if i + 1 < len(rows) and rows[i + 1][0] == "t":
                intervals["QT"].append(rows[i + 1][3] - on)
    peaks = [p for s, _, p, _ in leads["ii"] if s == "N"]
    values = {k: 2 * float(np.nanmedian(v)) if v and not np.all(np.isnan(v)) else None for k, v in intervals.items()}
    return dict(leads=leads, beats=beats, HR=60 * RATE / float(np.mean(np.diff(peaks))), **values)


# --- Programs: each gives {"R": samples, "leads": {lead: {"p" | "N" | "t": [[on, peak, off]]}}, "seconds": CPU time}

def rows(on, peak, off):
    parts = [np.array([np.nan if v is None else v for v in part], float) if part is not None else np.array([]) for part in (on, peak, off)]
    count = max(len(part) for part in parts)
    return np.stack([part if len(part) == count else np.full(count, np.nan) for part in parts], 1)


def einthoven(binary, paths):
    """One run over all records; the time is that of the whole process, reading included."""
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            shutil.copy(path + ".dat", folder)
            with open(path + ".hea") as file:
                lines = file.read().split("\n")
            lines[1:13] = [re.sub(r"^(\S+ \S+) \S+", r"\1 1000/mV", line) for line in lines[1:13]]
            with open(os.path.join(folder, os.path.basename(path) + ".hea"), "w") as file:
                file.write("\n".join(lines))
        before = os.times()
        out = subprocess.run([binary, "measure", folder, "--detail", "--format", "json", "--jobs", "1"], capture_output=True, check=True, text=True)
        after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return read_contract(out.stdout, spent / len(paths))


def read_contract(text, seconds):
    results = {}
    for line in text.splitlines():
        record = json.loads(line)
        leads = {}
        for lead, name in zip(LEADS, NAMES):
            beats = record["leads"][name]["beats"]
            leads[lead] = {
                wave: rows(*([beat.get(f"{key}_{edge}") for beat in beats] for edge in ("on", "peak", "off")))
                for wave, key in (("p", "p"), ("N", "qrs"), ("t", "t"))}
        own = {"HR": record["heart_rate_bpm"], "QRS": record["qrs_ms"], "PR": record["pr_ms"], "QT": record["qt_ms"]}
        results[record["record"]] = dict(R=record["r_peaks"], leads=leads, seconds=seconds, own=own, axis=record["qrs_axis_deg"])
    return results


def peer_ecgdeli():
    import ecgdeli
    from ecgdeli.fpt import MISSING

    def convert(table):
        values = np.asarray(table.positions).astype(float)
        values[np.asarray(table.positions) == MISSING] = np.nan
        return {wave: values[:, columns] for wave, columns in (("p", [0, 1, 2]), ("N", [3, 5, 7]), ("t", [9, 10, 11]))}

    def run(x):
        result = ecgdeli.annotate(ecgdeli.filter_ecg(x, RATE), RATE)
        return convert(result.consensus)["N"][:, 1], {lead: convert(result.leads[k]) for k, lead in enumerate(LEADS)}
    return run


def peer_wavedet():
    import wavedet
    from wavedet import slr

    def convert(d):
        return {"p": rows(d.p_on, d.p, d.p_off), "N": rows(d.qrs_on, d.qrs, d.qrs_off), "t": rows(d.t_on, d.t, d.t_off)}

    def run(x):
        found = [wavedet.delineate(x[:, k] * 1000, RATE) for k in range(12)]
        return np.asarray(slr.fuse(tuple(found), RATE).qrs), {lead: convert(found[k]) for k, lead in enumerate(LEADS)}
    return run


def peer_openecg():
    from openecg.deploy import Inference
    from openecg.qrs import detect_qrs
    network = Inference()

    def run(x):
        leads = {}
        for k, lead in enumerate(LEADS):
            waves = {"p": [], "N": [], "t": []}
            for number, window in enumerate(network.predict(resample_poly(x[:, k], 1, 2))):
                for part in window:
                    on, off = (part.start + 2500 * number) * 2, (part.end + 2500 * number) * 2 + 1
                    waves[{"P": "p", "QRS": "N", "T": "t"}[part.name]].append((on, (on + off) / 2, off))
            leads[lead] = {wave: np.array(values, float).reshape(-1, 3) for wave, values in waves.items()}
        return detect_qrs(x[:, 1], RATE), leads
    return run


def peer_neurokit2():
    import neurokit2 as nk

    def run(x):
        leads, peaks = {}, np.array([])
        for k, lead in enumerate(LEADS):
            try:
                clean = nk.ecg_clean(x[:, k], sampling_rate=RATE)
                r = np.asarray(nk.ecg_peaks(clean, sampling_rate=RATE)[1]["ECG_R_Peaks"])
                peaks = r if lead == "ii" else peaks
                w = nk.ecg_delineate(clean, r, sampling_rate=RATE, method="prominence")[1]
                leads[lead] = {
                    "p": rows(w.get("ECG_P_Onsets"), w.get("ECG_P_Peaks"), w.get("ECG_P_Offsets")),
                    "N": rows(w.get("ECG_R_Onsets"), r, w.get("ECG_R_Offsets")),
                    "t": rows(w.get("ECG_T_Onsets"), w.get("ECG_T_Peaks"), w.get("ECG_T_Offsets"))}
            except Exception:
                leads[lead] = {}
        return peaks, leads
    return run


def peer(name, paths):
    run, results = globals()[f"peer_{name}"](), {}
    for path in paths:
        x = wfdb.rdrecord(path, physical=False).d_signal / 1000
        start = time.process_time()
        try:
            peaks, leads = run(x)
        except Exception:
            peaks, leads = [], {}
        results[os.path.basename(path)] = dict(R=list(map(float, peaks)), leads=leads, seconds=time.process_time() - start)
    return results


# --- The yardstick

def matched(marked, found):
    distance = np.abs(np.subtract.outer(marked, found))
    first, second = np.where(distance <= 75)
    pairs, used_first, used_second = [], set(), set()
    for k in np.argsort(distance[first, second], kind="stable"):
        if first[k] not in used_first and second[k] not in used_second:
            used_first.add(first[k])
            used_second.add(second[k])
            pairs.append((first[k], second[k]))
    return pairs


def boundary(cases, symbol, column):
    hits = total = counted = 0
    errors = []
    for case, result in cases:
        for lead in LEADS:
            table = case["leads"][lead]
            edges = [v for row in table for v in row[1:] if v == v]
            if not edges:
                continue
            marked = np.array([row[1 + column] for row in table if row[0] == symbol and row[1 + column] == row[1 + column]])
            found = result["leads"].get(lead, {}).get(symbol, np.zeros((0, 3)))[:, column]
            found = np.unique(found[~np.isnan(found)])
            pairs = matched(marked, found) if len(marked) and len(found) else []
            used = {k for _, k in pairs}
            hits, total = hits + len(pairs), total + len(marked)
            counted += sum(k in used or min(edges) <= found[k] <= max(edges) for k in range(len(found)))
            errors += [(found[k] - marked[i]) * 2 for i, k in pairs]
    return f"{2 * hits / max(1, total + counted):.3f} {np.mean(errors):+.0f}±{np.std(errors):.0f}"


def r_peaks(cases):
    hits = total = counted = 0
    for case, result in cases:
        low, high = case["beats"][0][0] - 50, case["beats"][-1][1] + 50
        peaks = sorted(p for p in result["R"] if p == p and low <= p <= high)
        counted, total = counted + len(peaks), total + len(case["beats"])
        for on, off in case["beats"]:
            inside = [p for p in peaks if on - 10 <= p <= off + 10]
            hits += bool(inside)
            if inside:
                peaks.remove(inside[0])
    return f"{hits / total:.3f}/{hits / max(1, counted):.3f}"


def intervals(result):
    """The median over all leads and beats, for programs that print none of their own."""
    found = {"QRS": [], "PR": [], "QT": []}
    for waves in result["leads"].values():
        if not len(waves.get("N", [])):
            continue
        for on, _, off in waves["N"]:
            found["QRS"].append(off - on)
            starts = [p[0] for p in waves["p"] if on - 250 < p[0] < on]
            ends = [t[2] for t in waves["t"] if on + 50 < t[2] < on + 400]
            found["PR"] += [on - max(starts)] if starts else []
            found["QT"] += [min(ends) - on] if ends else []
    values = {k: 2 * float(np.nanmedian(v)) if v and not np.all(np.isnan(v)) else None for k, v in found.items()}
    peaks = [p for p in result["R"] if p == p]
    return values | {"HR": 60 * RATE / float(np.mean(np.diff(peaks))) if len(peaks) > 1 else None}


def row(name, cases):
    errors = {k: [] for k in ("HR", "QRS", "PR", "QT")}
    invented = without = 0
    for case, result in cases:
        values = result.get("own") or intervals(result)
        for k in errors:
            if case[k] is not None and values[k] is not None:
                errors[k].append(abs(values[k] - case[k]))
        if not any(r[0] == "p" for lead in LEADS for r in case["leads"][lead]):
            without += 1
            p = sum(int(np.sum(~np.isnan(w["p"][:, 0]))) for w in result["leads"].values() if len(w.get("p", [])))
            qrs = sum(len(w["N"]) for w in result["leads"].values() if len(w.get("N", [])))
            invented += 2 * p >= qrs > 0
    medians = [f"{statistics.median(errors['HR']):.2f}"] + [f"{statistics.median(errors[k]):.0f}" for k in ("QRS", "PR", "QT")]
    milliseconds = 1000 * statistics.median(result["seconds"] for _, result in cases)
    cells = [name, r_peaks(cases)] + [boundary(cases, symbol, column) for _, symbol, column in BOUNDARIES]
    return "| " + " | ".join(cells + medians + [f"{invented} of {without}", f"{milliseconds:.1f}"]) + " |"


def tables(truths, results):
    names = [b[0] for b in BOUNDARIES]
    head = "| program | R Se/PPV | " + " | ".join(names) + " | HR bpm | QRS | PR | QT ms | P invented | CPU ms |\n|" + "---|" * 13 + "\n"
    records = sorted(truths, key=int)
    text = ""
    for title, part in (("All records", records), ("The last third", records[len(records) - len(records) // 3 :])):
        text += f"{title} ({len(part)}):\n\n{head}"
        for name, result in results.items():
            text += row(name, [(truths[r], result[r]) for r in part if r in result]) + "\n"
        text += "\n"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("folder")
    parser.add_argument("--peers", default="ecgdeli,wavedet,openecg,neurokit2")
    parser.add_argument("--cache", help="where peers' results are kept from one run to the next")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    paths = sorted((f[:-4] for f in glob.glob(os.path.join(options.folder, "*.hea"))), key=lambda p: int(os.path.basename(p)))
    truths = {os.path.basename(path): truth(path) for path in paths}
    results = {"einthoven": einthoven(options.binary, paths)}
    for name in filter(None, options.peers.split(",")):
        kept = os.path.join(options.cache, name + ".pkl") if options.cache else None
        if kept and os.path.exists(kept):
            with open(kept, "rb") as file:
                results[name] = pickle.load(file)
            continue
        try:
            results[name] = peer(name, paths)
        except ImportError as error:
            print(f"{name}: left out, {error}")
            continue
        if kept:
            with open(kept, "wb") as file:
                pickle.dump(results[name], file)
    text = tables(truths, results)
    if not options.write:
        print(text)
        return
    with open(DOCUMENT) as file:
        before, rest = file.read().split(BEGIN)
    with open(DOCUMENT, "w") as file:
        file.write(before + BEGIN + "\n" + text + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
