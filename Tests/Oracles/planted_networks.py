"""Small networks of which one class hangs on one planted lead only: the proof behind the lead attribution.

    python planted_networks.py ../Golden/SEResNet [LEAD...]

Trains a network for each of the twelve leads (or those named) by one recipe, seeds included, that was settled before these were trained, prints for each
what its attribution says, as the table of docs/lead-weights.md, and writes planted-LEAD.safetensors (base width 4, convolutions in half precision) for the
leads of KEPT, which were named before too. About a minute a network on one thread.

A recording is twelve leads of beats that are upright or inverted independently of each other, so no lead tells anything of another; the class, LAD, is present
where the beats of the planted lead are upright. A quarter of the training recordings have that lead flat and the target one half, so that nothing else can
carry the answer. Recordings follow from a formula, so that PlantedLeadTests.swift makes the same ones.

At this width the gates of most blocks have one hidden unit. As PyTorch initialises it, it is below zero, and so dead, on about half of all inputs; where it is
dead the gates never move and their row is 0. So squeeze weights start positive, and the normalisation before them with a bias of 1: all units start
alive. Weight decay, on convolutions and output only, makes the network forget the leads that it does not need.
"""

import json
import os
import struct
import sys

import numpy as np
import torch

import seresnet_formula as formula
from seresnet_input import LEADS
from seresnet_network import Network

KEPT = ["I", "aVL", "V2", "V6"]
BASE, CLASS, SAMPLES, STEPS, BATCH = 4, 11, 2056, 400, 32
# Recordings that the test uses, recordings for the AUROC, and the first of those that training uses.
TESTED, HELD_OUT, FIRST_TRAINING = 16, 256, 1000
SHUFFLES = 10
MOST_ROWS = 5

CODES = [
    "10370003", "111975006", "164889003", "164890007", "164909002", "164917005", "164934002", "164947007", "251146004", "270492004",
    "284470004", "39732003", "426177001", "426627000", "426783006", "427084000", "427172004", "427393009", "445118002", "47665007",
    "59931005", "698252002", "713426002", "713427006",
]


def recording(number):
    """Twelve leads of 8 s at 257 Hz in microvolts, filled up to a window, and the sign of each lead's beats.

    Triangles 13 samples wide, 20 microvolts high, every 200 samples, on noise of 4 microvolts.
    """
    signs = np.where(formula.uniform(20_000 + number, 12) < 0.5, -1.0, 1.0)
    noise = formula.uniform(40_000 + number, 12 * SAMPLES).reshape(12, SAMPLES) * 8 - 4
    beat = 20 * np.maximum(0, 1 - np.abs(np.arange(SAMPLES) % 200 - 100) / 7)
    return np.pad(signs[:, None] * beat + noise, ((0, 0), (0, 4096 - SAMPLES))), signs


def batch(first, planted):
    signals, targets = [], []
    for number in range(first, first + BATCH):
        signal, signs = recording(number)
        if number % 4 == 3:
            signal[planted] = 0
        signals.append(signal)
        targets.append(0.5 if number % 4 == 3 else float(signs[planted] > 0))
    return torch.tensor(np.array(signals), dtype=torch.float32), torch.tensor(targets)


def trained(planted):
    torch.manual_seed(planted)
    return train(Network(BASE), planted)


def train(net, planted, length=None, penalty=lambda: 0):
    """Trains a network on recordings in which one lead decides; `length` is how many of their samples it sees, `penalty` what is added to the loss."""
    net.train()
    with torch.no_grad():
        for block in net.blocks():
            block.se.fc[0].weight.abs_()
            block.bn2.bias.fill_(1)
    decayed = [tensor for tensor in net.parameters() if tensor.dim() == 3] + [net.fc.weight]
    others = [tensor for tensor in net.parameters() if not any(tensor is one for one in decayed)]
    optimiser = torch.optim.AdamW([dict(params=decayed, weight_decay=0.6), dict(params=others, weight_decay=0.0)], lr=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, STEPS)
    for step in range(STEPS):
        signals, targets = batch(FIRST_TRAINING + step * BATCH, planted)
        logits = net(signals[:, :, :length].contiguous(), torch.zeros(BATCH, 5))[:, CLASS]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets) + penalty()
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


def stored(net):
    return {name: tensor for name, tensor in net.state_dict().items() if not name.endswith("num_batches_tracked")}


def shuffled(net, seed):
    """The network with the numbers of every matrix and convolution in another order; normalisations and biases stay."""
    copy = Network(BASE)
    copy.load_state_dict(net.state_dict())
    for number, (_, tensor) in enumerate(sorted(stored(copy).items()), 1):
        if tensor.dim() > 1:
            order = np.argsort(formula.uniform(seed * 1000 + number, tensor.numel()), kind="stable")
            tensor.copy_(tensor.flatten()[torch.tensor(order)].reshape(tensor.shape))
    return copy.eval()


def explained(net):
    """For each recording the occlusion of the class by lead, and by block and lead the L1 change of the gates."""
    net = net.double()
    occlusion, changes = [], []
    with torch.no_grad():
        for number in range(TESTED):
            signals = np.repeat(recording(number)[0][None], 13, 0)
            for lead in range(12):
                signals[1 + lead, lead] = 0
            outputs = torch.sigmoid(net(torch.tensor(signals), torch.zeros(13, 5, dtype=torch.float64)))[:, CLASS].numpy()
            occlusion.append(outputs[0] - outputs[1:])
            changes.append([np.abs(block.se.gate[1:] - block.se.gate[0]).sum(1).numpy() for block in net.blocks()])
    net.float()
    return np.array(occlusion), np.array(changes)


def leads_first(net, planted):
    """Whether the planted lead is first in occlusion, in how many rows of gates it is, and how many rows are not 0: for each recording."""
    occlusion, changes = explained(net)
    alive = changes.sum(2) > 0
    return np.abs(occlusion).argmax(1) == planted, ((changes.argmax(2) == planted) & alive).sum(1), alive.sum(1)


def auroc(net, planted, recording=recording):
    signals, signs = zip(*(recording(100 + number) for number in range(HELD_OUT)))
    with torch.no_grad():
        outputs = net(torch.tensor(np.array(signals), dtype=torch.float32), torch.zeros(HELD_OUT, 5))[:, CLASS].numpy()
    upright = np.array(signs)[:, planted] > 0
    return float((outputs[upright][:, None] > outputs[~upright][None]).mean())


def write(net, path):
    metadata = {
        "version": 1, "classes": CODES, "thresholds": [0.5] * 24, "preprocessing": "paper", "age_known_slot": "flag",
        "provenance": "Tests/Oracles/planted_networks.py", "licence": "Apache-2.0", "trained_on": "a formula", "scores": {},
    }
    header, data = {"__metadata__": {"einthoven": json.dumps(metadata)}}, b""
    for name, tensor in stored(net).items():
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
    torch.set_flush_denormal(True)
    folder, only = sys.argv[1], sys.argv[2:]
    print("| planted lead | AUROC | first in occlusion | gate rows led | rows not 0 | shuffled: first in occlusion | shuffled: gate rows led | shuffled: in most rows |")
    print("|---|---|---|---|---|---|---|---|")
    for planted, name in enumerate(LEADS):
        if only and name not in only:
            continue
        net = rounded(trained(planted))
        first, led, alive = leads_first(net, planted)
        chance = [leads_first(shuffled(net, seed), planted) for seed in range(1, SHUFFLES + 1)]
        chance_first, chance_led = (np.array([one[i] for one in chance]) for i in (0, 1))
        print(
            f"| {name} | {auroc(net, planted):.3f} | {first.sum()} of {TESTED} | {led.min()}–{led.max()}, mean {led.mean():.1f} | {alive.min()}–{alive.max()} "
            f"| {100 * chance_first.mean():.0f} % | {100 * chance_led.mean() / 8:.0f} % | {100 * (chance_led >= MOST_ROWS).mean():.0f} % |", flush=True)
        if name in KEPT:
            write(net, os.path.join(folder, f"planted-{name}.safetensors"))


if __name__ == "__main__":
    main()
