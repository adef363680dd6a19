# SPDX-License-Identifier: Apache-2.0
"""check_budgets.py --build DIR --seconds S --mib M [--source FILE | --heaviest N --root DIR]: compiling costs at most
S seconds of CPU and M MiB, with the flags of the dev preset. --heaviest takes the N files that read the most header
text, by ninja's record of dependencies: measuring every file would take longer than the build."""

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from compile_command import compiler_arguments, entries, entry_of, measured

# Headers of templates cost more than their size says.
_DEAR = {"nlohmann": 4, "boost": 3, "CLI": 4, "yaml-cpp": 2}
_TRIES = 3


def header_weights(build):
    """object file -> weighted bytes of all that it includes."""
    text = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    weights, current, sizes = {}, None, {}
    for line in text.splitlines():
        if line and not line[0].isspace():
            current = line.split(": #deps")[0]
            weights[current] = 0
        elif line.strip():
            path = Path(build) / line.strip()
            if path not in sizes:
                dear = max((f for name, f in _DEAR.items() if name in path.parts), default=1)
                sizes[path] = path.stat().st_size * dear if path.exists() else 0
            weights[current] += sizes[path]
    return weights


def heaviest(build, root, count):
    weights = header_weights(build)
    rows = []
    for row in entries(build):
        path = Path(row["file"])
        if not path.is_relative_to(root) or path.is_relative_to(build):
            continue
        words = shlex.split(row["command"])
        output = words[words.index("-o") + 1]
        rows.append((weights.get(output, 0) + 40 * path.stat().st_size, row))
    rows.sort(key=lambda pair: -pair[0])
    return [row for _, row in rows[:count]]


def check(row, seconds, mib):
    arguments = [*compiler_arguments(row), "-o", "/dev/null", "-c", row["file"]]
    best = None
    for _ in range(_TRIES):
        spent, peak, code, messages = measured(arguments, row["directory"])
        if code != 0:
            print(f"{row['file']} does not compile:\n{messages}")
            return False
        best = (spent, peak) if best is None or spent < best[0] else best
        if best[0] <= seconds and best[1] <= mib:
            break
    fits = best[0] <= seconds and best[1] <= mib
    print(f"{'fits' if fits else 'OVER'} {best[0]:5.2f} s of {seconds:g}, {best[1]:4.0f} MiB of {mib:g}: {row['file']}")
    return fits


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--mib", type=float, required=True)
    parser.add_argument("--source")
    parser.add_argument("--heaviest", type=int)
    parser.add_argument("--root")
    options = parser.parse_args()
    if options.source:
        rows = [entry_of(options.build, options.source)]
    else:
        rows = heaviest(options.build, options.root, options.heaviest)
    results = [check(row, options.seconds, options.mib) for row in rows]
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
