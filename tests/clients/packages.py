# SPDX-License-Identifier: Apache-2.0
"""The AWS SDK for JavaScript, installed from package-lock.json into the build folder."""

import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = Path(os.environ["KEYTURN_CLIENT_PACKAGES"])
UNREACHABLE = {"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT", "EHOSTUNREACH", "ENETUNREACH",
               "EPROXY", "E403", "E407", "E502", "E503", "E504"}


def install_packages():
    """Empty, or why the packages are not there. Installed once a lock file."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "there is no npm"
    PACKAGES.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    stamp = PACKAGES / "installed-lock.json"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return ""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, PACKAGES / name)
    try:
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1",
                               "--fetch-retry-mintimeout=1000"], cwd=PACKAGES, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        return "npm's registry did not answer"
    if done.returncode != 0:
        unreachable = set(re.findall(r"\bcode (\w+)", done.stderr)) & UNREACHABLE
        assert unreachable, done.stderr
        return f"npm's registry cannot be reached: {', '.join(unreachable)}"
    stamp.write_text(lock, encoding="utf-8")
    return ""
