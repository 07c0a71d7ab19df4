"""Golden probabilities for Tests/SEResNetTests: real recordings through the reference checkpoint in float64.

    python seresnet_recordings.py SHARED [all] > ../Golden/SEResNet/recordings.json

Reads the recordings with wfdb, preprocesses with SciPy and NumPy, and runs PyTorch. Without `all`, takes about forty records of all kinds.
"""

import glob
import json
import math
import os
import re
import sys

import numpy as np
import torch
import wfdb

import seresnet_input as network_input
from seresnet_network import Network


def read(path):
    record = wfdb.rdrecord(path)
    names = [name.upper() for name in record.sig_name]
    signal = np.array([record.p_signal[:, names.index(lead.upper())] for lead in network_input.LEADS])
    text = "\n".join(record.comments)
    age = re.search(r"^<?age>?:?\s*([0-9.]+)", text, re.I | re.M)
    sex = re.search(r"^<?age>?.*?<?sex>?:?\s*(f|m)|^<?sex>?:?\s*(f|m)", text, re.I | re.M)
    letter = (sex.group(1) or sex.group(2)).upper() if sex else None
    years = int(float(age.group(1))) if age else None
    # PTB-XL writes 300 for "over 89"; the program takes anything above 150 for unknown.
    return signal, record.fs, years if years is not None and years <= 150 else None, letter


def records(shared, take_all):
    for folder, step in [("ptbxl", 160), ("ptbxl-raw", 4), ("challenge", 6), ("ludb", 20)]:
        paths = sorted(path[:-4] for path in glob.glob(os.path.join(shared, "ecg", folder, "*.hea")))
        chosen = paths if take_all else paths[::step]
        if folder == "challenge" and not take_all:
            chosen = sorted(set(chosen) | {path for path in paths if os.path.basename(path).startswith("S0")})
        yield from ((folder, path) for path in chosen)


def main():
    shared, take_all = sys.argv[1], "all" in sys.argv[2:]
    state = torch.load(os.path.join(shared, "models", "reference-w32.pth"), weights_only=True)
    net = Network(state["conv1.weight"].shape[0])
    net.load_state_dict(state)
    net = net.double().eval()
    result = {}
    with torch.no_grad():
        for folder, path in records(shared, take_all):
            signal, rate, age, sex = read(path)
            inputs = network_input.windows(network_input.preprocess(signal, rate, "zscore-0.5-40"))
            person = torch.tensor([network_input.demographics(age, sex)], dtype=torch.float64).repeat(len(inputs), 1)
            probabilities = torch.sigmoid(net(torch.tensor(inputs), person)).mean(0)
            result[f"{folder}/{os.path.basename(path)}"] = dict(
                windows=len(inputs), probabilities=[round(float(p), 7) for p in probabilities]
            )
    print("{" + ",\n".join(f'"{name}":' + json.dumps(value, separators=(",", ":")) for name, value in result.items()) + "}")


if __name__ == "__main__":
    main()
