"""Copies a folder of recordings and flips 5 % of the LAD labels in their headers, so that an audit has something to find that is known.

    python flip_labels.py ../shared/ecg/ptbxl OUT --kind random|source|threshold --seed N [--measurements measurements.csv]

random: every label alike. source: records get names of two made-up sources by patient, HA and HB, of which HA has nine flips to one of HB. threshold: labels near
-30 degrees of the measured axis (`einthoven measure --format csv`) are flipped most, as a person's mistakes would be. OUT/truth.csv tells record, label as it was,
label as it is.
"""

import argparse
import csv
import os
import re
import shutil

import numpy as np

LAD = "39732003"
# Left ventricular hypertrophy, none of the 24: a record must not lose its only code with the flip, or it would be unlabelled.
OTHER = "164873001"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("--kind", choices=["random", "source", "threshold"], default="random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--measurements")
    options = parser.parse_args()
    names = sorted(name[:-4] for name in os.listdir(options.source) if name.endswith(".hea"))
    headers = [open(os.path.join(options.source, name + ".hea")).read() for name in names]
    random = np.random.default_rng(options.seed)
    weights, renamed = np.ones(len(names)), list(names)
    if options.kind == "source":
        patients = [re.search(r"#Patient: (\S+)", header).group(1) for header in headers]
        first = {patient: random.random() < 0.5 for patient in sorted(set(patients))}
        weights = np.array([9.0 if first[patient] else 1.0 for patient in patients])
        renamed = [("HA" if first[patient] else "HB") + re.sub(r"^\D+", "", name) for patient, name in zip(patients, names)]
    if options.kind == "threshold":
        rows = csv.DictReader(open(options.measurements))
        axis = {row["record"]: row["qrs_axis_deg"] for row in rows}
        weights = np.array([np.exp(-abs(float(axis[name]) + 30) / 15) if axis.get(name) else 0.0 for name in names])
    count = round(options.share * len(names))
    flipped = set(random.choice(len(names), count, replace=False, p=weights / weights.sum()))
    os.makedirs(options.out, exist_ok=True)
    with open(os.path.join(options.out, "truth.csv"), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["record", "label_before", "label_now"])
        for index, (name, new, header) in enumerate(zip(names, renamed, headers)):
            codes = [code for code in re.search(r"#Dx: (.*)", header).group(1).strip().split(",") if code]
            before = LAD in codes
            if index in flipped:
                codes = [code for code in codes if code != LAD] or [OTHER] if before else codes + [LAD]
            header = re.sub(r"#Dx: .*", "#Dx: " + ",".join(codes), header).replace(name, new)
            with open(os.path.join(options.out, new + ".hea"), "w") as target:
                target.write(header)
            shutil.copyfile(os.path.join(options.source, name + ".dat"), os.path.join(options.out, new + ".dat"))
            writer.writerow([new, int(before), int(before != (index in flipped))])


main()
