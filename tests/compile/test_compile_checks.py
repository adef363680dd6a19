# SPDX-License-Identifier: Apache-2.0
"""check_misuse.py and check_budgets.py fail where they must: they are run on planted cases with the real compiler."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOOD = "int f() {\n#ifdef MISUSE\n    return \"a\";\n#else\n    return 1;\n#endif\n}\n"


class Checks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="keyturn-compile-")
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        (self.top / "like.cpp").write_text("#include <string>\nstd::string s;\n")
        command = f"ccache /usr/bin/c++ -fsanitize=address -O1 -Werror -o like.o -c {self.top}/like.cpp"
        rows = [{"directory": str(self.top), "command": command, "file": str(self.top / "like.cpp")}]
        (self.top / "compile_commands.json").write_text(json.dumps(rows))

    def run_script(self, script, *arguments):
        result = subprocess.run([sys.executable, "-B", HERE / script, "--build", self.top, *arguments],
                                capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr

    def misuse(self, text, expected):
        (self.top / "case.cpp").write_text(text)
        return self.run_script("check_misuse.py", "--like", self.top / "like.cpp", self.top / "case.cpp", expected)

    def test_misuse_that_fails_for_the_reason_passes(self):
        self.assertEqual(self.misuse(GOOD, "invalid conversion")[0], 0)

    def test_misuse_that_fails_for_another_reason_fails(self):
        code, output = self.misuse(GOOD, "deleted function")
        self.assertEqual(code, 1)
        self.assertIn("for another reason", output)

    def test_misuse_that_compiles_fails(self):
        code, output = self.misuse("int f();\n", "anything")
        self.assertEqual(code, 1)
        self.assertIn("the misuse compiles", output)

    def test_control_that_does_not_compile_fails(self):
        code, output = self.misuse("#ifndef MISUSE\nint f(\n#else\nint f() { return \"a\"; }\n#endif\n", "invalid")
        self.assertEqual(code, 1)
        self.assertIn("the control does not compile", output)

    def budget(self, seconds, mib):
        return self.run_script("check_budgets.py", "--source", self.top / "like.cpp", "--seconds", seconds, "--mib", mib)

    def test_budgets(self):
        self.assertEqual(self.budget("30", "700")[0], 0)
        for seconds, mib in (("0.001", "700"), ("30", "1")):
            code, output = self.budget(seconds, mib)
            self.assertEqual(code, 1)
            self.assertIn("OVER", output)

    def test_budget_of_a_file_that_does_not_compile_fails(self):
        (self.top / "like.cpp").write_text("int f(\n")
        self.assertEqual(self.budget("30", "700")[0], 1)

    def test_unknown_source_fails(self):
        self.assertNotEqual(self.run_script("check_budgets.py", "--source", "gone.cpp", "--seconds", "1", "--mib", "1")[0], 0)


if __name__ == "__main__":
    unittest.main()
