"""Golden logits for Tests/SEResNetTests: every recording of ptbxl-raw and challenge through the reference checkpoint in float64.

    python seresnet_logits.py SHARED > ../Golden/SEResNet/logits.csv

A line for each window: recording, window, 24 logits.
"""

import glob
import os
import sys

import torch

import seresnet_input as network_input
from seresnet_network import Network
from seresnet_recordings import read

shared = sys.argv[1]
torch.set_num_threads(1)
state = torch.load(os.path.join(shared, "models", "reference-w32.pth"), weights_only=True)
net = Network(state["conv1.weight"].shape[0])
net.load_state_dict(state)
net = net.double().eval()
for folder in ["ptbxl-raw", "challenge"]:
    for header in sorted(glob.glob(os.path.join(shared, "ecg", folder, "*.hea"))):
        signal, rate, age, sex = read(header[:-4])
        inputs = network_input.windows(network_input.preprocess(signal, rate, "zscore-0.5-40"))
        person = torch.tensor([network_input.demographics(age, sex)], dtype=torch.float64)
        with torch.no_grad():
            for index, window in enumerate(inputs):
                logits = net(torch.tensor(window[None]), person)[0]
                print(f"{folder}/{os.path.basename(header)[:-4]},{index}," + ",".join(f"{float(v):.6f}" for v in logits))
