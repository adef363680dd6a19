# SPDX-License-Identifier: Apache-2.0
"""Every #include between modules, ui and app is an arrow of arrows.txt; CMake's DEPENDS agree; no cycles."""

import re
from pathlib import Path

from source_tree import CODE, Finding, columns, files, includes, matches, read, table_lines

_MODULE = re.compile(r"keyturn_module\(\s*(\w+)(.*?)\)", re.S)
_KEYWORDS = "INTERFACE|HEADERS|SOURCES|DEPENDS|LIBRARIES|PRIVATE_LIBRARIES"
_GUI_TARGET = re.compile(r"Qt6::(Gui|Widgets|Svg|SvgWidgets)\b")
_GENERATED = re.compile(r"(^|/)(moc_\w+\.cpp|\w+\.moc|ui_\w+\.h|\w*version\.h)$")


class Table:
    def __init__(self, path):
        self.groups, self.arrows, self.outside = {}, {}, {}
        section = ""
        for number, text in table_lines(path):
            if text.startswith("["):
                section = text.strip("[]")
            elif section == "outside":
                name, patterns = columns(text, 2, f"{path}:{number}")
                self.groups[name] = patterns.split()
            else:
                self._add_arrow(columns(text, 3, f"{path}:{number}"))

    def _add_arrow(self, cells):
        node, allowed, outside = cells
        above = set(self.arrows)
        self.arrows[node] = above if allowed == "*" else set(allowed.split())
        rules = [rule.partition("@") for rule in outside.split()]
        self.outside[node] = [(group, pattern or "*") for group, _, pattern in rules]


def node_of(path):
    """The folder of the table that a file belongs to, and the file's path inside it."""
    parts = path.split("/")
    if parts[0] == "core" and len(parts) > 2:
        return parts[1], "/".join(parts[2:])
    if parts[0] == "ui" and len(parts) > 2:
        return f"ui.{parts[1]}", "/".join(parts[2:])
    if parts[0] in ("app", "ui") and len(parts) > 1:
        return parts[0], "/".join(parts[1:])
    return None, path


def resolve(root, path, target):
    """The file of the tree that `#include "target"` in `path` means, or None."""
    above = [(folder / target).as_posix() for folder in Path(path).parents]
    for candidate in (f"core/{target}", target, *above):
        if (Path(root) / candidate).is_file():
            return candidate
    return None


def _group_of(table, header, qt_headers):
    if "." not in header and "/" not in header and not header.startswith("Q"):
        return "std"
    for group, patterns in table.groups.items():
        for pattern in patterns:
            if pattern.startswith("qt:"):
                folder = pattern[3:]
                if header.startswith(folder + "/") or (Path(qt_headers) / folder / header).is_file():
                    return group
            elif matches(header, [pattern]):
                return group
    return None


def _check_outside(table, node, inner, header, qt_headers):
    group = _group_of(table, header, qt_headers)
    if group is None:
        return f"<{header}> is in no group of arrows.txt"
    if group == "std" or any(g == group and matches(inner, [p]) for g, p in table.outside[node]):
        return None
    return f"{node} may not include <{header}> here ({group}); arrows.txt says who may"


def _check_inside(root, table, node, path, target, depends):
    found = resolve(root, path, target)
    if found is None:
        return None if _GENERATED.search(target) else f'"{target}" is no file of the tree'
    other = node_of(found)[0]
    if other in (node, "base"):
        return None
    if other is None or other not in table.arrows[node]:
        return f'{node} may not include "{target}": arrows.txt has no arrow to {other or found}'
    if node in depends and other not in depends[node]:
        return f'"{target}" is included, but core/{node}/CMakeLists.txt does not name {other} under DEPENDS'
    return None


def _declared_depends(root):
    depends = {}
    for path in files(root, ["CMakeLists.txt"], under=("core",)):
        text = re.sub(r"#[^\n]*", "", read(root, path))
        for match in _MODULE.finditer(text):
            parts = re.split(rf"\b({_KEYWORDS})\b", match[2])
            named = [parts[i + 1] for i in range(1, len(parts) - 1, 2) if parts[i] == "DEPENDS"]
            depends[match[1]] = (path, set(" ".join(named).split()), match[2])
    return depends


def _check_cmake(table, declared):
    for node, (path, depends, body) in declared.items():
        if node not in table.arrows:
            yield Finding(path, 1, f"module {node} has no row in arrows.txt")
            continue
        for other in sorted(depends - table.arrows[node] - {"base"}):
            yield Finding(path, 1, f"{node} DEPENDS {other}: arrows.txt has no such arrow")
        if _GUI_TARGET.search(body):
            yield Finding(path, 1, f"{node} links Qt Gui or Qt Widgets: nothing in core does")


def find_cycle(edges):
    """One cycle of a graph {node: set(nodes)} as a list, or None."""
    done, trail = set(), []

    def visit(node):
        if node in trail:
            return trail[trail.index(node):] + [node]
        if node in done:
            return None
        trail.append(node)
        for other in sorted(edges.get(node, ())):
            cycle = visit(other)
            if cycle:
                return cycle
        trail.pop()
        done.add(node)
        return None

    for node in sorted(edges):
        cycle = visit(node)
        if cycle:
            return cycle
    return None


def check(root, options):
    here = Path(root) / "tests/layers/arrows.txt"
    table = Table(here)
    declared = _declared_depends(root)
    depends = {node: row[1] for node, row in declared.items()}
    findings = list(_check_cmake(table, declared))
    graph = {}
    for path in files(root, CODE, under=("core", "ui", "app")):
        node, inner = node_of(path)
        if node not in table.arrows:
            findings.append(Finding(path, 1, f"folder {node or 'above the modules'} has no row in arrows.txt"))
            continue
        for line, angle, target in includes(read(root, path)):
            if angle:
                fault = _check_outside(table, node, inner, target, options.qt_headers)
            else:
                fault = _check_inside(root, table, node, path, target, depends)
                graph.setdefault(path, set()).add(resolve(root, path, target) or target)
            if fault:
                findings.append(Finding(path, line, fault))
    for what, edges in (("arrows.txt", table.arrows), ("includes", graph)):
        cycle = find_cycle(edges)
        if cycle:
            findings.append(Finding("tests/layers/arrows.txt", 1, f"cycle of {what}: " + " -> ".join(cycle)))
    return findings
