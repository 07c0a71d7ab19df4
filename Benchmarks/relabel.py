"""Times a study of 100,000 answers on 24 statements: opening, agreement, consensus.

    python3 Benchmarks/relabel.py [EINTHOVEN] [--cases 25000] [--readers 4] [--keep FOLDER]

Makes a CSV of random readers (sensitivity .8, specificity .97, prevalences of .02 to .3), imports it, and runs the commands; prints seconds, the best of three.
"""

import argparse
import os
import random
import subprocess
import tempfile
import time

NAMES = (
    "PR LQT AF AFL LBBB QAb TAb LPR LQRSV IAVB PAC LAD SB Brady SNR STach PVC SA LAnFB RAD TInv NSIVCB IRBBB CRBBB".split())


def write(path, cases, readers, seed=1):
    """One row a case, reader and statement."""
    draw = random.Random(seed)
    with open(path, "w") as file:
        file.write("case,rater,verdict,diagnosis,likelihood\n")
        truths = [[draw.random() < 0.02 + 0.28 * place / 23 for place in range(24)] for _ in range(cases)]
        for reader in range(readers):
            for case, truth in enumerate(truths):
                for name, holds in zip(NAMES, truth):
                    present = draw.random() < (0.8 if holds else 0.03)
                    likelihood = draw.choice(["definite", "probable", "possible", ""]) if present else ""
                    file.write(f"r{case},R{reader},{'present' if present else 'absent'},{name},{likelihood}\n")


def timed(program, arguments, runs=3):
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - start)
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=".build/release/einthoven")
    parser.add_argument("--cases", type=int, default=25_000)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--keep", help="a folder for the store, which is used again where it is there")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        csv, store = os.path.join(folder, "answers.csv"), os.path.join(folder, "reviews.sqlite")
        if not os.path.exists(store):
            write(csv, options.cases, options.readers)
            print(f"import      {timed(program, ['study', 'import', csv, '--study', 'bench', '--store', store], 1):8.3f} s")
        common = ["--study", "bench", "--store", store]
        print(f"answers     {options.cases * options.readers}")
        print(f"list        {timed(program, ['study', 'list', '--store', store]):8.3f} s (starts, opens, counts)")
        print(f"verify      {timed(program, ['study', 'verify', '--store', store], 1):8.3f} s")
        for name, arguments in [
            ("agreement", ["agreement", *common, "--unverified"]),
            ("majority", ["study", "consensus", *common, "--method", "majority", "--bootstrap", "0", "--format", "csv"]),
            ("dawid-skene", ["study", "consensus", *common, "--format", "json", "--bootstrap", "200"]),
        ]:
            print(f"{name:11} {timed(program, arguments):8.3f} s")


if __name__ == "__main__":
    main()
