"""Golden values for Tests/ECGSignalTests/WaveNetworkTests: the log odds of the shipped wave network, in float64 by PyTorch.

    python wave_network.py ../../Sources/CWaveNetwork/waves.weights ../Golden/ECGSignal

Writes wave-network.json: log odds [lead][wave][sample] of three leads of 192 samples that both sides make by a formula.
"""

import json
import math
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

WIDTH, TRUNK = 32, 64
# name: inputs, outputs, taps, stride, padding, dilation, rectified
LAYERS = {
    "stem": (1, WIDTH, 16, 4, 6, 1, True), "halve": (WIDTH, WIDTH, 4, 2, 1, 1, True), "coarse": (WIDTH, WIDTH, 3, 1, 1, 1, True),
    "t0": (2 * WIDTH, TRUNK, 3, 1, 1, 1, True), "t1": (TRUNK, TRUNK, 4, 2, 1, 1, True), "t1b": (TRUNK, TRUNK, 3, 1, 1, 1, True),
    "t2": (TRUNK, TRUNK, 4, 2, 1, 1, True), "t2b": (TRUNK, TRUNK, 3, 1, 1, 1, True), "t3": (TRUNK, TRUNK, 4, 2, 1, 1, True),
    "t3b": (TRUNK, TRUNK, 3, 1, 1, 1, True), "t3c": (TRUNK, TRUNK, 3, 1, 2, 2, True), "u2": (TRUNK, TRUNK, 3, 1, 1, 1, True),
    "u1": (TRUNK, TRUNK, 3, 1, 1, 1, True), "u0": (TRUNK, TRUNK, 3, 1, 1, 1, True), "context": (TRUNK, WIDTH, 1, 1, 0, 1, False),
    "join": (WIDTH, WIDTH, 3, 1, 1, 1, False), "wide": (WIDTH, WIDTH, 3, 1, 2, 2, True), "double": (WIDTH, 2 * WIDTH, 1, 1, 0, 1, False),
    "head": (WIDTH, 12, 3, 1, 1, 1, False),
}


def read(path):
    data, weights, place = open(path, "rb").read(), {}, 0
    for name, (inputs, outputs, taps, *_) in LAYERS.items():
        count = inputs * outputs * taps
        weight = np.frombuffer(data, "<f2", count, place).astype(np.float64).reshape(outputs, inputs, taps)
        bias = np.frombuffer(data, "<f4", outputs, place + 2 * count).astype(np.float64)
        weights[name] = (torch.from_numpy(weight), torch.from_numpy(bias))
        place += 2 * count + 4 * outputs
    assert place == len(data)
    return weights


def log_odds(x, weights):
    """x [leads, time] to [leads, wave, time]."""
    def layer(name, value):
        _, _, _, stride, padding, dilation, rectified = LAYERS[name]
        value = F.conv1d(value, *weights[name], stride, padding, dilation)
        return F.relu(value) if rectified else value

    twice = lambda value: torch.repeat_interleave(value, 2, 2)
    fine = layer("stem", x[:, None])
    coarse = layer("coarse", layer("halve", fine))
    t0 = layer("t0", torch.cat([coarse.mean(0), coarse.amax(0)])[None])
    t1 = layer("t1b", layer("t1", t0))
    t2 = layer("t2b", layer("t2", t1))
    t3 = layer("t3c", layer("t3b", layer("t3", t2)))
    t2 = layer("u2", t2 + twice(t3))
    t1 = layer("u1", t1 + twice(t2))
    context = layer("context", layer("u0", t0 + twice(t1)))
    joined = layer("wide", F.relu(layer("join", coarse) + context))
    leads, _, rows = joined.shape
    up = layer("double", joined).reshape(leads, 2, WIDTH, rows).permute(0, 2, 3, 1).reshape(leads, WIDTH, 2 * rows)
    out = layer("head", F.relu(up + fine))
    return out.reshape(leads, 3, 4, 2 * rows).permute(0, 1, 3, 2).reshape(leads, 3, 8 * rows)


def main(path, folder):
    def sample(lead, i):
        return math.sin(0.05 * (lead + 1) * i) + (4.0 - lead if i % 61 < 6 else 0.0)

    x = torch.tensor([[sample(lead, i) for i in range(192)] for lead in range(3)], dtype=torch.float64)
    values = log_odds(x, read(path))
    with open(os.path.join(folder, "wave-network.json"), "w") as file:
        json.dump({"log_odds": [[[round(v, 4) for v in wave] for wave in lead] for lead in values.tolist()]}, file)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
