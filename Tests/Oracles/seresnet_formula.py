"""Golden values for Tests/SEResNetTests: the network with weights made by a formula, in float64, and small checkpoints of it.

    python seresnet_formula.py ../Golden/SEResNet

A base-64 checkpoint is too big to commit, so both sides make the weights: element i of tensor n (tensors numbered in the order of a state
dict, the counters num_batches_tracked left out) is a function of an integer hash of n and i. Writes formula.json (probabilities, occlusion,
gates, raw gates, groups and electrodes of one window at base widths 64, 12 and 8) and tiny*.pth (base width 1, saved by torch.save in several ways).
"""

import json
import math
import os
import sys

import numpy as np
import torch

from seresnet_network import Network


def uniform(n, count):
    """`count` numbers in 0 ..< 1, a function of n and the position only."""
    i = np.arange(count, dtype=np.uint64)
    x = (n * 0x9E3779B9 + i * np.uint64(0x85EBCA6B) + np.uint64(0x165667B1)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    x = x * np.uint64(0x7FEB352D) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(15)
    x = x * np.uint64(0x846CA68B) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    return (x >> np.uint64(8)).astype(np.float64) / 2**24


def formula(n, name, shape):
    u = uniform(n, math.prod(shape))
    signed = 2 * u - 1
    if name.endswith("running_var"):
        values = 0.3 + 0.7 * u
    elif name.endswith("running_mean") or name.endswith("bias"):
        values = 0.2 * signed
    elif len(shape) == 3:
        values = signed * math.sqrt(3 / (shape[1] * shape[2]))
    elif len(shape) == 1:
        values = 0.7 + 0.6 * u
    elif name == "fc.weight":
        values = signed / math.sqrt(shape[1])
    else:
        values = 3 * signed / math.sqrt(shape[1])
    return torch.tensor(values.astype(np.float32).reshape(shape))


def state(base, *gate):
    state = Network(base, *gate).state_dict()
    names = [(name, tuple(tensor.shape)) for name, tensor in state.items() if not name.endswith("num_batches_tracked")]
    return {name: formula(n, name, shape) for n, (name, shape) in enumerate(names)}


def network(base, *gate):
    net = Network(base, *gate)
    net.load_state_dict(state(base, *gate), strict=False)
    return net.double().eval()


def window():
    """Twelve leads of 4096 samples in microvolts; I, II and the chest leads by formula, the other limb leads from them."""
    base = {lead: 2 * (2 * uniform(1000 + k, 4096) - 1) for k, lead in enumerate(["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"])}
    return leads(0 * base["I"], base["I"], base["II"], base)


def leads(right_arm, left_arm, left_leg, chest, terminal=0):
    """The twelve leads of nine potentials, chest ones against `terminal`."""
    ra, la, ll = right_arm, left_arm, left_leg
    limb = [la - ra, ll - ra, ll - la, ra - (la + ll) / 2, la - (ra + ll) / 2, ll - (ra + la) / 2]
    return np.array(limb + [chest[f"V{k}"] - terminal for k in range(1, 7)])


ELECTRODES = ["RA", "LA", "LL", "V1", "V2", "V3", "V4", "V5", "V6"]
# What each of the twelve leads shows of each electrode; Wilson's terminal is the mean of the first three.
SHARES = leads(*np.eye(9)[:3], {f"V{k}": np.eye(9)[2 + k] for k in range(1, 7)}, np.eye(9)[:3].mean(0))
GROUPS = dict(
    frontal=[0, 1, 2, 3, 4, 5], chest=[6, 7, 8, 9, 10, 11], inferior=[1, 2, 5], lateral=[0, 4, 10, 11], septal=[6, 7], anterior=[8, 9]
)


def replaced(signal, electrode):
    """The leads as if an electrode read the mean of the other eight; potentials against Wilson's terminal, from leads I, II and V1 to V6."""
    potentials = np.array([-(signal[0] + signal[1]) / 3, (2 * signal[0] - signal[1]) / 3, (2 * signal[1] - signal[0]) / 3, *signal[6:]])
    change = np.delete(potentials, electrode, 0).mean(0) - potentials[electrode]
    return signal + SHARES[:, [electrode]] * change


def without(windows, left):
    copy = windows.copy()
    copy[:, left] = 0
    return copy


def run(net, windows, person):
    """Of [P][12][4096] windows the mean probabilities and, for each block, the gates [P][channels]."""
    people = torch.tensor([person] * len(windows), dtype=torch.float64)
    with torch.no_grad():
        probabilities = torch.sigmoid(net(torch.tensor(windows), people)).mean(0).numpy()
    return probabilities, [block.se.gate.numpy().copy() for block in net.blocks()]


def attribution(net, signal, person, prepare):
    """Everything that `einthoven explain` says of a signal [12][L], which `prepare` makes into windows [P][12][4096]."""
    windows = prepare(signal)
    full, gates = run(net, windows, person)
    singles = [run(net, without(windows, [lead]), person) for lead in range(12)]
    changes = np.array([[np.abs(single[1][b] - gates[b]).sum() for single in singles] for b in range(8)])
    sums = changes.sum(1, keepdims=True)
    electrodes = [prepare(replaced(signal, electrode)) for electrode in range(len(ELECTRODES))]
    return dict(
        probabilities=full,
        occlusion=np.array([full - single[0] for single in singles]).T,
        gates=np.divide(changes, sums, out=np.zeros_like(changes), where=sums > 0),
        groups=np.array([full - run(net, without(windows, left), person)[0] for left in GROUPS.values()]),
        electrodes=np.array([full - run(net, changed, person)[0] for changed in electrodes]),
    )


def rounded(values):
    return {key: np.round(value, 7).tolist() for key, value in values.items()}


def main():
    folder = sys.argv[1]
    golden = {}
    person = [0.63, 1, 1, 0, 1]
    for base in (64, 12, 8):
        golden[str(base)] = rounded(attribution(network(base), window(), person, lambda signal: signal[None]))
        golden[str(base)]["rawGates"] = [np.round(gate[0], 7).tolist() for gate in run(network(base), window()[None], person)[1]]
        print(base, min(golden[str(base)]["probabilities"]), max(golden[str(base)]["probabilities"]))
    with open(os.path.join(folder, "formula.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))

    net = Network(1)
    net.load_state_dict(state(1), strict=False)
    full = net.state_dict()
    torch.save(full, os.path.join(folder, "tiny.pth"))
    torch.save({f"module.{name}": tensor for name, tensor in full.items()}, os.path.join(folder, "tiny-module.pth"))
    torch.save(net.half().state_dict(), os.path.join(folder, "tiny-half.pth"))


if __name__ == "__main__":
    main()
