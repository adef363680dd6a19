# SPDX-License-Identifier: Apache-2.0
"""Reads AWS files with the installed botocore: lines "config|credentials HEX" on standard input, one JSON line out.

The line is null where botocore refuses the text, else {"profiles": {name: {key: text or {key: text}}},
"sso_sessions": ..., "services": ...}. The first line out is botocore's version.
"""

import json
import shlex
import sys
import tempfile

import botocore
import botocore.configloader
import botocore.exceptions


def parse(kind, text):
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        try:
            raw = botocore.configloader.raw_config_parse(file.name)
        except (botocore.exceptions.ConfigParseError, UnicodeDecodeError):
            return None
    if kind == "credentials":
        return {"profiles": raw, "sso_sessions": {}, "services": {}}
    built = botocore.configloader.build_profile_map(raw)
    if "services" not in built:  # before 1.31, which reads these sections as the others
        built["services"] = {}
        for title, values in raw.items():
            try:
                words = shlex.split(title) if title.startswith("services") else []
            except ValueError:
                words = []
            if len(words) == 2:
                built["services"][words[1]] = values
    return {name: built.get(name, {}) for name in ("profiles", "sso_sessions", "services")}


def main():
    print(botocore.__version__)
    for line in sys.stdin:
        kind, text = line.split()
        print(json.dumps(parse(kind, bytes.fromhex(text) if text != "-" else b"")))


main()
