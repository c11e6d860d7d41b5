#!/usr/bin/env python3
"""CPU and wall time of `etymon build` (cold: an empty folder each time), `etymon check` (nothing changed), and `deducible build`, which stands
beside it.

usage: benches/cli.py ETYMON [RUNS]
"""
import glob
import os
import resource
import subprocess
import sys
import tempfile
import time

etymon, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20


def measure(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu * 1000, wall * 1000


def best(commands):
    """Smallest of each, because whatever else the machine does only adds."""
    samples = [measure(command) for command in commands]
    return min(cpu for cpu, _ in samples), min(wall for _, wall in samples)


with tempfile.TemporaryDirectory() as work:
    builds = [[etymon, "build", "--no-store", "--out", os.path.join(work, str(at))] for at in range(runs)]
    cpu, wall = best(builds)
    print(f"build, cold          {cpu:6.1f} ms CPU   {wall:6.1f} ms wall   (figure: under 50 ms CPU)")
    stored = [
        [etymon, "build", "--store", os.path.join(work, f"store{at}"), "--out", os.path.join(work, f"s{at}")]
        for at in range(runs // 2)
    ]
    cpu, wall = best(stored)
    print(f"build, cold, stored  {cpu:6.1f} ms CPU   {wall:6.1f} ms wall   (every object synced to the disk)")
    cpu, wall = best([[etymon, "check"]] * runs)
    print(f"check, unchanged     {cpu:6.1f} ms CPU   {wall:6.1f} ms wall   (figure: under 10 ms wall)")
    deducible = os.path.join(os.path.dirname(etymon), "deducible")
    example = max(glob.glob("examples/instruments/*.fiqh"), key=os.path.getsize)
    builds = [[deducible, "build", example, "--out", os.path.join(work, f"d{at}")] for at in range(runs)]
    cpu, wall = best(builds)
    print(f"deducible build      {cpu:6.1f} ms CPU   {wall:6.1f} ms wall   (figure: under 5 ms CPU; {os.path.basename(example)})")
