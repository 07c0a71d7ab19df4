"""Golden lead attributions for Tests/SEResNetTests: real recordings through the reference checkpoint in float64.

    python seresnet_attribution.py SHARED > ../Golden/SEResNet/attribution.json

For each recording, one of them of several windows: gates (8 x 12), and for LAD and sinus rhythm the occlusion by lead, group and electrode. Electrodes are
replaced in the filtered signal, which gets its z-score after that.
"""

import json
import os
import sys

import numpy as np
import torch
from scipy.signal import butter, sosfiltfilt

import seresnet_formula as formula
import seresnet_input as network_input
from seresnet_network import Network
from seresnet_recordings import read

shared = sys.argv[1]
state = torch.load(os.path.join(shared, "models", "reference-w32.pth"), weights_only=True)
net = Network(state["conv1.weight"].shape[0])
net.load_state_dict(state)
net = net.double().eval()


def standardised(signal):
    return network_input.windows(np.array([network_input.zscore(lead) for lead in signal]))


result = {}
for name in ["ptbxl-raw/00002_hr", "ptbxl-raw/01017_hr", "challenge/JS00001", "challenge/S0001", "ludb/1"]:
    path = os.path.join(shared, "ecg", name)
    if not os.path.exists(path + ".hea"):
        continue
    signal, rate, age, sex = read(path)
    filtered = network_input.resample(sosfiltfilt(butter(4, [0.5, 40], "bandpass", fs=rate, output="sos"), signal, axis=1), rate)
    values = formula.attribution(net, filtered, network_input.demographics(age, sex), standardised)
    classes = [11, 14]
    values["occlusion"] = values["occlusion"][classes]
    values["groups"] = values["groups"][:, classes].T
    values["electrodes"] = values["electrodes"][:, classes].T
    values["probabilities"] = values["probabilities"][classes]
    result[name] = formula.rounded(values)
print("{" + ",\n".join(f'"{name}":' + json.dumps(value, separators=(",", ":")) for name, value in result.items()) + "}")
