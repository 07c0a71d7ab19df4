"""Golden values for the WFDB reader, made by wfdb-python.

usage: wfdb_formats.py [SHARED_ECG]

Without an argument it writes small records of invented values under Tests/Golden/ECGFiles/records: one in every signal format, and one each with
skew, several samples a frame, a byte offset, a fixed and a variable layout of segments. Formats 16, 24, 32, 80 and 212 are written by
wfdb-python's wrsamp; 8, 61, 160, 310 and 311, which it cannot write, are packed here after signal(5) and read back by it. records.json holds the
expected values, null where missing.

With the folder of real recordings (../shared/ecg) it also writes digests.json: for every signal of formats/wfdb its calibration, length, first
values, and a digest of all values (FNV-1a over 64-bit words, a missing sample as -2147483648). No samples are copied.
"""

import json
import os
import shutil
import sys

import numpy as np
import wfdb

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "Golden", "ECGFiles")
RECORDS = os.path.join(GOLDEN, "records")
BITS = {"8": 8, "16": 16, "24": 24, "32": 32, "61": 16, "80": 8, "160": 16, "212": 12, "310": 10, "311": 10}
MARK = {f: -(1 << (b - 1)) for f, b in BITS.items() if f != "8"}
MISSING = -(1 << 31)


def invented(fmt, frames, signals, seed):
    """Random walks and extremes; in each signal one missing sample where the format has a mark for it."""
    random = np.random.default_rng(seed)
    if fmt == "8":
        return np.cumsum(random.integers(-128, 128, (frames, signals)), axis=0)
    top = (1 << (BITS[fmt] - 1)) - 1
    values = random.integers(-top, top + 1, (frames, signals))
    values[0], values[1], values[2], values[3] = top, -top, 0, -1
    for signal in range(signals):
        values[5 + 7 * signal, signal] = MARK[fmt]
    return values


def packed(fmt, frames, initial):
    """The bytes of a signal file, from values in file order, after signal(5)."""
    flat = frames.reshape(-1)
    if fmt == "8":
        differences = np.diff(np.vstack([initial, frames]), axis=0)
        return differences.reshape(-1).astype("<i1").tobytes()
    if fmt == "61":
        return flat.astype(">i2").tobytes()
    if fmt == "160":
        return (flat + 32768).astype("<u2").tobytes()
    out = bytearray()
    for start in range(0, len(flat), 3):
        group = [int(v) & 0x3FF for v in flat[start : start + 3]]
        a, b, c = group + [0] * (3 - len(group))
        if fmt == "310":
            first, second = a << 1 | (c & 0x1F) << 11, b << 1 | (c >> 5) << 11
            stored = first.to_bytes(2, "little") + second.to_bytes(2, "little")
        else:
            stored = (a | b << 10 | c << 20).to_bytes(4, "little")
        cut = {1: 2, 2: 4 if fmt == "310" else 3, 3: 4}[len(group)]
        out += stored[:cut]
    return bytes(out)


def as_json(values, fmt):
    return [None if v == MARK.get(fmt) else int(v) for v in values]


def checksum(values):
    return int(np.sum(values, dtype=np.int64)) & 0xFFFF


def write_format(fmt, expected):
    name, frames, signals = "format" + fmt, 50, 3
    if fmt in ("310", "311"):
        frames = 49
    values = invented(fmt, frames, signals, int(fmt))
    names = ["I", "II", "V1"]
    if fmt in ("16", "24", "32", "80", "212"):
        wfdb.wrsamp(name, fs=250, units=["mV"] * signals, sig_name=names, d_signal=values, fmt=[fmt] * signals,
                    adc_gain=[200.0, 1000.0, 12.5], baseline=[0, -5, 100], write_dir=RECORDS)
    else:
        initial = values[0] - np.array([3, -4, 5]) if fmt == "8" else values[0]
        with open(os.path.join(RECORDS, name + ".dat"), "wb") as file:
            file.write(packed(fmt, values, initial))
        calibration = ["200(0)/mV", "1000(-5)/mV", "12.5(100)/mV"]
        lines = [f"{name} {signals} 250 {frames}"]
        for signal in range(signals):
            lines.append(f"{name}.dat {fmt} {calibration[signal]} {BITS[fmt]} 0 {initial[signal]} {checksum(values[:, signal])} 0 {names[signal]}")
        with open(os.path.join(RECORDS, name + ".hea"), "w") as file:
            file.write("\n".join(lines) + "\n")
    if fmt != "311":  # wfdb-python takes seven bits of the last byte where the format has six
        read = wfdb.rdrecord(os.path.join(RECORDS, name), physical=False).d_signal
        assert np.array_equal(read, values), name
    expected[name] = {"fs": 250, "signals": [as_json(values[:, s], fmt) for s in range(signals)]}


def write_odd_tail(fmt, expected):
    """Samples that end inside a group: 25 and 26 of one signal."""
    values = invented(fmt, 26, 1, 100 + int(fmt))
    for cut in (25, 26):
        part = values[:cut]
        this = f"tail{fmt}_{cut}"
        if fmt == "212":
            wfdb.wrsamp(this, fs=360, units=["mV"], sig_name=["MLII"], d_signal=part, fmt=[fmt], adc_gain=[200.0], baseline=[1024], write_dir=RECORDS)
        else:
            with open(os.path.join(RECORDS, this + ".dat"), "wb") as file:
                file.write(packed(fmt, part, None))
            with open(os.path.join(RECORDS, this + ".hea"), "w") as file:
                file.write(f"{this} 1 360 {cut}\n{this}.dat {fmt} 200(1024)/mV 10 0 {part[0, 0]} {checksum(part)} 0 MLII\n")
        expected[this] = {"fs": 360, "signals": [as_json(part[:, 0], fmt)]}


def write_mixed(expected):
    """Skew, several samples a frame, a byte offset, and two signal files."""
    random = np.random.default_rng(7)
    frames = 40
    a, b, c = random.integers(-2000, 2000, frames), random.integers(-2000, 2000, frames * 3), random.integers(-2000, 2000, frames)
    d = random.integers(-2000, 2000, frames * 2)
    block = np.concatenate([a[:, None], b.reshape(frames, 3), c[:, None]], axis=1)
    with open(os.path.join(RECORDS, "mixed.dat"), "wb") as file:
        file.write(b"\xff" * 24 + block.astype("<i2").tobytes())
    with open(os.path.join(RECORDS, "mixed2.dat"), "wb") as file:
        file.write((d + 32768).astype("<u2").tobytes())
    with open(os.path.join(RECORDS, "mixed.hea"), "w") as file:
        file.write(
            f"mixed 4 100 {frames}\n"
            f"mixed.dat 16:4+24 500/mV 16 0 {a[0]} {checksum(a)} 0 I\n"
            f"mixed.dat 16x3+24 500/mV 16 0 {b[0]} {checksum(b)} 0 II\n"
            f"mixed.dat 16+24 500/mV 16 0 {c[0]} {checksum(c)} 0 PLETH\n"
            f"mixed2.dat 160x2 50(7)/mmHg 16 0 {d[0]} {checksum(d)} 0 ABP\n"
        )
    record = wfdb.rdrecord(os.path.join(RECORDS, "mixed"), physical=False, smooth_frames=False)
    expected["mixed"] = {
        "fs": 100,
        "signals": [[None if s == 0 and i >= frames - 4 else int(v) for i, v in enumerate(values)] for s, values in enumerate(record.e_d_signal)],
    }
    smooth = wfdb.rdrecord(os.path.join(RECORDS, "mixed"))
    expected["mixed"]["frame_means"] = [[None if np.isnan(v) else float(v) for v in smooth.p_signal[:, s]] for s in range(4)]


def write_segments(expected):
    """A fixed layout, and a variable one with a gap, signals that come and go, and a gain that changes."""
    random = np.random.default_rng(11)

    def segment(name, names, gains, frames):
        values = random.integers(-900, 900, (frames, len(names)))
        wfdb.wrsamp(name, fs=125, units=["mV"] * len(names), sig_name=names, d_signal=values, fmt=["16"] * len(names),
                    adc_gain=gains, baseline=[3] * len(names), write_dir=RECORDS)

    def text(name, content):
        with open(os.path.join(RECORDS, name), "w") as file:
            file.write(content)

    segment("fixed_1", ["II", "V"], [200.0, 300.0], 20)
    segment("fixed_2", ["II", "V"], [200.0, 300.0], 15)
    text("fixed.hea", "fixed/3 2 125 45\nfixed_1 20\n~ 10\nfixed_2 15\n#Age: 61\n")
    segment("variable_1", ["II", "V"], [200.0, 300.0], 12)
    segment("variable_2", ["V", "II", "RESP"], [150.0, 200.0, 90.0], 9)
    text("variable_layout.hea", "variable_layout 3 125 0\n~ 0 200(3)/mV 16 0 0 0 0 II\n~ 0 1/mV 16 0 0 0 0 V\n~ 0 1/mV 16 0 0 0 0 RESP\n")
    text("variable.hea", "variable/4 3 125 26\nvariable_layout 0\nvariable_1 12\n~ 5\nvariable_2 9\n")
    record = wfdb.rdrecord(os.path.join(RECORDS, "variable"))
    assert record.sig_name == ["II", "V", "RESP"]
    first, second = (wfdb.rdrecord(os.path.join(RECORDS, n)).p_signal for n in ("fixed_1", "fixed_2"))
    fixed = np.vstack([first, np.full((10, 2), np.nan), second])

    def physical(signal):
        return [[None if np.isnan(v) else float(v) for v in signal[:, s]] for s in range(signal.shape[1])]

    expected["fixed"] = {"fs": 125, "physical": physical(fixed)}
    expected["variable"] = {"fs": 125, "physical": physical(record.p_signal)}


def digest(values):
    result = 0xCBF29CE484222325
    for value in values.tolist():
        result = ((result ^ (value & 0xFFFFFFFFFFFFFFFF)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{result:016x}"


def write_digests(shared):
    folder = os.path.join(shared, "formats", "wfdb")
    result = {}
    for path in ["041s/041s", "3000003_0003", "a103l", "binformats", "s0010_re", "test01_00s", "test01_00s_skewframe"]:
        names = ["041s/041s01", "041s/041s02"] if path == "041s/041s" else [path]
        parts = [wfdb.rdheader(os.path.join(folder, n)) for n in names]
        signals = []
        for index in range(parts[0].n_sig):
            values = []
            for name, header in zip(names, parts):
                # Through physical values, because wfdb-python cannot return the integers of format 61 by themselves.
                physical = wfdb.rdrecord(os.path.join(folder, name), smooth_frames=False, channels=[index]).e_p_signal[0]
                stored = np.round(physical * header.adc_gain[index] + header.baseline[index])
                values.append(np.where(np.isnan(stored), MISSING, np.nan_to_num(stored)).astype(np.int64))
            values = np.concatenate(values)
            header = parts[0]
            signals.append({
                "name": header.sig_name[index].strip(), "unit": header.units[index], "gain": header.adc_gain[index], "baseline": header.baseline[index],
                "samples_per_frame": header.samps_per_frame[index], "count": len(values), "first": values[:5].tolist(), "digest": digest(values),
            })
        result[path] = {"fs": parts[0].fs, "signals": signals}
    with open(os.path.join(GOLDEN, "digests.json"), "w") as file:
        json.dump(result, file, indent=1)


def main():
    shutil.rmtree(RECORDS, ignore_errors=True)
    os.makedirs(RECORDS)
    expected = {}
    for fmt in BITS:
        write_format(fmt, expected)
    for fmt in ("212", "310", "311"):
        write_odd_tail(fmt, expected)
    write_mixed(expected)
    write_segments(expected)
    with open(os.path.join(GOLDEN, "records.json"), "w") as file:
        json.dump(expected, file, separators=(",", ":"))
        file.write("\n")
    if len(sys.argv) > 1:
        write_digests(sys.argv[1])


main()
