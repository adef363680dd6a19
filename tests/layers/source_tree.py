# SPDX-License-Identifier: Apache-2.0
"""The files of the tree, and C++ text without comments and strings. Every check reads the tree through here."""

import fnmatch
import os
import re
from pathlib import Path

LEFT_OUT = {".git", ".cache", "__pycache__", "node_modules", "compile_commands.json"}
CODE = (".h", ".cpp")

_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.S,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


class Finding:
    """One fault: where, and what to do about it."""

    def __init__(self, path, line, message):
        self.path, self.line, self.message = str(path), line, message

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


def files(root, suffixes=None, under=()):
    """Paths below root, relative, sorted; build folders and caches left out."""
    found = []
    for folder, names, leaves in os.walk(root):
        here = Path(folder).relative_to(root)
        names[:] = sorted(
            n for n in names if n not in LEFT_OUT and not (here == Path(".") and n.startswith("build"))
        )
        for leaf in leaves:
            path = (here / leaf).as_posix()
            if leaf in LEFT_OUT or (suffixes and not path.endswith(tuple(suffixes))):
                continue
            if not under or path.split("/")[0] in under:
                found.append(path)
    return sorted(found)


def read(root, path):
    return (Path(root) / path).read_text(encoding="utf-8", errors="replace")


def _blank(text):
    return "".join("\n" if c == "\n" else " " for c in text)


def without_comments(text):
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith("/") else m[0], text)


def bare_code(text):
    """The text with comments and the insides of strings blanked; include lines stay as they are."""

    def replace(match):
        token = match[0]
        if token.startswith("/"):
            return _blank(token)
        if token.startswith("R"):
            return _blank(token)
        return token[0] + _blank(token[1:-1]) + token[-1]

    lines_in = without_comments(text).split("\n")
    lines_out = _TOKEN.sub(replace, text).split("\n")
    return "\n".join(i if i.lstrip().startswith("#") and "include" in i else o for i, o in zip(lines_in, lines_out))


def includes(text):
    """(line, is_angle, path) of every #include outside comments."""
    code = without_comments(text)
    return [(line_of(code, m.start(2)), m[1] == "<", m[2]) for m in _INCLUDE.finditer(code)]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def matches(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def table_lines(path):
    """(line number, text) of a table file, comments and empty lines left out."""
    if not Path(path).exists():
        return []
    rows = Path(path).read_text(encoding="utf-8").splitlines()
    return [(n, r.strip()) for n, r in enumerate(rows, 1) if r.strip() and not r.lstrip().startswith("#")]


def columns(text, count, source):
    """The cells of a `a | b | c` row."""
    cells = [c.strip() for c in text.split("|", count - 1)]
    if len(cells) != count:
        raise ValueError(f"{source}: a row needs {count} cells divided by '|': {text}")
    return cells


_CMAKE_COMMENT = re.compile(r"#[^\n]*")
_CMAKE_INCLUDE = re.compile(r"\binclude\(\s*([\w./-]+\.cmake)\s*\)")
_CMAKE_LOOP = re.compile(r"\bforeach\(\s*(\w+)\s+(?:IN\s+ITEMS\s+)?((?!IN\b|RANGE\b)[^()]*)\)(.*?)\bendforeach\(\s*\w*\s*\)", re.S)


def _unrolled(text):
    """foreach() over named items, written out; loops over lists and ranges stay as they are."""

    def write_out(match):
        return "\n".join(match[3].replace(f"${{{match[1]}}}", item) for item in match[2].split())

    return _CMAKE_LOOP.sub(write_out, text)


def cmake_texts(root, under=("core", "ui", "app", "tests")):
    """folder -> text of its CMakeLists.txt and of the files of the folder that it includes, without comments."""

    def text_of(path):
        text = _unrolled(_CMAKE_COMMENT.sub("", read(root, path)))
        return text.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "").replace("${CMAKE_CURRENT_LIST_DIR}/", "")

    texts = {}
    for path in files(root, ["CMakeLists.txt"], under=under):
        folder, text = Path(path).parent, text_of(path)
        parts = [(folder / name).as_posix() for name in _CMAKE_INCLUDE.findall(text)]
        parts = [text_of(part) for part in parts if (Path(root) / part).is_file()]
        texts[folder.as_posix()] = "\n".join([text, *parts])
    return texts
