# SPDX-License-Identifier: Apache-2.0
"""Every source is named in a CMakeLists.txt, every test program is registered with ctest, and runs by itself."""

import re
from pathlib import Path

from source_tree import CODE, Finding, cmake_texts, files, includes, read

_EXECUTABLE = re.compile(r"\badd_executable\(\s*([\w.${}-]+)")
_TEST_SCRIPT = re.compile(r"(^|/)(tst|test)_[^/]*\.(py|sh)$")


def _named(texts, path):
    """True when a CMakeLists.txt of the file's folder or of one above names the file relative to itself, or any
    one by its path from the top."""
    if any(f"${{CMAKE_SOURCE_DIR}}/{path}" in text for text in texts.values()):
        return True
    for folder in Path(path).parents:
        text = texts.get(folder.as_posix())
        if text is None:
            continue
        relative = Path(path).relative_to(folder).as_posix()
        if re.search(rf"(?<![\w/.-]){re.escape(relative)}(?![\w.-])", text):
            return True
        # keyturn_misuse(name ...) stands for misuse/name.cpp, keyturn_fuzz(name ...) for name_fuzz.cpp
        for call, pattern in (("keyturn_misuse", r"misuse/(\w+)\.cpp"), ("keyturn_fuzz", r"(\w+)_fuzz\.cpp")):
            match = re.fullmatch(pattern, relative)
            if match and re.search(rf"\b{call}\(\s*{match[1]}\b", text):
                return True
    return False


def _unregistered_programs(texts):
    everything = "\n".join(texts.values())
    for folder, text in texts.items():
        if not folder.startswith("tests") or folder == "tests/bench":  # benchmarks are run by packaging/soak.sh
            continue
        for match in _EXECUTABLE.finditer(text):
            name = re.escape(match[1])
            used = rf"add_test\([^)]*\b{name}\b|TARGET_FILE:{name}>|keyturn_test\([^)]*\b{name}\b"
            if "$" not in match[1] and not re.search(used, everything):
                yield Finding(f"{folder}/CMakeLists.txt", 1, f"program {match[1]} is run by no test: add_test() it")


def _unreached_suites(texts):
    """tests/CMakeLists.txt takes tests/<a> and tests/unit/<a>; anything deeper needs its parent's add_subdirectory."""
    for folder in texts:
        parts = folder.split("/")
        reached = len(parts) <= 2 or (len(parts) == 3 and parts[1] == "unit")
        if parts[0] == "tests" and not reached:
            parent = texts.get("/".join(parts[:-1]), "")
            if not re.search(rf"add_subdirectory\(\s*{re.escape(parts[-1])}\b", parent):
                yield Finding(f"{folder}/CMakeLists.txt", 1, "no CMakeLists.txt above adds this folder")


def _used_elsewhere(root):
    """Headers of core ("kms/service.h") that a file of another module, of ui or of app includes: public ones."""
    used = set()
    for path in files(root, CODE, under=("core", "ui", "app")):
        for _, angle, target in includes(read(root, path)):
            if not angle and not path.startswith(f"core/{target.split('/')[0]}/"):
                used.add(f"core/{target}")
    return used


def check(root, options):
    texts = cmake_texts(root)
    findings = list(_unregistered_programs(texts)) + list(_unreached_suites(texts))
    for path in files(root, [".cpp"], under=("core", "ui", "app", "tests")):
        if not _named(texts, path):
            findings.append(Finding(path, 1, "is named in no CMakeLists.txt: it is not built"))
    for path in sorted(_used_elsewhere(root)):
        if (Path(root) / path).exists() and not _named(texts, path):
            findings.append(Finding(path, 1, "is public, but under no HEADERS: nothing proves that it compiles alone"))
    for path in files(root, [".py", ".sh"], under=("tests",)):
        if _TEST_SCRIPT.search(path) and not _named(texts, path):
            findings.append(Finding(path, 1, "is a test that no CMakeLists.txt registers"))
    return findings
