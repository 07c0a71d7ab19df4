"""Times the network at base width 64 against PyTorch, ONNX Runtime and OpenVINO: milliseconds a 4096-sample window, medians, and ratios.

    python Benchmarks/engine.py BUILD_FOLDER [--threads 1 2] [--batches 1 8 32] [--rounds 7]

All engines run in turn, round after round, so that a machine whose speed drifts is the same for all; ratios are taken round by round. Weights are random:
speed does not depend on them. `exact` is compared with the fastest FP32 peer of the same round, `fast` (bfloat16) with OpenVINO as it comes, which uses bfloat16
where the processor has it. Beside each time stands the share of the machine's FP32 peak (a loop of multiply-adds in the same run) that a direct convolution
would need to be as fast: Winograd and bfloat16 may go beyond 100 %. Then: the machine busy on every core, the portable kernels against AVX2, the start of the
program and its memory, and `predict DIR --jobs`.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import onnxruntime
import openvino
import torch

WIDTH, WINDOW = 64, 4096
# Of one window by direct convolution at base width 64.
GIGAFLOP_A_WINDOW = 3.218
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.append(os.path.join(ROOT, "Tests", "Oracles"))
from seresnet_network import Network  # noqa: E402: it lies in a folder of its own


class Ours:
    """The benchmark driver of this project, fed over a pipe."""

    def __init__(self, folder, files, threads, precision, kernel=None):
        self.process = subprocess.Popen(
            [os.path.join(folder, "einthoven-bench"), files["model"], str(threads), files["window"], precision],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **({"EINTHOVEN_KERNEL": kernel} if kernel else {})})
        self.kernel = self.process.stdout.readline().split()[-1]

    def __call__(self, batch, repetitions):
        self.process.stdin.write(f"f {batch} {repetitions}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline().split()[0])


def timed(run, batch, repetitions):
    """Median milliseconds a window."""
    run()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3 / batch)
    return statistics.median(times)


def prepare(folder, temporary):
    """The network as each engine wants it, and one window of noise."""
    torch.manual_seed(0)
    network = Network(WIDTH).eval()
    files = {name: os.path.join(temporary, name) for name in ("checkpoint.pth", "network.onnx", "window", "model.safetensors")}
    files["model"] = files.pop("model.safetensors")
    torch.save(network.state_dict(), files["checkpoint.pth"])
    subprocess.run(
        [os.path.join(folder, "einthoven"), "model", "import", files["checkpoint.pth"], files["model"], "--preprocessing", "paper"], check=True)
    window = torch.randn(1, 12, WINDOW) * 200
    window.numpy().tofile(files["window"])
    torch.onnx.export(
        network, (window, torch.zeros(1, 5)), files["network.onnx"], dynamo=False, input_names=["x", "person"], output_names=["y"],
        dynamic_axes={"x": {0: "batch"}, "person": {0: "batch"}, "y": {0: "batch"}}, opset_version=17)
    return network, files, window.numpy()


def engines(network, files, folder, threads):
    """Functions (batch, repetitions, windows, people) -> milliseconds a window, by name."""
    torch.set_num_threads(threads)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(files["network.onnx"], options, providers=["CPUExecutionProvider"])
    core = openvino.Core()
    hints = {"INFERENCE_NUM_THREADS": threads}
    as_it_comes = core.compile_model(files["network.onnx"], "CPU", hints)
    single = core.compile_model(files["network.onnx"], "CPU", {**hints, "INFERENCE_PRECISION_HINT": "f32"})
    exact, fast = (Ours(folder, files, threads, precision) for precision in ("exact", "fast"))
    return {
        "PyTorch": lambda b, r, x, p: timed(lambda: network(torch.from_numpy(x), torch.from_numpy(p)), b, r),
        "ONNX Runtime": lambda b, r, x, p: timed(lambda: session.run(None, {"x": x, "person": p}), b, r),
        "OpenVINO f32": lambda b, r, x, p: timed(lambda: single({"x": x, "person": p}), b, r),
        "OpenVINO": lambda b, r, x, p: timed(lambda: as_it_comes({"x": x, "person": p}), b, r),
        "exact": lambda b, r, x, p: exact(b, r),
        "fast": lambda b, r, x, p: fast(b, r),
    }, exact.kernel


def peak(temporary, threads):
    """FP32 GFLOP/s of multiply-adds on registers; None without clang."""
    binary = os.path.join(temporary, "peak")
    if not os.path.exists(binary):
        clang = shutil.which("clang")
        if not clang:
            return None
        subprocess.run([clang, "-O3", os.path.join(ROOT, "Benchmarks", "peak.c"), "-o", binary, "-lpthread"], check=True)
    return float(subprocess.run([binary, str(threads)], check=True, capture_output=True, text=True).stdout)


def loaded(by_name, threads, window, rounds):
    """Prints our time and ONNX Runtime's while every core is busy elsewhere."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())]
    try:
        people = numpy.zeros((1, 5), "f4")
        names = ("exact", "ONNX Runtime")
        # Long enough to outlast the credit that a process has with the scheduler after a rest.
        results = [{name: by_name[name](1, 15, window, people) for name in names} for _ in range(rounds)]
    finally:
        for process in busy:
            process.kill()
            process.wait()
    ours, theirs = (statistics.median(r[name] for r in results) for name in names)
    ratio = statistics.median(r["exact"] / r["ONNX Runtime"] for r in results)
    print(f"{threads} threads, every core busy elsewhere: exact {ours:.1f}  ONNX Runtime {theirs:.1f}   exact / ONNX Runtime {ratio:.2f} (at most 0.50)", flush=True)


def portable(folder, files, rounds):
    """Prints the portable kernels' time against AVX2's, one thread; nothing where the processor has no AVX2."""
    if "avx2" not in open("/proc/cpuinfo").read():
        return
    plain, wide = (Ours(folder, files, 1, "exact", kernel) for kernel in ("portable", "avx2"))
    results = [(plain(1, 3), wide(1, 3)) for _ in range(rounds)]
    times = [statistics.median(r[i] for r in results) for i in (0, 1)]
    ratio = statistics.median(a / b for a, b in results)
    print(f"1 thread: portable {times[0]:.1f}  AVX2 {times[1]:.1f}   portable / AVX2 {ratio:.2f} (at most 4)", flush=True)


# A process inherits the peak of the one that starts it, and this one has PyTorch in it: the program is started by a small interpreter.
LAUNCHER = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print((time.perf_counter() - start) * 1e3, usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def program(arguments):
    """Runs the program to its end: milliseconds, and its largest memory in MB (the launcher's where that is larger, some 10)."""
    result = subprocess.run([sys.executable, "-S", "-E", "-c", LAUNCHER, *arguments], stdout=subprocess.PIPE, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(arguments)}: exit {result.returncode}")
    milliseconds, megabytes = result.stdout.split()
    return float(milliseconds), float(megabytes)


def start_up(folder, models, rounds):
    """Prints the time from the process's start to the end of the first prediction of a 10 s record, and the peak of its memory."""
    record = os.path.join(ROOT, "SampleData", "heart02")
    for name, model, limit in models:
        runs = [program([os.path.join(folder, "einthoven"), "predict", record, "--model", model]) for _ in range(rounds)]
        milliseconds, megabytes = statistics.median(r[0] for r in runs), max(r[1] for r in runs)
        print(f"first prediction, {name}: {milliseconds:.0f} ms (at most {limit})   peak memory {megabytes:.0f} MB (at most 150)", flush=True)


def jobs(folder, files, temporary, rounds, records=240, threads=2):
    """Prints how much of the engine's own speed `predict DIR --jobs` reaches, reading and filtering included."""
    source = os.path.join(ROOT, "SampleData", "heart02")
    many = os.path.join(temporary, "records")
    os.makedirs(many)
    header = open(source + ".hea").read()
    for number in range(records):
        open(os.path.join(many, f"r{number:03}.hea"), "w").write(header.replace("heart02", f"r{number:03}"))
        shutil.copy(source + ".dat", os.path.join(many, f"r{number:03}.dat"))
    engine, results = Ours(folder, files, 1, "exact"), []
    command = [os.path.join(folder, "einthoven"), "predict", many, "--model", files["model"], "--jobs", str(threads), "--threads", str(threads)]
    for _ in range(rounds):
        milliseconds = engine(8, 3)
        rate = records / (program(command)[0] / 1e3)
        results.append((rate, rate / (threads / (milliseconds / 1e3))))
    rate, efficiency = (statistics.median(r[i] for r in results) for i in (0, 1))
    print(f"predict DIR --jobs {threads}, base width {WIDTH}: {rate:.0f} records/s   of {threads} engine threads {efficiency:.2f} (at least 0.85)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, torch.no_grad():
        network, files, window = prepare(arguments.folder, temporary)
        for threads in arguments.threads:
            by_name, kernel = engines(network, files, arguments.folder, threads)
            gigaflops = peak(temporary, threads)
            if gigaflops:
                print(f"{threads} threads: FP32 peak {gigaflops:.0f} GFLOP/s", flush=True)
            for batch in arguments.batches:
                windows, people = numpy.repeat(window, batch, 0), numpy.zeros((batch, 5), "f4")
                rounds = []
                for _ in range(arguments.rounds if batch < 32 else max(3, arguments.rounds // 2)):
                    rounds.append({name: run(batch, 3 if batch == 1 else 1, windows, people) for name, run in by_name.items()})
                median = {name: statistics.median(r[name] for r in rounds) for name in by_name}
                best = statistics.median(r["exact"] / min(r["PyTorch"], r["ONNX Runtime"], r["OpenVINO f32"]) for r in rounds)
                bfloat = statistics.median(r["fast"] / r["OpenVINO"] for r in rounds)
                share = lambda value: f" ({100 * GIGAFLOP_A_WINDOW / (value / 1e3) / gigaflops:.0f} %)" if gigaflops else ""
                figures = "  ".join(f"{name} {value:.1f}{share(value)}" for name, value in median.items())
                print(f"{threads} threads, batch {batch:2}, {kernel}, ms a window: {figures}", flush=True)
                print(f"    exact / best FP32 peer {best:.2f}   fast / OpenVINO as it comes {bfloat:.2f}   load {os.getloadavg()[0]:.1f}", flush=True)
            loaded(by_name, threads, window, arguments.rounds)
        portable(arguments.folder, files, arguments.rounds)
        shipped = os.path.join(ROOT, "Models", "default.safetensors")
        models = [(f"base width {WIDTH}", files["model"], 150), ("the default model", shipped, 60)]
        start_up(arguments.folder, models, max(3, arguments.rounds))
        jobs(arguments.folder, files, temporary, min(3, arguments.rounds))


if __name__ == "__main__":
    main()
