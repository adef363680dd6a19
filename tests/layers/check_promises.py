# SPDX-License-Identifier: Apache-2.0
"""Each promise of SECURITY.md names the test that proves it, and that test exists.

A promise is a row of a table whose last column is headed "Proved by"; a test is written `program::function`:
the ctest name and the function (a Qt Test slot, or a function of a Python test) in it."""

import re
from pathlib import Path

from source_tree import Finding, cmake_texts, files, read

UNPROVEN = "not proven by a test"
_TEST = re.compile(r"`([\w.-]+)::(\w+)`")
_REGISTERED = re.compile(r"\b(?:keyturn_\w*test\w*\(\s*|add_test\(\s*NAME\s+)([\w.-]+)")


def _programs(root):
    """ctest name -> folders that register it."""
    found = {}
    for folder, text in cmake_texts(root, under=("tests",)).items():
        for match in _REGISTERED.finditer(text):
            found.setdefault(match[1], set()).add(folder)
    return found


def _has_function(root, folders, function):
    expression = re.compile(rf"\b(?:void|def)\s+(?:\w+::)?{re.escape(function)}\s*\(")
    return any(
        expression.search(read(root, path))
        for path in files(root, [".cpp", ".h", ".py"], under=("tests",))
        if any(path.startswith(folder + "/") for folder in folders)
    )


def _promises(text):
    """(line, first cell, last cell) of each row of the tables headed "Proved by"."""
    inside = False
    for number, row in enumerate(text.splitlines(), 1):
        cells = [c.strip() for c in row.strip().strip("|").split("|")]
        if not row.lstrip().startswith("|"):
            inside = False
        elif cells[-1] == "Proved by":
            inside = True
        elif inside and not re.fullmatch(r":?-+:?", cells[-1]):
            yield number, cells[0], cells[-1]


def check(root, options):
    if not (Path(root) / "SECURITY.md").exists():
        return [Finding("SECURITY.md", 1, "is missing")]
    programs, findings, unproven = _programs(root), [], 0
    rows = list(_promises(read(root, "SECURITY.md")))
    for line, promise, proof in rows:
        tests = _TEST.findall(proof)
        if UNPROVEN in proof:
            unproven += 1
        elif not tests:
            findings.append(Finding("SECURITY.md", line, f'"{promise}" names no test, nor says "{UNPROVEN}"'))
        for program, function in tests:
            if program not in programs:
                findings.append(Finding("SECURITY.md", line, f"no CMakeLists.txt under tests registers {program}"))
            elif not _has_function(root, programs[program], function):
                findings.append(Finding("SECURITY.md", line, f"{program} has no test {function}"))
    if not rows:
        findings.append(Finding("SECURITY.md", 1, 'holds no table with the column "Proved by"'))
    print(f"promises: {len(rows)}, of them {unproven} not proven by a test yet")
    return findings
