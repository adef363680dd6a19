# SPDX-License-Identifier: Apache-2.0
"""Words of banned.txt do not stand in the tree, and no connect() is without a context object."""

import re
from pathlib import Path

from source_tree import CODE, Finding, bare_code, columns, files, includes, line_of, matches, read, table_lines

CONTEXT_RULE = "contextless-connect"
_CONNECT = re.compile(r"(?<![\w])connect\s*\(")


def _load(path, count):
    return [columns(text, count, f"{path}:{number}") for number, text in table_lines(path)]


def _load_rules(path):
    # The expression may hold '|': what stands between the third and the last divider with blanks around it.
    rules = []
    for number, text in table_lines(path):
        cells = re.split(r"\s+\|\s+", text)
        if len(cells) != 5:
            raise ValueError(f"{path}:{number}: a row needs five cells divided by ' | '")
        rules.append((cells[0], cells[1].split(), cells[2], re.compile(cells[3], re.M), cells[4]))
    return rules


def _applies(path, where):
    wanted = [w for w in where if not w.startswith("!")]
    return matches(path, wanted) and not matches(path, [w[1:] for w in where if w.startswith("!")])


def arguments_of_call(code, opening):
    """The top-level arguments of a call, from the position of its opening bracket; [] when it has no end."""
    depth, start, found = 0, opening + 1, []
    for position in range(opening, len(code)):
        c = code[position]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth == 0:
                found.append(code[start:position].strip())
                return [a for a in found if a]
        elif c == "," and depth == 1:
            found.append(code[start:position].strip())
            start = position + 1
    return []


def contextless_connects(code):
    for match in _CONNECT.finditer(code):
        arguments = arguments_of_call(code, match.end() - 1)
        if len(arguments) == 3 and arguments[1].startswith("&"):
            yield match.start()


def _read_as(kind, path, text):
    """(position-bearing text, offset-to-line) pairs that a rule of this kind looks at."""
    if kind == "includes":
        return [(target, line) for line, _, target in includes(text)]
    if kind == "name":
        return [(path, 1)]
    if kind == "text":
        return [(text, None)]
    return [(bare_code(text), None)]


def _hits(rule, path, text):
    name, _, kind, expression, why = rule
    if kind == "missing":
        if not expression.search(text):
            yield Finding(path, 1, f"[{name}] missing {expression.pattern}: {why}")
        return
    for part, line in _read_as(kind, path, text):
        for match in expression.finditer(part):
            at = line if line is not None else line_of(part, match.start() + len(match[0]) - len(match[0].lstrip()))
            yield Finding(path, at, f"[{name}] {match[0].strip()}: {why}")


def check(root, options):
    here = Path(root) / "tests/layers"
    rules = _load_rules(here / "banned.txt")
    exceptions = _load(here / "exceptions.txt", 3)
    used, findings = set(), []

    def add(finding, rule):
        for index, (pattern, excused, _) in enumerate(exceptions):
            if excused == rule and matches(finding.path, [pattern]):
                used.add(index)
                return
        findings.append(finding)

    for path in files(root, under=("core", "ui", "app", "tests", "packaging", "cmake")):
        is_code = path.endswith(CODE)
        applying = [r for r in rules if _applies(path, r[1]) and (is_code or r[2] in ("text", "name"))]
        if not applying or path.startswith("tests/layers/"):
            continue
        text = "" if all(r[2] == "name" for r in applying) else read(root, path)
        for rule in applying:
            for finding in _hits(rule, path, text):
                add(finding, rule[0])
        if is_code:
            code = bare_code(text)
            for position in contextless_connects(code):
                add(Finding(path, line_of(code, position), f"[{CONTEXT_RULE}] connect() without a context object: "
                            "it outlives what it captured; pass the receiver as third argument"), CONTEXT_RULE)
    for index, (pattern, rule, _) in enumerate(exceptions):
        if index not in used:
            findings.append(Finding("tests/layers/exceptions.txt", 1, f"{pattern} | {rule} excuses nothing: remove it"))
    return findings
