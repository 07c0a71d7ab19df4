"""What zero-padding to 4096 samples costs the reference checkpoint, which was trained on unpadded 10 s inputs.

    python seresnet_padding.py SHARED

Prints LAD AUROC and macro AUROC (classes with at least five positives) on PTB-XL fold 9, padded and not, and LAD F1 at the
shipped threshold.
"""

import glob
import json
import os
import sys

import numpy as np
import torch
from sklearn.metrics import f1_score, roc_auc_score

import seresnet_input as network_input
from seresnet_network import Network
import wfdb

shared = sys.argv[1]
state = torch.load(os.path.join(shared, "models", "reference-w32.pth"), weights_only=True)
net = Network(state["conv1.weight"].shape[0])
net.load_state_dict(state)
net.eval()
thresholds = json.load(open(os.path.join(shared, "models", "reference-w32-thresholds.json")))
codes = sorted(thresholds)
labels, outputs, folds = [], {}, []
with torch.no_grad():
    for path in sorted(glob.glob(os.path.join(shared, "ecg", "ptbxl", "*.hea"))):
        record = wfdb.rdrecord(path[:-4])
        fields = dict(line.split(":", 1) for line in record.comments)
        if fields["Fold"].strip() != "9":
            continue
        person = network_input.demographics(int(fields["Age"]) if fields["Age"].strip().isdigit() else None, fields["Sex"].strip()[0])
        names = {"63593006": "284470004", "17338001": "427172004", "59118001": "713427006"}
        diagnoses = {names.get(code.strip(), code.strip()) for code in fields["Dx"].split(",")}
        labels.append([code in diagnoses for code in codes])
        once = np.array([network_input.zscore(lead) for lead in record.p_signal.T])
        twice = network_input.preprocess(record.p_signal.T, 257, "zscore-0.5-40")
        inputs = {
            "unpadded": once,
            "padded": network_input.windows(once)[0],
            "unpadded, filtered once more": twice,
            "padded, filtered once more": network_input.windows(twice)[0],
        }
        for name, signal in inputs.items():
            x = torch.tensor(signal[None], dtype=torch.float32)
            outputs.setdefault(name, []).append(torch.sigmoid(net(x, torch.tensor([person])))[0].numpy())
labels = np.array(labels)
lad = codes.index("39732003")
enough = [i for i in range(24) if labels[:, i].sum() >= 5]
print(len(labels), "records;", len(enough), "classes with at least 5 positives;", labels[:, lad].sum(), "LAD")
for name, values in outputs.items():
    values = np.array(values)
    print(
        f"{name}: LAD AUROC {roc_auc_score(labels[:, lad], values[:, lad]):.3f}, "
        f"LAD F1 at {thresholds[codes[lad]]} {f1_score(labels[:, lad], values[:, lad] >= thresholds[codes[lad]]):.3f}, "
        f"macro AUROC {np.mean([roc_auc_score(labels[:, i], values[:, i]) for i in enough]):.3f}"
    )
