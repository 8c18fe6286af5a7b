"""Stands in for `python -m research.fuzz.guided` without atheris: tries seeds and words, keeps what crashed.

Called with the same arguments; prints what libFuzzer prints, and ends with its statuses.
"""

import importlib
import os
import sys
import traceback
from pathlib import Path

sys.path.insert(0, os.getcwd())
_, _, module, *rest = sys.argv[1:]
flags = dict(word[1:].split("=", 1) for word in rest if word.startswith("-"))
seeds = Path(rest[-1])
target = importlib.import_module(module).TARGET
inputs = [*(path.read_bytes() for path in sorted(seeds.iterdir())), *target.words]
for number, data in enumerate(inputs, 1):
    print(f"#{number}\tNEW    cov: {10 + number} ft: 30 corp: {number}/9b exec/s: 5 rss: 40Mb L: 4/4 MS: 1 x-")
    try:
        target.run(data)
    except Exception:
        print(f"\n === Uncaught Python exception: ===\n{traceback.format_exc()}\n")
        Path(flags["artifact_prefix"] + "crash-1").write_bytes(data)
        sys.exit(77)
print(f"stat::number_of_executed_units: {len(inputs)}\nstat::peak_rss_mb:              41")
