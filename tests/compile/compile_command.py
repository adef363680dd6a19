# SPDX-License-Identifier: Apache-2.0
"""Compile commands of the build, taken apart: what compile_commands.json says, without ccache and sanitizers."""

import json
import os
import shlex
import subprocess
from pathlib import Path

_DROPPED = ("-fsanitize", "-fno-sanitize", "-fno-omit-frame-pointer", "-O", "-g", "-Winvalid-pch", "-Werror", "-MD")
_DROPPED_WITH_VALUE = ("-MT", "-MF", "-o", "-include")


def entries(build):
    """Rows of compile_commands.json."""
    return json.loads((Path(build) / "compile_commands.json").read_text(encoding="utf-8"))


def entry_of(build, source):
    for row in entries(build):
        if Path(row["file"]) == Path(source):
            return row
    raise SystemExit(f"{source} is in no row of {build}/compile_commands.json")


def compiler_arguments(row):
    """Compiler and options of a row: no launcher, no output, no sanitizer, the dev preset's -O0 -g1. The build's
    -Werror=... stay. Without the precompiled header, so that nothing depends on what was built before."""
    words = shlex.split(row["command"])
    source = words.index("-c") if "-c" in words else len(words)
    first = next(i for i, word in enumerate(words) if "++" in Path(word).name)
    kept, skip = [], False
    for word in words[first:source]:
        if skip:
            skip = False
        elif word in _DROPPED_WITH_VALUE:
            skip = True
        elif word.startswith("-Werror=") or not word.startswith(_DROPPED):
            kept.append(word)
    return kept + ["-O0", "-g1"]


def measured(arguments, folder):
    """(seconds of CPU in user mode, peak MiB, exit code, messages) of one compiler run. CPU time, because the wall
    clock of a shared machine says little."""
    child = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    messages = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime, usage.ru_maxrss / 1024, child.returncode, messages
