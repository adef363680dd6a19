# SPDX-License-Identifier: Apache-2.0
"""Values of options: our shorthand and JSON readers against those of Debian's AWS CLI and Python, on generated texts.
What is read and what is said about faults must be equal."""

import json
import os
import random
import subprocess
import sys
import unittest

from awscli.shorthand import ShorthandParseError, ShorthandParser

PROBE = os.environ["KEYTURN_VALUE_PROBE"]
PIECES = {
    "shorthand": ["a", "b", "key", "=", "=", "=", ",", ",", " ", "\t", "\n", "'", '"', "\\", "\\,", "{", "}", "[", "]", "x y",
                  "ü", "🔑", "-", ".", "#", "/", ":", "!", "@", "|", "~", "^", "_", "1", "$", "(", ")", "<", "a=1", "b='x,y'",
                  'c="q\\"r"', "d=[1,2]", "e={f=g}", "a=b,c"],
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

    def test_deep_nesting_is_refused_not_fatal(self):
        for kind, text in (("json", "[" * 100000), ("json", '{"a":' * 100000), ("shorthand", "a=" + "[" * 100000),
                           ("shorthand", "a=" + "{a=" * 100000)):
            self.assertIn("nest", ours(kind, [text])[0]["error"].lower())


if __name__ == "__main__":
    sys.exit(unittest.main())
