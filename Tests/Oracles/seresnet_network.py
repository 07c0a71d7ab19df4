"""The network of Zhao et al. 2022 in PyTorch, and the paper's input, written independently of the Swift code.

Imported by the other seresnet_*.py scripts. Parameter names are those of the published checkpoints.
"""

import math

import numpy as np
import torch
import torch.nn as nn
from scipy.signal import butter, sosfiltfilt

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


class SE(nn.Module):
    def __init__(self, channels):
        super().__init__()
        reduced = max(1, channels // 16)
        self.fc = nn.Sequential(
            nn.Linear(channels, reduced, bias=False), nn.ReLU(), nn.Linear(reduced, channels, bias=False), nn.Sigmoid()
        )

    def forward(self, x):
        self.gate = self.fc(x.mean(2))
        return x * self.gate[:, :, None]


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv1d(inputs, outputs, 7, stride, 3, bias=False)
        self.bn1 = nn.BatchNorm1d(outputs)
        self.conv2 = nn.Conv1d(outputs, outputs, 7, 1, 3, bias=False)
        self.bn2 = nn.BatchNorm1d(outputs)
        self.se = SE(outputs)
        self.downsample = None
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv1d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm1d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.se(self.bn2(self.conv2(y))) + shortcut)


class Net(nn.Module):
    def __init__(self, base):
        super().__init__()
        self.conv1 = nn.Conv1d(12, base, 15, 2, 7, bias=False)
        self.bn1 = nn.BatchNorm1d(base)
        self.pool = nn.MaxPool1d(3, 2, 1)
        inputs = base
        for layer in range(4):
            outputs = base << layer
            setattr(self, f"layer{layer + 1}", nn.Sequential(Block(inputs, outputs, 2 if layer else 1), Block(outputs, outputs, 1)))
            inputs = outputs
        self.fc1 = nn.Linear(5, 10)
        self.fc = nn.Linear(10 + inputs, 24)

    def blocks(self):
        return [block for layer in (self.layer1, self.layer2, self.layer3, self.layer4) for block in layer]

    def forward(self, x, demographics):
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        for block in self.blocks():
            x = block(x)
        return self.fc(torch.cat([self.fc1(demographics), x.mean(2)], 1))


def resample(signal, rate):
    """[12][L] at `rate` Hz to 257 Hz, on the grids of the released code."""
    if rate == 257:
        return signal
    length = signal.shape[1]
    count = int(length / rate * 257)
    source = np.linspace(0, length, length) / rate
    target = np.linspace(0, count, count) / 257
    return np.array([np.interp(target, source, lead) for lead in signal])


def fill_gaps(lead):
    """Missing samples bridged by straight lines; the ends hold the nearest value."""
    good = np.isfinite(lead)
    if not good.any():
        return np.zeros_like(lead)
    at = np.arange(len(lead))
    return np.interp(at, at[good], lead[good])


def zscore(lead):
    deviation = lead.std()
    return (lead - lead.mean()) / deviation if deviation > 0 else np.zeros_like(lead)


def preprocess(millivolts, rate, kind):
    """[12][L] millivolts (NaN where missing) to the network's input, before it is cut into windows."""
    signal = np.array([fill_gaps(lead) for lead in millivolts])
    if kind == "paper":
        return resample(signal * 1000, rate)
    flat = signal.max(1) == signal.min(1)
    signal = sosfiltfilt(butter(4, [0.5, 40], "bandpass", fs=rate, output="sos"), signal, axis=1)
    signal[flat] = 0
    return np.array([zscore(lead) for lead in resample(signal, rate)])


def windows(signal):
    """Equation 4: [P][12][4096]."""
    length = signal.shape[1]
    if length <= 4096:
        return np.pad(signal, ((0, 0), (0, 4096 - length)))[None]
    count = math.ceil((length - 4096) / (4096 - 256)) + 1
    starts = [i * int((length - 4096) / (count - 1)) for i in range(count - 1)] + [length - 4096]
    return np.stack([signal[:, start : start + 4096] for start in starts])


def demographics(age, sex):
    """The released code's vector: the second slot is always 0."""
    return [0 if age is None else age / 100, 0, float(sex == "F"), float(sex == "M"), float(sex is not None)]
