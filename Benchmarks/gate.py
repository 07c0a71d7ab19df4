"""Times a network with a lead gate against the published form of the same base width: milliseconds a 4096-sample window, and ratios.

    python Benchmarks/gate.py BUILD_FOLDER [--widths 64 16] [--threads 1] [--rounds 9] [--train]

Both run in turn, round after round, so that a machine whose speed drifts is the same for both; ratios are taken round by round, of processor time where the
machine is busy elsewhere. Weights are noise: speed does not depend on them. Needs numpy and nothing else.
"""

import argparse
import json
import os
import statistics
import struct
import subprocess
import tempfile

import numpy

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def shapes(width, gate):
    """The tensors of a network in the order of a state dict."""
    def norm(name, channels):
        return [(f"{name}.{part}", (channels,)) for part in ("weight", "bias", "running_mean", "running_var")]

    filters = max(4, width // 8)
    if gate:
        result = [("conv1.weight", (filters, 1 if gate == "shared" else 12, 15))] + norm("bn1", 12 * filters)
        result += [("lead_gate.fc.0.weight", (6, 12)), ("lead_gate.fc.2.weight", (12, 6)), ("mix.0.weight", (width, 12 * filters, 1))] + norm("mix.1", width)
    else:
        result = [("conv1.weight", (width, 12, 15))] + norm("bn1", width)
    inputs = width
    for layer in range(4):
        channels = width << layer
        for block in range(2):
            name = f"layer{layer + 1}.{block}"
            reduced = max(1, channels // 16)
            result += [(f"{name}.conv1.weight", (channels, inputs, 7))] + norm(f"{name}.bn1", channels)
            result += [(f"{name}.conv2.weight", (channels, channels, 7))] + norm(f"{name}.bn2", channels)
            result += [(f"{name}.se.fc.0.weight", (reduced, channels)), (f"{name}.se.fc.2.weight", (channels, reduced))]
            if layer and not block:
                result += [(f"{name}.downsample.0.weight", (channels, inputs, 1))] + norm(f"{name}.downsample.1", channels)
            inputs = channels
    return result + [("fc1.weight", (10, 5)), ("fc1.bias", (10,)), ("fc.weight", (24, 10 + inputs)), ("fc.bias", (24,))]


def write(path, width, gate):
    """A model file of noise, with the metadata of the shipped one but for what it was trained on."""
    with open(os.path.join(ROOT, "Models", "default.safetensors"), "rb") as file:
        metadata = json.loads(json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))["__metadata__"]["einthoven"])
    entry = {key: metadata[key] for key in ("version", "classes", "thresholds", "preprocessing", "age_known_slot")}
    entry.update(preprocessing="paper", provenance="noise", licence="", trained_on="", scores={})
    noise = numpy.random.default_rng(1)
    header, data = {"__metadata__": {"einthoven": json.dumps(entry)}}, b""
    for name, shape in shapes(width, gate):
        values = noise.random(shape) * 0.1 if len(shape) == 1 else noise.normal(size=shape) / numpy.sqrt(numpy.prod(shape[1:]))
        part = (values + (0.9 if name.endswith("var") else 0)).astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


class Driver:
    """The benchmark driver, fed over a pipe; each call gives wall and processor milliseconds a window."""

    def __init__(self, command, request, places, scale=1):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.request, self.places, self.scale = request, places, scale
        self.process.stdout.readline()

    def __call__(self):
        self.process.stdin.write(self.request)
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        return [float(words[place]) / self.scale for place in self.places]


def compare(what, published, gated, rounds):
    measured = [(published(), gated()) for _ in range(rounds)]
    for index, clock in enumerate(("wall", "processor")):
        times = [statistics.median(pair[side][index] for pair in measured) for side in (0, 1)]
        ratio = statistics.median(pair[1][index] / pair[0][index] for pair in measured)
        print(f"{what}, {clock}: published {times[0]:.2f} ms  gated {times[1]:.2f} ms   gated / published {ratio:.2f} (at most 1)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 16])
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--train", action="store_true", help="also a step of training")
    arguments = parser.parse_args()
    bench = os.path.join(arguments.folder, "einthoven-bench")
    with tempfile.TemporaryDirectory() as temporary:
        window = os.path.join(temporary, "window")
        (numpy.random.default_rng(2).normal(size=12 * 4096) * 0.2).astype("<f4").tofile(window)
        for width in arguments.widths:
            for threads in arguments.threads:
                drivers = []
                for gate in (None, "own"):
                    model = os.path.join(temporary, f"{width}-{gate}.safetensors")
                    write(model, width, gate)
                    drivers.append(Driver([bench, model, str(threads), window], "f 1 5\n", (1, 3)))
                compare(f"lead gate, base width {width}, {threads} threads", *drivers, arguments.rounds)
                if arguments.train:
                    drivers = [Driver([bench, "train", str(width), "16", str(threads), *gate], "s\n", (0, 1), 16) for gate in ([], ["own"])]
                    compare(f"training with a lead gate, base width {width}, {threads} threads", *drivers, arguments.rounds)


if __name__ == "__main__":
    main()
