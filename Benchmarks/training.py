"""Times a step of training against PyTorch: zeroed gradients, forward, binary cross-entropy, backward, Adam. Milliseconds a 4096-sample window, and ratios.

    python Benchmarks/training.py BUILD_FOLDER [--threads 1 2] [--widths 64 32] [--batch 32] [--rounds 5]

Both run in turn, round after round, so that a machine whose speed drifts is the same for both; ratios are taken round by round. On a machine
that is busy elsewhere look at processor time with one thread. Data are noise.
"""

import argparse
import os
import statistics
import subprocess
import time

import torch
from engine import Network
from torch import nn

WINDOW = 4096


class Ours:
    """The training driver of this project, fed over a pipe."""

    def __init__(self, folder, width, batch, threads):
        self.batch = batch
        self.process = subprocess.Popen(
            [os.path.join(folder, "einthoven-bench"), "train", str(width), str(batch), str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.kernel = self.process.stdout.readline().split()[-1]

    def __call__(self):
        self.process.stdin.write("s\n")
        self.process.stdin.flush()
        return [float(word) / self.batch for word in self.process.stdout.readline().split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class WithDropout(Network):
    """The benchmark's network with the paper's dropout of 0.2 between a block's convolutions, as ours has it."""

    def __init__(self, width):
        super().__init__(width)
        for module in self.modules():
            if hasattr(module, "bn1") and hasattr(module, "conv2"):
                # Before the ReLU it does the same as after it.
                module.bn1 = nn.Sequential(module.bn1, nn.Dropout(0.2))


class PyTorch:
    """Eager mode, as people train."""

    def __init__(self, width, batch, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.network = WithDropout(width).train()
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=1e-3)
        self.data = torch.randn(batch, 12, WINDOW), torch.rand(batch, 5), torch.randint(0, 2, (batch, 24)).float()
        self()

    def __call__(self):
        signals, people, targets = self.data
        start, processor = time.perf_counter(), time.process_time()
        self.optimiser.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(self.network(signals, people), targets).backward()
        self.optimiser.step()
        return [(now - then) * 1e3 / len(signals) for now, then in ((time.perf_counter(), start), (time.process_time(), processor))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 32])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for width in arguments.widths:
        for threads in arguments.threads:
            ours, peer = Ours(arguments.folder, width, arguments.batch, threads), PyTorch(width, arguments.batch, threads)
            rounds = [(peer(), ours()) for _ in range(arguments.rounds)]
            ours.close()
            print(f"training, width {width}, {threads} threads, batch {arguments.batch}, {ours.kernel}, ms a window:", flush=True)
            for index, clock in enumerate(("wall", "processor")):
                other, own = ([measured[side][index] for measured in rounds] for side in (0, 1))
                ratio = statistics.median(a / b for a, b in zip(own, other))
                print(
                    f"    {clock}: PyTorch {statistics.median(other):.1f}  ours {statistics.median(own):.1f}  ours / PyTorch {ratio:.2f}"
                    f"   load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
