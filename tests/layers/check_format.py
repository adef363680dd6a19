# SPDX-License-Identifier: Apache-2.0
"""clang-format 14 has nothing to change in any .h or .cpp.

Its --dry-run also complains about replacements that change nothing ("// namespace a::inline b"), so that the
formatted text itself is compared."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from source_tree import CODE, Finding, files


def _check_file(tool, root, path):
    result = subprocess.run([tool, "--style=file", path], cwd=root, capture_output=True, check=False)
    if result.returncode != 0:
        return [Finding(path, 1, f"{tool} failed: {result.stderr.decode(errors='replace').strip()[:300]}")]
    before = (Path(root) / path).read_bytes().split(b"\n")
    after = result.stdout.split(b"\n")
    if before == after:
        return []
    line = next((n for n, (a, b) in enumerate(zip(before, after), 1) if a != b), min(len(before), len(after)))
    return [Finding(path, line, f"run {Path(tool).name} -i on it")]


def check(root, options):
    tool = shutil.which("clang-format-14")
    if not tool:
        return [Finding(".clang-format", 1, "clang-format-14 is not installed: packaging/packages-test.txt names it")]
    paths = files(root, CODE, under=("core", "ui", "app", "tests"))
    with ThreadPoolExecutor(2) as pool:
        return [finding for found in pool.map(lambda p: _check_file(tool, root, p), paths) for finding in found]
