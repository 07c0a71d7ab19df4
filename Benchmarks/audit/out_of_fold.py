"""Out-of-fold probabilities of LAD in seconds, for the flips of flip_labels.py where training a network for each would take hours.

    python out_of_fold.py FOLDER OUT.csv

Logistic regression (scikit-learn) on 48 principal components of the twelve leads' median beat at 257 Hz, five folds of patients; the labels it learns from are the
flipped ones. The median beat is the program's own no more than the labels are: beats are found here by the energy of the leads' differences. OUT has the columns that
`einthoven audit --predictions` reads.
"""

import csv
import os
import re
import sys

import numpy as np
from scipy.signal import find_peaks
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

LAD = "39732003"


def median_beat(path):
    samples = np.fromfile(path, dtype="<i2").reshape(-1, 12) / 1000.0
    energy = np.convolve(np.abs(np.diff(samples, axis=0)).sum(1), np.ones(20) / 20, "same")
    peaks, _ = find_peaks(energy, distance=90, height=energy.max() * 0.45)
    beats = [samples[peak - 50 : peak + 90] for peak in peaks if 60 < peak < len(samples) - 100]
    if len(beats) < 2:
        return np.zeros(12 * 46)
    beat = np.median(beats, axis=0)
    return (beat - np.median(beat[:20], axis=0))[::3].ravel()[: 12 * 46]


def main(folder, out):
    names = sorted(name[:-4] for name in os.listdir(folder) if name.endswith(".hea"))
    headers = [open(os.path.join(folder, name + ".hea")).read() for name in names]
    labels = np.array([LAD in re.search(r"#Dx: (.*)", header).group(1).split(",") for header in headers])
    fold = np.array([int(re.search(r"#Fold: (\d+)", header).group(1)) % 5 for header in headers])
    beats = np.array([median_beat(os.path.join(folder, name + ".dat")) for name in names])
    points = PCA(48, random_state=0).fit_transform(StandardScaler().fit_transform(beats))
    present = np.zeros(len(names))
    for part in range(5):
        model = LogisticRegression(C=0.02, max_iter=400).fit(points[fold != part], labels[fold != part])
        present[fold == part] = model.predict_proba(points[fold == part])[:, 1]
    truth = {row["record"]: row["label_before"] == "1" for row in csv.DictReader(open(os.path.join(folder, "truth.csv")))}
    print(folder, "AUROC against the labels before the flip", round(roc_auc_score([truth[name] for name in names], present), 3))
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["record", "code", "abbreviation", "probability", "threshold", "positive", "model"])
        for name, value in zip(names, present):
            writer.writerow([name, LAD, "LAD", f"{value:.6f}", 0.5, str(value >= 0.5).lower(), "folds"])


main(*sys.argv[1:])
