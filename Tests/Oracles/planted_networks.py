"""Small networks of which one class hangs on one planted lead only: the proof behind the lead attribution.

    python planted_networks.py ../Golden/SEResNet

Writes planted-LEAD.safetensors (base width 4, convolutions in half precision) for each lead of PLANTED. A recording is twelve leads of beats
that are upright or inverted independently of each other; the first of the classes that count, LAD, is present where the beats of the
planted lead are upright. A quarter of the training recordings have that lead flat and the target one half, so that nothing else can carry
the answer. Recordings follow from a formula, so that PlantedLeadTests.swift makes the same ones; training takes about a minute a network.
So narrow a network has one hidden unit in most of its SE blocks, and where that unit is dead the gates never move and their row is 0.
Prints on how many of the recordings that the test uses the planted lead comes first, and in how many of the 8 rows of gates.
"""

import json
import os
import struct
import sys

import numpy as np
import torch

import seresnet_formula as formula
from seresnet_network import Network

PLANTED = {"aVL": 4, "III": 2}
BASE, CLASS, LEADS, SAMPLES, STEPS, BATCH = 4, 11, 12, 2056, 400, 32
TEST_RECORDS = 16

CODES = [
    "10370003", "111975006", "164889003", "164890007", "164909002", "164917005", "164934002", "164947007", "251146004", "270492004",
    "284470004", "39732003", "426177001", "426627000", "426783006", "427084000", "427172004", "427393009", "445118002", "47665007",
    "59931005", "698252002", "713426002", "713427006",
]


def recording(number):
    """Twelve leads of 8 s at 257 Hz in microvolts, and the sign of each lead's beats.

    Triangles 13 samples wide, 20 microvolts high, every 200 samples, on noise of 4 microvolts.
    """
    signs = np.where(formula.uniform(20_000 + number, LEADS) < 0.5, -1.0, 1.0)
    noise = formula.uniform(40_000 + number, LEADS * SAMPLES).reshape(LEADS, SAMPLES) * 8 - 4
    beat = 20 * np.maximum(0, 1 - np.abs(np.arange(SAMPLES) % 200 - 100) / 7)
    return signs[:, None] * beat + noise, signs


def window(signal):
    return np.pad(signal, ((0, 0), (0, 4096 - SAMPLES)))


def batch(first, planted):
    signals, targets = [], []
    for number in range(first, first + BATCH):
        signal, signs = recording(number)
        if number % 4 == 3:
            signal[planted] = 0
        signals.append(window(signal))
        targets.append(0.5 if number % 4 == 3 else float(signs[planted] > 0))
    return torch.tensor(np.array(signals), dtype=torch.float32), torch.tensor(targets)


def trained(planted, seed):
    torch.manual_seed(seed)
    net = Network(BASE).train()
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.01, weight_decay=0.3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, STEPS)
    for step in range(STEPS):
        signals, targets = batch(1000 + step * BATCH, planted)
        logits = net(signals, torch.zeros(BATCH, 5))[:, CLASS]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net.eval()


def rounded(net):
    """The network with its convolutions as they are stored."""
    with torch.no_grad():
        for tensor in net.parameters():
            if tensor.dim() == 3:
                tensor.copy_(tensor.half().float())
    return net


def score(net, planted):
    """On how many recordings the planted lead is first by occlusion with the right sign; the least number of gate rows that are not 0,
    and of those that it leads."""
    net.double()
    first, alive, led = 0, [], []
    for number in range(TEST_RECORDS):
        signal, signs = recording(number)
        values = formula.attribution(net, window(signal), [0, 0, 0, 0, 0], raw=window(signal))
        occlusion = values["occlusion"][CLASS]
        first += np.abs(occlusion).argmax() == planted and np.sign(occlusion[planted]) == signs[planted]
        alive.append(int((values["gates"].sum(1) > 0).sum()))
        led.append(int((values["gates"].argmax(1) == planted).sum()))
    net.float()
    return int(first), min(alive), min(led)


def write(net, path):
    metadata = {
        "version": 1, "classes": CODES, "thresholds": [0.5] * 24, "preprocessing": "paper", "age_known_slot": "flag",
        "provenance": "Tests/Oracles/planted_networks.py", "licence": "Apache-2.0", "trained_on": "a formula", "scores": {},
    }
    header, data = {"__metadata__": {"einthoven": json.dumps(metadata)}}, b""
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        half = tensor.dim() == 3
        part = tensor.numpy().astype("<f2" if half else "<f4").tobytes()
        header[name] = {"dtype": "F16" if half else "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    torch.set_num_threads(1)
    only = sys.argv[2:]
    for name, planted in PLANTED.items():
        if only and name not in only:
            continue
        net = rounded(trained(planted, seed=planted))
        first, alive, led = score(net, planted)
        print(f"{name}: first on {first} of {TEST_RECORDS} recordings, in {led} of {alive} gate rows at least", flush=True)
        write(net, os.path.join(sys.argv[1], f"planted-{name}.safetensors"))


if __name__ == "__main__":
    main()
