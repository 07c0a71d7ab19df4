"""Golden values for Tests/TrainingTests: gradients and steps of Adam in PyTorch, float64, no dropout, weights and data by formula.

    python training_steps.py ../Golden/Training

For each case (base width, lead gate and sparsity: windows, samples, steps) writes training-BASE.json with the losses of the steps (without the penalty on lead
weights) and, as little-endian float32 in training-BASE.f32,
for every trained tensor about fifty of its gradient's numbers of the first step, then of every tensor (running statistics too) after the first step and after
the last: number i * max(1, n // 50) of n. Each batch is the same.
"""

import json
import os
import sys

import numpy as np
import torch

import seresnet_formula as formula

CASES = {
    "8": (8, None, 0, 4, 300, 10), "24": (24, None, 0, 3, 331, 1),
    "own-8": (8, "own", 0.5, 4, 300, 10), "shared-24": (24, "shared", 0, 3, 331, 1),
    "fused-8": (8, None, 0, 4, 300, 3),
}
# In the case "fused-8": measurements beside the signal, a head that tells three sources apart and is to be confused by this factor, and unknown targets.
MEASURED, SOURCES, CONFUSION = 14, 3, 0.4
RATE = 1e-3


def sampled(tensor):
    values = tensor.detach().numpy().reshape(-1)
    return values[:: max(1, len(values) // 50)].copy()


def batch(count, samples):
    """Signals of unit deviation, zero after 200 samples in every second window, as if filled up; age and sex, targets of 0 and 1."""
    signals = (2 * formula.uniform(3000, count * 12 * samples) - 1).reshape(count, 12, samples)
    signals[1::2, :, 200:] = 0
    patients = np.array([[0.2 + 0.1 * w, 1, w % 2, 1 - w % 2, 1] for w in range(count)])
    targets = formula.uniform(3001, count * 24) < 0.3
    return (
        torch.tensor(1.7 * signals.astype(np.float32)).double(),
        torch.tensor(patients.astype(np.float32)).double(),
        torch.tensor(targets.reshape(count, 24)).double(),
    )


def main():
    folder = sys.argv[1]
    for name, (base, gate, sparsity, count, samples, steps) in CASES.items():
        fused = name.startswith("fused")
        net = formula.network(base, gate, 4, MEASURED if fused else 0).train()
        signals, patients, targets = batch(count, samples)
        inputs, known = [signals, patients], torch.ones_like(targets)
        if fused:
            net.source = torch.nn.Linear(8 * base, SOURCES).double()
            place = len([key for key in net.state_dict() if not key.endswith("num_batches_tracked")]) - 2
            for offset, key in enumerate(["weight", "bias"]):
                tensor = getattr(net.source, key)
                tensor.data = formula.formula(place + offset, "source." + key, tuple(tensor.shape)).double()
            inputs.append(torch.tensor((2 * formula.uniform(3002, count * MEASURED) - 1).astype(np.float32)).double().reshape(count, MEASURED))
            known = torch.tensor(formula.uniform(3003, count * 24) >= 0.25).double().reshape(count, 24)
        optimiser = torch.optim.Adam(net.parameters(), lr=RATE)
        losses, parts = [], []
        for step in range(steps):
            optimiser.zero_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(*inputs), targets, weight=known)
            total = loss + (sparsity * net.lead_gate.weights.mean() if sparsity else 0)
            if fused:
                head = net.source(net.deep.detach())
                frozen = torch.nn.functional.linear(net.deep, net.source.weight.detach(), net.source.bias.detach())
                total = total + torch.nn.functional.cross_entropy(head, torch.arange(count) % SOURCES)
                total = total - CONFUSION * torch.log_softmax(frozen, 1).mean()
            total.backward()
            if step == 0:
                parts += [sampled(parameter.grad) for parameter in net.parameters()]
            optimiser.step()
            losses.append(loss.item())
            if step in {0, steps - 1}:
                parts += [sampled(value) for key, value in net.state_dict().items() if not key.endswith("num_batches_tracked")]
        np.concatenate(parts).astype("<f4").tofile(os.path.join(folder, f"training-{name}.f32"))
        with open(os.path.join(folder, f"training-{name}.json"), "w") as file:
            json.dump(dict(windows=count, samples=samples, rate=RATE, losses=losses), file)
        print(name, losses)


if __name__ == "__main__":
    main()
