"""Golden logits for Tests/SEResNetTests: every recording of ptbxl-raw and challenge through a model in float64.

    python seresnet_logits.py SHARED SHARED/models/reference-w32.pth > ../Golden/SEResNet/logits.csv
    python seresnet_logits.py SHARED ../../Models/default.safetensors > ../Golden/SEResNet/logits-default.csv

The model's preprocessing is taken to be zscore-0.5-40; of what it measures beside the signal, all is unknown. A line for each window: recording, window, 24 logits. A model in safetensors needs the package
of that name.
"""

import glob
import json
import os
import sys

import torch

import seresnet_input as network_input
from seresnet_network import Network
from seresnet_recordings import read

shared, model = sys.argv[1:]
torch.set_num_threads(1)
if model.endswith(".safetensors"):
    from safetensors import safe_open

    with safe_open(model, "pt") as file:
        state = {name: file.get_tensor(name) for name in file.keys()}
        has_flag = json.loads(file.metadata()["einthoven"])["age_known_slot"] == "flag"
else:
    state, has_flag = torch.load(model, weights_only=True), False
measured = state["fc2.weight"].shape[1] if "fc2.weight" in state else 0
net = Network(state["conv1.weight"].shape[0], measured=measured, regression="fc3.weight" in state)
missing, unexpected = net.load_state_dict(state, strict=False)
# Batch normalisation's count of batches is not part of a shipped model, and not used.
assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
net = net.double().eval()
for folder in ["ptbxl-raw", "challenge"]:
    for header in sorted(glob.glob(os.path.join(shared, "ecg", folder, "*.hea"))):
        signal, rate, age, sex = read(header[:-4])
        inputs = network_input.windows(network_input.preprocess(signal, rate, "zscore-0.5-40"))
        person = torch.tensor([network_input.demographics(age, sex, has_flag)], dtype=torch.float64)
        with torch.no_grad():
            for index, window in enumerate(inputs):
                logits = net(torch.tensor(window[None]), person, torch.zeros(1, measured, dtype=torch.float64))[0]
                print(f"{folder}/{os.path.basename(header)[:-4]},{index}," + ",".join(f"{float(v):.6f}" for v in logits))
