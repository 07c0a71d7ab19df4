"""Golden values for Tests/ECGSignalTests: filters, resampling and gaps by SciPy and NumPy.

    python signal_preprocessing.py > ../Golden/ECGSignal/preprocessing.json

The input is a formula that the Swift tests repeat: sample i at rate fs is sin(2 pi 1.3 i/fs) + 0.4 sin(2 pi 17 i/fs) + 0.3 sin(2 pi 61 i/fs)
+ ((i * 7919) % 101) / 200 - 0.1 i/fs + 0.5.
"""

import json

import numpy as np
from scipy.signal import butter, sosfiltfilt, sosfreqz

import seresnet_input as network_input


def formula(count, rate):
    i = np.arange(count)
    t = i / rate
    waves = np.sin(2 * np.pi * 1.3 * t) + 0.4 * np.sin(2 * np.pi * 17 * t) + 0.3 * np.sin(2 * np.pi * 61 * t)
    return waves + (i * 7919 % 101) / 200 - 0.1 * t + 0.5


def thin(values, step):
    """Enough of a long result to catch any error: every `step`-th value and the last."""
    return [float(v) for v in values[::step]] + [float(values[-1])]


filters = []
for order, low, high, rate, count in [
    (4, 0.5, 40, 100, 1000), (4, 0.5, 40, 257, 2570), (4, 0.5, 40, 300, 2999), (4, 0.5, 40, 500, 5000), (4, 0.5, 40, 1000, 10001),
    (4, 0.5, 40, 81, 28), (4, 0.5, 40, 250.5, 1777), (3, 1, 30, 500, 1501), (2, 5, 15, 360, 800),
    (1, 0.05, 100, 500, 900), (1, 20, 21, 300, 500), (5, 8, 20, 128, 700),
    (3, 0.5, 150, 500, 2000), (8, 5, 60, 500, 2000), (4, 0.5, 40, 5000, 20000),
]:
    sos = butter(order, [low, high], "bandpass", fs=rate, output="sos")
    frequencies = [0.1 * low, low, (low * high) ** 0.5, high, min(1.5 * high, 0.49 * rate)]
    response = sosfreqz(sos, worN=np.array(frequencies) * 2 * np.pi / rate)[1]
    step = max(1, count // 150)
    filters.append(
        dict(order=order, low=low, high=high, rate=rate, count=count, step=step, frequencies=frequencies,
             gains=[abs(float(abs(h))) for h in response], values=thin(sosfiltfilt(sos, formula(count, rate)), step))
    )

resamplings = []
for rate, count in [
    (100, 1000), (257, 1234), (300, 2999), (500, 5000), (500, 5001), (1000, 10007), (250.5, 777), (128, 1), (500, 3), (200, 2), (1000, 38400),
]:
    values = network_input.resample(formula(count, rate)[None], rate)[0]
    if len(values) == 0:
        resamplings.append(dict(rate=rate, count=count, length=0, step=1, values=[]))
        continue
    step = max(1, len(values) // 150)
    resamplings.append(dict(rate=rate, count=count, length=len(values), step=step, values=thin(values, step)))

print(json.dumps(dict(filters=filters, resamplings=resamplings), separators=(",", ":")))
