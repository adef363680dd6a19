# SPDX-License-Identifier: Apache-2.0
"""The session in README.md works by copy and paste: every line is run, in one shell, on the programs of this build."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["KEYTURN_BUILD"])


class Session(unittest.TestCase):
    def test_session_of_the_readme(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        block = re.search(r"^## A session\n.*?^```\n(.*?)^```", text, re.M | re.S)[1]
        self.assertIn("$PWD/build/release/", block, "the block finds the programs where packaging/run builds them")
        script = block.replace("$PWD/build/release", str(BUILD))
        with tempfile.TemporaryDirectory(prefix="keyturn-readme-") as folder:
            environment = dict(os.environ, TMPDIR=folder)
            result = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment,
                                    stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        print(result.stdout, result.stderr, sep="\n")
        self.assertEqual(result.returncode, 0)
        self.assertIn("the same bytes", result.stdout)
        self.assertNotIn("a long passphrase of mine", result.stdout + result.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
