# SPDX-License-Identifier: Apache-2.0
"""Values of options: our shorthand and JSON readers against those of Debian's AWS CLI and Python, on generated texts.
What is read and what is said about faults must be equal."""

import argparse
import io
import json
import os
import random
import subprocess
import sys
import unittest

from awscli.formatter import TableFormatter, YAMLDumper
from awscli.shorthand import ShorthandParseError, ShorthandParser

PROBE = os.environ["KEYTURN_VALUE_PROBE"]
PIECES = {
    "shorthand": ["a", "b", "key", "=", "=", "=", ",", ",", " ", "\t", "\n", "'", '"', "\\", "\\,", "{", "}", "[", "]", "x y",
                  "ü", "🔑", "-", ".", "#", "/", ":", "!", "@", "|", "~", "^", "_", "1", "$", "(", ")", "<", "a=1", "b='x,y'",
                  'c="q\\"r"', "d=[1,2]", "e={f=g}", "a=b,c"],
    "output": ["a", "word ", "longer-word ", " ", "  ", "\n", "\t", "\r", "'", '"', "\\", ":", ": ", "#", " #", "-", "- ", "?", ",", "[", "]", "{",
               "}", "&", "*", "!", "|", ">", "%", "@", "`", "---", "...", "=", "<<", "~", "null", "true", "False", "yes", "0", "1", "0x1f",
               "0o7", "1e5", ".5", ".inf", "2026-01-01", "T10:00:00Z", "12:30", "_", "\u00fc", "\u0085", "\u00a0", "\u2028", "\ufeff", "\u4e2d",
               "\U0001f511", "\u00b0", "e\u0301", "\x00", "\x7f", "\x1b", "alias/x", "arn:aws:kms:us-east-1:111122223333:key/id-1"],
    "json": ["{", "}", "[", "]", ",", ":", '"a"', '"b"', '"', "\\", "\\n", "\\u00fc", "\\ud83d\\udd11", "\\uZZZZ", "\\q", "1", "-1",
             "0", "01", "1.5", "1e5", "1E-3", ".5", "1.", "-", "+1", "true", "false", "null", "nul", "NaN", "Infinity",
             "-Infinity", " ", "\n", "\t", "\x01", "ü", "🔑", '{"a":1}', '["a",2]', '"x": 1', '"x": {"y": [null, true]}'],
}


def texts(kind, count):
    rng = random.Random(f"20261122 {kind}")
    for _ in range(count):
        yield "".join(rng.choice(PIECES[kind]) for _ in range(rng.randrange(12)))


def ours(kind, given):
    lines = "".join(json.dumps(text) + "\n" for text in given)
    result = subprocess.run([PROBE, kind], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def random_value(rng, depth=0):
    kind = rng.randrange(12 if depth < 4 else 8)
    if kind < 5:
        return "".join(rng.choice(PIECES["output"]) for _ in range(rng.choice((0, 1, 1, 2, 3, 8, 40))))
    if kind < 8:
        return rng.choice((None, True, False, 0, 1, -7, 2**53, 1.5, 1e17, 1e-7, -0.0, 123456.789))
    if kind < 10:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    names = ("Keys", "KeyId", "Arn", "x", "yes", "1", "", "a b", "\u00fc", "null", "n" * 130, "two\nlines", "-", "tru", "z: y")
    return {rng.choice(names): random_value(rng, depth + 1) for _ in range(rng.randrange(5))}


def values(kind, count):
    rng = random.Random(f"20261122 {kind}")
    for _ in range(count):
        yield json.dumps(random_value(rng))


def as_yaml(text):
    out = io.StringIO()
    YAMLDumper().dump(json.loads(text), out)
    return {"value": out.getvalue()}


def as_table(text):
    """None where Python itself ends with an error of its own."""
    formatter = TableFormatter(argparse.Namespace(color="off", query=None))
    formatter.table._terminal_width = 80
    out = io.StringIO()
    try:
        formatter._format_response("Title", json.loads(text), out)
    except ValueError as error:
        return {"error": str(error)}
    except (TypeError, AttributeError, ZeroDivisionError, IndexError):
        return None
    return {"value": out.getvalue()}


def shorthand(text):
    try:
        return {"value": ShorthandParser().parse(text)}
    except ShorthandParseError as error:
        return {"error": str(error)}
    except TypeError:
        return None  # aws itself ends with a Python error: an unclosed list or map


def plain_json(text):
    try:
        return {"value": json.loads(text)}
    except ValueError as error:
        return {"error": str(error)}


class Values(unittest.TestCase):
    def compare(self, kind, reference, count):
        given = list(texts(kind, count))
        differing, values = [], 0
        for text, actual in zip(given, ours(kind, given), strict=True):
            expected = reference(text)
            if expected is None:
                self.assertIn("error", actual, text)
                continue
            values += "value" in expected
            if "Unpaired surrogate" in actual.get("error", ""):
                continue  # UTF-8 cannot hold one; Python can
            if json.dumps(expected) != json.dumps(actual):
                differing.append(f"{text!r}\n  expected {expected}\n  got      {actual}")
        print(f"{kind}: {count} texts, {values} of them valid")
        self.assertGreater(values, count // 100)
        self.assertEqual(differing[:20], [], f"{len(differing)} differ\n" + "\n".join(differing[:20]))

    def test_shorthand(self):
        self.compare("shorthand", shorthand, 40000)

    def test_json(self):
        self.compare("json", plain_json, 40000)

    def compare_output(self, kind, reference, count):
        given = list(values(kind, count))
        differing, compared = [], 0
        for text, actual in zip(given, ours(kind, given), strict=True):
            expected = reference(text)
            if expected is None:
                continue
            compared += 1
            if expected != actual:
                differing.append(f"{text}\n  expected {expected}\n  got      {actual}")
        print(f"{kind}: {count} values, {compared} of them compared")
        self.assertGreater(compared, count * 3 // 4)
        self.assertEqual(differing[:5], [], f"{len(differing)} differ\n" + "\n".join(differing[:5]))

    def test_yaml_output(self):
        self.compare_output("yaml", as_yaml, 10000)

    def test_table_output(self):
        self.compare_output("table", as_table, 10000)

    def test_deep_nesting_is_refused_not_fatal(self):
        for kind, text in (("json", "[" * 100000), ("json", '{"a":' * 100000), ("shorthand", "a=" + "[" * 100000),
                           ("shorthand", "a=" + "{a=" * 100000)):
            self.assertIn("nest", ours(kind, [text])[0]["error"].lower())


if __name__ == "__main__":
    sys.exit(unittest.main())
