"""The network of Zhao et al. 2022 in PyTorch, written independently of the Swift code. Parameter names are those of the published checkpoints.

Imported by the scripts beside it and by those of Benchmarks; needs PyTorch and nothing else.
"""

import torch
import torch.nn as nn


class SqueezeExcitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        reduced = max(1, channels // 16)
        self.fc = nn.Sequential(
            nn.Linear(channels, reduced, bias=False), nn.ReLU(), nn.Linear(reduced, channels, bias=False), nn.Sigmoid()
        )

    def forward(self, x):
        # Kept, so that an explanation can look at it.
        self.gate = self.fc(x.mean(2))
        return x * self.gate[:, :, None]


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv1d(inputs, outputs, 7, stride, 3, bias=False)
        self.bn1 = nn.BatchNorm1d(outputs)
        self.conv2 = nn.Conv1d(outputs, outputs, 7, 1, 3, bias=False)
        self.bn2 = nn.BatchNorm1d(outputs)
        self.se = SqueezeExcitation(outputs)
        self.downsample = None
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv1d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm1d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.se(self.bn2(self.conv2(y))) + shortcut)


class LeadConvolution(nn.Module):
    """`count` filters on each lead apart; weights [count][12 or, shared, 1][15]; outputs filter after filter, the leads of each together."""

    def __init__(self, count, shared):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(count, 1 if shared else 12, 15))
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        count = self.weight.shape[0]
        each = self.weight.expand(count, 12, 15).transpose(0, 1).reshape(12 * count, 1, 15)
        y = nn.functional.conv1d(x, each, stride=2, padding=7, groups=12)
        return y.view(len(x), 12, count, -1).transpose(1, 2).reshape(len(x), 12 * count, -1)


class LeadGate(nn.Module):
    """Equation 1 with the leads for C, on the rectified outputs of a LeadConvolution."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(12, 6, bias=False), nn.ReLU(), nn.Linear(6, 12, bias=False), nn.Sigmoid())

    def forward(self, y):
        z = y.view(len(y), -1, 12, y.shape[2]).mean((1, 3))
        self.weights = self.fc(z)
        return y * self.weights.repeat(1, y.shape[1] // 12)[:, :, None]


class Network(nn.Module):
    def __init__(self, base, gate=None, filters=4, measured=0, regression=False):
        """The published form, or with a lead gate, `gate` being "shared" or "own"; `measured` numbers are taken beside the signal, and
        a regression of them is added to the logits."""
        super().__init__()
        self.gated = gate is not None
        self.conv1 = LeadConvolution(filters, gate == "shared") if gate else nn.Conv1d(12, base, 15, 2, 7, bias=False)
        self.bn1 = nn.BatchNorm1d(12 * filters if gate else base)
        if gate:
            self.lead_gate = LeadGate()
            self.mix = nn.Sequential(nn.Conv1d(12 * filters, base, 1, bias=False), nn.BatchNorm1d(base))
        self.pool = nn.MaxPool1d(3, 2, 1)
        inputs = base
        for layer in range(4):
            outputs = base << layer
            setattr(self, f"layer{layer + 1}", nn.Sequential(Block(inputs, outputs, 2 if layer else 1), Block(outputs, outputs, 1)))
            inputs = outputs
        self.fc1 = nn.Linear(5, 10)
        self.fc2 = nn.Linear(measured, 16) if measured else None
        self.fc3 = nn.Linear(measured, 24) if regression else None
        self.fc = nn.Linear(10 + (16 if measured else 0) + inputs, 24)

    def blocks(self):
        return [block for layer in (self.layer1, self.layer2, self.layer3, self.layer4) for block in layer]

    def forward(self, x, demographics, measured=None):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = torch.relu(self.mix(self.pool(self.lead_gate(x)))) if self.gated else self.pool(x)
        for block in self.blocks():
            x = block(x)
        # Kept for a head that tells where a recording comes from.
        self.deep = x.mean(2)
        fused = [self.fc1(demographics)] + ([torch.relu(self.fc2(measured))] if self.fc2 is not None else [])
        logits = self.fc(torch.cat(fused + [self.deep], 1))
        return logits if self.fc3 is None else logits + self.fc3(measured)
