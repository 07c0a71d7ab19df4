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
# In the case "fused-8": measurements beside the signal, unknown targets, and a head that tells three sources apart from deep features, targets and what is known
# of them; its gradient comes back turned round, times CONFUSION. After each step the head takes HEAD_STEPS steps of its own on the windows of all steps so far,
# as the network saw them.
MEASURED, SOURCES, CONFUSION, HEAD_STEPS, HEAD_RATE = 14, 3, 0.4, 10, 0.01
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
            place = len([key for key in net.state_dict() if not key.endswith("num_batches_tracked")])
            source = formula.formula(place, "source.weight", (SOURCES, 8 * base + 2 * 24 + 1)).double().requires_grad_()
            teacher = torch.optim.Adam([source], lr=HEAD_RATE)
            remembered, sources = [], torch.arange(count) % SOURCES
            inputs.append(torch.tensor((2 * formula.uniform(3002, count * MEASURED) - 1).astype(np.float32)).double().reshape(count, MEASURED))
            known = torch.tensor(formula.uniform(3003, count * 24) >= 0.25).double().reshape(count, 24)
        optimiser = torch.optim.Adam(net.parameters(), lr=RATE)
        losses, parts = [], []
        for step in range(steps):
            optimiser.zero_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(*inputs), targets, weight=known)
            total = loss + (sparsity * net.lead_gate.weights.mean() if sparsity else 0)
            if fused:
                inputs_of_head = torch.cat([net.deep, targets * known, known, torch.ones(count, 1)], 1)
                total = total - CONFUSION * torch.nn.functional.cross_entropy(inputs_of_head @ source.detach().T, sources)
            total.backward()
            if step == 0:
                parts += [sampled(parameter.grad) for parameter in net.parameters()]
            optimiser.step()
            if fused:
                remembered.append(inputs_of_head.detach())
                for _ in range(HEAD_STEPS):
                    teacher.zero_grad()
                    torch.nn.functional.cross_entropy(torch.cat(remembered) @ source.T, sources.repeat(len(remembered))).backward()
                    teacher.step()
            losses.append(loss.item())
            if step in {0, steps - 1}:
                parts += [sampled(value) for key, value in net.state_dict().items() if not key.endswith("num_batches_tracked")]
                parts += [sampled(source)] if fused else []
        np.concatenate(parts).astype("<f4").tofile(os.path.join(folder, f"training-{name}.f32"))
        with open(os.path.join(folder, f"training-{name}.json"), "w") as file:
            json.dump(dict(windows=count, samples=samples, rate=RATE, losses=losses), file)
        print(name, losses)


if __name__ == "__main__":
    main()
