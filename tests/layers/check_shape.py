# SPDX-License-Identifier: Apache-2.0
"""Files of at most 400 lines (tests, which hold rows, 600), functions of at most 60, a licence line first, a short
README per module."""

import re
from pathlib import Path

from source_tree import Finding, bare_code, files, read

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES, README_LINES = 400, 600, 60, 30
SPDX = "SPDX-License-Identifier: Apache-2.0"
_SOURCES = (".h", ".cpp", ".py", ".sh", ".cmake", "CMakeLists.txt")
_TYPE = re.compile(r"\b(class|struct|union|enum)\b")
_NAME = re.compile(r"([~\w:]+)\s*\($")


def _kind(lead, inside_round):
    """What a brace opens, from the text that leads up to it."""
    if inside_round or lead.endswith(("=", "(", ",", "return")):
        return "value"
    if re.search(r"\bnamespace\b", lead) or re.search(r'extern\s+"', lead):
        return "scope"
    if _TYPE.search(lead) and ")" not in re.sub(r"\b(alignas|__attribute__|decltype)\s*\([^)]*\)", "", lead):
        return "scope"
    return "body"


def _function_name(lead):
    round_bracket = lead.find("(")
    match = _NAME.search(lead[: round_bracket + 1]) if round_bracket >= 0 else None
    return match[1] if match else "?"


def functions(code):
    """(name, first line, lines) of each function body at namespace or class level. A heuristic: it follows
    brackets, so that a table of values or a class is no function however long it is."""
    stack, lead, round_depth, line, found = [], "", 0, 1, []
    for position, c in enumerate(code):
        if c == "\n":
            line += 1
        if c == "{":
            in_function = any(kind == "body" for kind, *_ in stack)
            kind = "block" if in_function else _kind(lead.strip(), round_depth > 0)
            stack.append((kind, lead.strip(), line))
            lead = ""
        elif c == "}":
            kind, opened_by, first = stack.pop() if stack else ("block", "", line)
            is_value = code[position + 1 : position + 2] == ";" and ")" not in opened_by
            if kind == "body" and not is_value:
                found.append((_function_name(opened_by), first, line - first + 1))
            lead = ""
        elif c == ";" and round_depth == 0:
            lead = ""
        else:
            round_depth += {"(": 1, ")": -1}.get(c, 0)
            lead += c
    return found


def _without_preprocessor(code):
    """Directives blanked, so that brackets of a macro do not count; `#else` branches stay."""
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda m: "\n" * m[0].count("\n"), code, flags=re.M)


def _check_source(path, text):
    lines = text.splitlines()
    first = lines[:2] if text.startswith("#!") else lines[:1]
    if not any(SPDX in row for row in first):
        yield Finding(path, 1, f"must begin with {SPDX}")
    limit = TEST_FILE_LINES if path.startswith("tests/") else FILE_LINES
    if len(lines) > limit:
        yield Finding(path, limit, f"{len(lines)} lines, {limit} is the limit: does it have one subject?")
    if path.endswith((".h", ".cpp")):
        for name, line, length in functions(_without_preprocessor(bare_code(text))):
            if length > FUNCTION_LINES and not name.endswith("_data"):
                yield Finding(path, line, f"{name}() has {length} lines, {FUNCTION_LINES} is the limit")


def check(root, options):
    findings = []
    for path in files(root, _SOURCES):
        findings += _check_source(path, read(root, path))
    for folder in sorted((Path(root) / "core").glob("*/")):
        if not folder.is_dir() or not (folder / "CMakeLists.txt").exists():
            continue
        readme, path = folder / "README.md", f"core/{folder.name}/README.md"
        if not readme.exists():
            findings.append(Finding(path, 1, "is missing: what the module is for, may depend on and why, its threads"))
        elif len(readme.read_text(encoding="utf-8").splitlines()) > README_LINES:
            findings.append(Finding(path, README_LINES, f"has more than {README_LINES} lines"))
    return findings
