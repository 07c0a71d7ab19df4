"""Averages what `einthoven explain` says over recordings with left axis deviation, and writes the tables of docs/lead-weights.md.

    python Benchmarks/lead_weights.py BINARY SHARED/ecg [--model FILE] [--write]

Needs numpy, scipy and wfdb. A recording counts as true LAD where two independent signs agree: its label (SNOMED CT 39732003; in ludb the words
"left axis deviation") and its mean frontal QRS axis, measured here from leads I and aVF, between -30 and -90 degrees. Folders joined by + are averaged together.
Without --write the tables are printed.
"""

import argparse
import concurrent.futures
import glob
import json
import os
import re
import statistics
import subprocess
import sys

import numpy as np
import wfdb
from scipy.signal import butter, find_peaks, sosfiltfilt

DOCUMENT = os.path.join(os.path.dirname(__file__), "..", "docs", "lead-weights.md")
BEGIN, END = "<!-- tables: Benchmarks/lead_weights.py -->\n", "<!-- end of tables -->\n"


def axis_degrees(record):
    """Mean frontal axis from the net QRS area in leads I and aVF; None where no beats are found.

    Raw integers, because the gains in LUDB's headers are wrong and every folder stores its limb leads on one scale. Beats are peaks of the limb
    leads' summed squared slope; area within 50 ms of the peak, against the median of the lead.
    """
    names = [name.lower() for name in record.sig_name]
    first, foot = (record.d_signal[:, names.index(name)].astype(float) for name in ("i", "avf"))
    rate = record.fs
    band = butter(2, [0.5, min(40, 0.45 * rate)], "bandpass", fs=rate, output="sos")
    first, foot = sosfiltfilt(band, first), sosfiltfilt(band, foot)
    slope = np.gradient(first) ** 2 + np.gradient(foot) ** 2
    width = max(1, int(0.08 * rate))
    energy = np.convolve(slope, np.ones(width) / width, "same")
    beats, _ = find_peaks(energy, height=0.3 * np.percentile(energy, 98), distance=int(0.3 * rate))
    half = int(0.05 * rate)
    beats = [beat for beat in beats if half <= beat < len(first) - half]
    if not beats:
        return None
    first, foot = (lead - np.median(lead) for lead in (first, foot))
    area = [np.median([lead[beat - half : beat + half + 1].sum() for beat in beats]) for lead in (first, foot)]
    # aVF is recorded at 2 / sqrt 3 less than the axes of Einthoven's triangle.
    return float(np.degrees(np.arctan2(area[1] * 2 / np.sqrt(3), area[0])))


def is_labelled(header):
    text = open(header, encoding="utf-8", errors="replace").read()
    return "39732003" in re.findall(r"\d+", " ".join(re.findall(r"^#\s*Dx:(.*)$", text, re.M))) or "left axis deviation" in text.lower()


def true_records(folder):
    """Recordings of a folder that are labelled LAD, and those of them whose axis agrees."""
    labelled = [header[:-4] for header in sorted(glob.glob(os.path.join(folder, "*.hea"))) if is_labelled(header)]
    axes = [axis_degrees(wfdb.rdrecord(path, physical=False)) for path in labelled]
    return labelled, [path for path, axis in zip(labelled, axes) if axis is not None and -90 <= axis < -30]


def explain(binary, path, model):
    command = [binary, "explain", path, "--class", "LAD", "--format", "json", "--threads", "1"] + (["--model", model] if model else [])
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)] + ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def signed(value):
    return f"{value:+.3f}".replace("-", "−")


def spread(reports, value):
    """Mean, median and share above 0 of a figure of the reports."""
    values = [value(report) for report in reports]
    share = f"{100 * sum(v > 0 for v in values) / len(values):.0f} %"
    return [signed(statistics.mean(values)), signed(statistics.median(values)), share]


def section(name, labelled, reports):
    """The tables of one folder, or of several together."""
    if not reports:
        return f"### {name}\n\nNo true LAD record.\n"
    probabilities = [report["probability"] for report in reports]
    text = (
        f"### {name}\n\n{len(reports)} true LAD records of {labelled} labelled LAD. Probability of LAD: mean {statistics.mean(probabilities):.3f}, "
        f"median {statistics.median(probabilities):.3f}.\n\n")
    columns = ["mean", "median", "above 0"]
    leads = reports[0]["leads"]
    text += table(["lead left out"] + columns, [[lead] + spread(reports, lambda r: r["occlusion"][i]) for i, lead in enumerate(leads)]) + "\n"
    for kind, title in (("groups", "group left out"), ("electrodes", "electrode replaced")):
        rows = [[name] + spread([r for r in reports if name in r[kind]], lambda r: r[kind][name]) for name in reports[0][kind]]
        text += table([title] + columns, rows) + "\n"
    gates = np.mean([report["gates"] for report in reports], axis=0)
    rows = [[f"B{block + 1}"] + [f"{value:.3f}" for value in row] for block, row in enumerate(gates)]
    return text + "Lead influence on SE gates, mean of the rows:\n\n" + table(["block"] + leads, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("recordings")
    parser.add_argument("--model")
    parser.add_argument("--folders", nargs="+", default=["ptbxl", "ludb+challenge"])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    model = arguments.model or os.path.join(os.path.dirname(__file__), "..", "Models", "default.safetensors")
    info = json.loads(
        subprocess.run([arguments.binary, "model", "info", model, "--format", "json"], check=True, capture_output=True, text=True).stdout)
    text = f"Model: `{os.path.basename(model)}`, SHA-256 `{info['digest']}`, base width {info['base_width']}.\n\n"
    for folders in arguments.folders:
        found = [true_records(os.path.join(arguments.recordings, folder)) for folder in folders.split("+")]
        labelled, records = (sum((part[i] for part in found), []) for i in (0, 1))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            reports = list(pool.map(lambda path: explain(arguments.binary, path, arguments.model), records))
        text += section(" and ".join(folders.split("+")), len(labelled), reports) + "\n"
    if not arguments.write:
        return print(text)
    document = open(DOCUMENT, encoding="utf-8").read()
    start, end = document.index(BEGIN) + len(BEGIN), document.index(END)
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(document[:start] + "\n" + text + document[end:])


if __name__ == "__main__":
    sys.exit(main())
