# SPDX-License-Identifier: Apache-2.0
"""No path of a machine, no host of a package registry, no conflict mark and no trailing blank in the tree."""

import re
from pathlib import Path

from source_tree import Finding, files

# Written in pieces, so that this file does not find itself.
_PLACES = "|".join(["/" + "work/", "/" + "root/", "/" + "farm/", "/" + "home/[a-z]", "/" + "tmp/kt", "/" + "tmp/bash_jobs"])
_HOSTS = "|".join(
    host.replace("+", r"\.")
    for host in ["deb+debian+org", "security+debian+org", "registry+npmjs+org", "pypi+org", "files+pythonhosted+org",
                 "crates+io", "proxy+golang+org", "repo1+maven+org", "archive+ubuntu+com", "rubygems+org"]
)
_RULES = [
    (re.compile(rf"(?<![\w.])(?:{_PLACES})"), "a path of one machine"),
    (re.compile(rf"\b(?:{_HOSTS})\b"), "a package registry's host: name packages only, the machine knows where from"),
    (re.compile(r"^(?:<{7}|>{7}) ", re.M), "a conflict mark"),
]
_BLANK = re.compile(r"[ \t]+$", re.M)
_TRIMMED = (".h", ".cpp", ".py", ".sh", ".cmake", ".txt", ".json", ".xml", ".desktop")


def check(root, options):
    findings = []
    for path in files(root):
        raw = (Path(root) / path).read_bytes()
        if b"\0" in raw[:8192]:
            continue
        text = raw.decode("utf-8", errors="replace")
        for expression, why in _RULES:
            for match in expression.finditer(text):
                findings.append(Finding(path, text.count("\n", 0, match.start()) + 1, f"{match[0].strip()}: {why}"))
        if path.endswith(_TRIMMED) and "/data/" not in path:
            for match in _BLANK.finditer(text):
                findings.append(Finding(path, text.count("\n", 0, match.start()) + 1, "blanks at the end of the line"))
    return findings
