# SPDX-License-Identifier: Apache-2.0
"""What a run of ctest skipped stands in skips.txt. Reads LastTest.log and what ctest printed, after the run."""

import fnmatch
import re
from pathlib import Path

from source_tree import Finding, columns, table_lines

_TEST = re.compile(r"^\d+/\d+ Testing: (?P<name>.+)$", re.M)
_QT_SKIP = re.compile(r"^SKIP\s+: (?P<what>\w+::\w+\([^)\n]*\))(?P<why>.*)$", re.M)
_PYTHON_SKIP = re.compile(r"^(?P<what>\w+) \([\w.]+\)(?:\n[^\n]*)? \.\.\. skipped (?P<why>.*)$", re.M)
_PYTHON_COUNT = re.compile(r"^OK \(.*\bskipped=(\d+)", re.M)
_CTEST_SKIP = re.compile(r"Test\s+#\d+: (?P<name>\S+) \.*\s*\*\*\*(?P<why>Skipped|Not Run.*?)\s+\d", re.M)


def skipped_in_log(text):
    """(ctest name, what, why) of each skip in a LastTest.log."""
    parts = _TEST.split(text)
    for name, output in zip(parts[1::2], parts[2::2]):
        for match in _QT_SKIP.finditer(output):
            yield name, match["what"], match["why"].strip()
        named = list(_PYTHON_SKIP.finditer(output))
        for match in named:
            yield name, match["what"], match["why"]
        count = sum(int(m[1]) for m in _PYTHON_COUNT.finditer(output))
        if count > len(named):
            yield name, "unnamed", f"{count} skipped without a name: run unittest with -v"


def skipped_in_output(text):
    """Whole programs that ctest itself did not run."""
    for match in _CTEST_SKIP.finditer(text):
        yield match["name"], "*", match["why"]


def check(root, options):
    if not options.ctest_log or not Path(options.ctest_log).exists():
        return [Finding(options.ctest_log or "LastTest.log", 1, "is missing: run ctest first and pass --ctest-log")]
    listed = [columns(t, 3, "skips.txt") for _, t in table_lines(Path(root) / "tests/layers/skips.txt")]
    skips = list(skipped_in_log(Path(options.ctest_log).read_text(encoding="utf-8", errors="replace")))
    if options.ctest_output:
        skips += skipped_in_output(Path(options.ctest_output).read_text(encoding="utf-8", errors="replace"))
    findings = []
    for name, what, why in skips:
        reasons = [r for test, function, r in listed if test == name and fnmatch.fnmatchcase(what, function)]
        if reasons:
            print(f"skipped as listed: {name} {what}: {reasons[0]}")
        else:
            findings.append(Finding("tests/layers/skips.txt", 1, f"{name} {what} was skipped and is not listed ({why})"))
    return findings
