#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one check of the house over the tree: lint.py <check> --root DIR. Exit 1 with `file:line: what` for each fault."""

import argparse
import importlib
import sys

CHECKS = ("arrows", "banned", "registration", "shape", "text", "format", "promises", "skips")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("check", choices=CHECKS)
    parser.add_argument("--root", required=True, help="top folder of the tree")
    parser.add_argument("--qt-headers", default="", help="folder that holds QtCore/, QtGui/, ...")
    parser.add_argument("--ctest-log", default="", help="LastTest.log of the run that `skips` judges")
    parser.add_argument("--ctest-output", default="", help="what ctest printed in that run")
    options = parser.parse_args(arguments)
    findings = importlib.import_module(f"check_{options.check}").check(options.root, options)
    for finding in findings:
        print(finding)
    print(f"{options.check}: {len(findings)} finding{'' if len(findings) == 1 else 's'}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
