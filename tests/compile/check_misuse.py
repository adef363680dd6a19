# SPDX-License-Identifier: Apache-2.0
"""check_misuse.py --build DIR --like SOURCE CASE EXPECTED: CASE compiles with the options of SOURCE, and with
-DMISUSE it does not, for the reason EXPECTED (a regular expression). The first half is the control: nothing but
the misuse is at fault."""

import argparse
import re
import subprocess
import sys

from compile_command import compiler_arguments, entry_of


def compile_case(row, case, *more):
    arguments = [*compiler_arguments(row), "-fsyntax-only", *more, case]
    result = subprocess.run(arguments, cwd=row["directory"], capture_output=True, text=True, check=False,
                            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    return result.returncode, result.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--like", required=True)
    parser.add_argument("case")
    parser.add_argument("expected")
    options = parser.parse_args()
    row = entry_of(options.build, options.like)
    code, messages = compile_case(row, options.case)
    if code != 0:
        print(f"the control does not compile:\n{messages}")
        return 1
    code, messages = compile_case(row, options.case, "-DMISUSE")
    if code == 0:
        print("the misuse compiles")
        return 1
    if not re.search(options.expected, messages):
        print(f"the misuse fails for another reason than '{options.expected}':\n{messages}")
        return 1
    print(re.search(rf".*(?:{options.expected}).*", messages)[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
