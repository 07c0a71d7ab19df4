"""The network's input (Zhao et al. 2022) in NumPy and SciPy, written independently of the Swift code.

Imported by the scripts beside it; what it feeds is in seresnet_network.py.
"""

import math

import numpy as np
from scipy.signal import butter, sosfiltfilt

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


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


def demographics(age, sex, has_flag=False):
    """The released code's vector, whose second slot is always 0; with `has_flag` it tells whether the age is known, as in models trained here."""
    known = float(has_flag and age is not None)
    return [0 if age is None else age / 100, known, float(sex == "F"), float(sex == "M"), float(sex is not None)]
