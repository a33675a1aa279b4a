"""What a run over a whole tree costs: wall time, processor time and memory, without any index.

    python bench/whole_tree.py TREE [PACK] [RUNS]

The first run brings the files into the page cache and is not counted. Give it an idle machine: the figures are those of
the whole command, workers included, start-up too.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

MIB = 1024


def one_run(command: list[str]) -> tuple[float, float, int]:
    """Wall seconds, processor seconds, and the largest resident size of any one process in MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1, 3):
        sys.exit(done.stderr.decode("utf-8", "replace"))
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, processor, after.ru_maxrss // MIB


def main() -> None:
    """Measure and print a line for each run."""
    tree = sys.argv[1] if len(sys.argv) > 1 else ".kernel/linux-source-6.12"
    pack = sys.argv[2] if len(sys.argv) > 2 else "lazy_mmu_state"
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    if not Path(tree).is_dir():
        sys.exit(f"{tree}: no such tree; `make kernel` fetches one")
    command = [sys.executable, "-m", "lazymmu_refactor", "diff", tree, "--rules", pack]
    one_run(command)
    print(f"{pack} over {tree}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for number in range(runs):
        wall, processor, memory = one_run(command)
        print(
            f"run {number + 1}: {wall:5.2f} s wall, {processor:5.2f} s processor, {memory} MiB in the largest process"
        )


if __name__ == "__main__":
    main()
