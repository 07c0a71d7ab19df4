"""Golden annotation files, written and read back by wfdb-python.

usage: wfdb_annotations.py

Writes Tests/Golden/ECGFiles/annotations: files that between them hold every code that wfdb-python knows, every subtype, texts of 0 to 255 bytes,
every channel, numbers from 0 to 127, intervals up to 2^31 samples and beyond, a time resolution, and symbols of the file's own. annotations.json has what
wfdb-python's rdann makes of each: [sample, code, subtype, channel, number, aux] a line. The values are invented.
"""

import json
import os

import numpy as np
import wfdb
from wfdb.io.annotation import ann_label_table

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Golden", "ECGFiles", "annotations")
SYMBOLS = [s for s in ann_label_table["symbol"] if s != " "]


def main():
    os.makedirs(FOLDER, exist_ok=True)
    os.chdir(FOLDER)
    random = np.random.default_rng(20220314)
    files = {}

    def write(name, **fields):
        wfdb.wrann(name, "atr", **fields)
        read = wfdb.rdann(name, "atr", return_label_elements=["label_store", "symbol"])
        files[name] = [
            [int(s), int(c), int(t), int(h), int(n), a]
            for s, c, t, h, n, a in zip(read.sample, read.label_store, read.subtype, read.chan, read.num, read.aux_note)
        ]

    count = len(SYMBOLS)
    write("codes", sample=np.cumsum(random.integers(0, 1500, count)), symbol=SYMBOLS)
    write("subtypes", sample=np.arange(256) * 7 + 1, symbol=["N"] * 256, subtype=np.arange(-128, 128))
    write("texts", sample=np.arange(256) * 300 + 5, symbol=['"'] * 256, aux_note=["abcdefghij"[n % 10] * n for n in range(256)])
    write("channels", sample=np.arange(256) + 9, symbol=["V"] * 256, chan=np.arange(255, -1, -1))
    write("numbers", sample=np.arange(256) + 9, symbol=["A"] * 256, num=np.arange(256) % 128)
    write("far", sample=np.array([10, 1033, 2057, 2**31 - 1, 2**31 + 5, 2**32 + 7, 2**34]), symbol=["N"] * 7)
    write("resolution", sample=np.array([1, 20, 5000]), symbol=["N", "V", "N"], fs=1000)
    write("symbols", sample=np.array([1, 20]), symbol=["N", "z"], fs=360, custom_labels=[("z", "a beat of our own")])
    count = 400
    write(
        "mixed",
        sample=np.cumsum(random.integers(0, 3000, count)),
        symbol=list(random.choice(SYMBOLS, count)),
        subtype=random.choice([0, 0, 0, -1, 5, 127, -128], count),
        chan=random.choice([0, 0, 1, 11, 255], count),
        num=random.choice([0, 0, 1, 127], count),
        aux_note=list(random.choice(["", "", "(AFIB", "(N\0", "x", "(VT", "MISSB"], count)),
    )
    with open("annotations.json", "w") as file:
        json.dump(files, file, separators=(",", ":"))
        file.write("\n")


main()
