# SPDX-License-Identifier: Apache-2.0
"""--query: our own JMESPath against python3-jmespath, the implementation that the AWS CLI uses, on a list of
expressions and on generated ones. Values and messages must be equal."""

import json
import os
import random
import subprocess
import sys
import unittest

import jmespath

PROBE = os.environ["KEYTURN_QUERY_PROBE"]

DOCUMENT = {
    "Keys": [
        {"KeyId": "b", "Enabled": True, "Size": 3, "Tags": [{"k": "x", "v": "1"}], "Name": "ü\U0001f511"},
        {"KeyId": "a", "Enabled": False, "Size": 1.5, "Tags": [], "Name": "zwei"},
        {"KeyId": "c", "Enabled": None, "Size": 0, "Tags": [{"k": "y", "v": "2"}, {"k": "z"}]},
    ],
    "Empty": {}, "None": None, "Zero": 0, "One": 1, "True": True, "Text": "hello, wörld", "Nested": [[1, 2], [3, [4]]],
    "Map": {"b": 1, "a": {"c": [5, 6]}}, "Numbers": [5, 1, 3.5, -2], "Words": ["b", "a", "ä", "B"], "a-b": "dash",
}

EXPRESSIONS = """
Keys Keys[0] Keys[-1] Keys[9] Keys[0].KeyId Keys[].KeyId Keys[*].KeyId Keys[*].Tags[].k Keys[*].Tags[*].k
Keys[?Enabled].KeyId Keys[?Size>`1`].KeyId Keys[?Size>=`1.5`&&Enabled].KeyId Keys[?KeyId=='a']|[0] Keys[?!Enabled].KeyId
Keys[?contains(Name,'ü')].KeyId Keys[?Size<`2`||Enabled].[KeyId,Size] Keys[*].{id:KeyId,n:length(Tags)}
sort_by(Keys,&KeyId)[*].KeyId sort_by(Keys,&Size)[0].KeyId max_by(Keys,&Size).KeyId min_by(Keys,&Size).KeyId
Keys[::2].KeyId Keys[::-1].KeyId Keys[1:].KeyId Keys[:-1].KeyId Keys[-2:9].KeyId Keys[0:0] Nested[] Nested[][] Nested[*][0]
Nested[0:1][] Map.* Map.*.c Map.a.c[1] *.KeyId * @ @.Text Text.foo Missing.foo[0] Empty None Zero None||Text Zero||Text
Empty||Text True&&Text Empty&&Text !Zero !None !Empty !Text (None||Text) "a-b" "a\\u002db" `"x"` `[1,2]` `{"a":1}` 'raw'
'it\\'s' `literal` `` length(Keys) length(Text) length(Empty) length(None) keys(Map) values(Map) type(None) type(Zero)
type(Text) type(Keys) type(Map) type(True) to_string(Keys[0]) to_string(Text) to_string(Zero) to_string(None)
to_number('12') to_number('1.5') to_number('x') to_number(Keys) to_array(Text) to_array(Keys)[0].KeyId
not_null(None,Text) not_null(None,Missing) join(',',Words) join('',`[]`) join(',',Numbers) reverse(Words) reverse(Text)
sort(Words) sort(Numbers) sort(Keys) max(Numbers) min(Words) max(`[]`) sum(Numbers) sum(`[]`) avg(Numbers) avg(`[]`)
abs(`-3`) abs(`-3.5`) abs(Text) ceil(`1.2`) floor(`-1.2`) ceil(`3`) contains(Words,'a') contains(Text,'wör')
contains(Text,`1`) contains(Numbers,`5`) starts_with(Text,'hell') ends_with(Text,'wörld') merge(Map,`{"z":1}`)
map(&KeyId,Keys) map(&Missing,Keys) Keys[*].Size|[0] Keys[].[KeyId][] One==`1` One==True Zero==`false` True==`1`
Text=='hello' Text!='hello' Zero<One Text<One None<One Text<Words Keys==Keys Words[?@>'a'] Keys[*].Tags[?k=='y'].v
Keys[*].Tags[?k=='y'].v[] Keys[?Tags[?k=='x']].KeyId Keys[*].[KeyId,Tags[0].k] {a:Text,b:Zero} [Text,Zero] [Text,[Zero]]
Keys[0].Name Keys[?length(Tags)>`0`].KeyId [0] [*] [] foo[?bar] Keys[?Size==`3`]|[0].Tags|[0].k
Keys[ Keys[? Keys[0 Keys. Keys.[ .Keys Keys.. Keys[*]x foo( foo() length() length(Text,Text) not_null() unknown(Text)
{a} {a:} {1:b} [a, 'open "open `open a=b a== = # $ a|| || &&a !  a! 9 -1 - -a [-] [::0] [1:2:3:4] [a:b] &Keys sort_by(Keys,Size)
"foo"(a) @(a) Keys[0](a) a.1 a.'b' a.`b` a[?b a[?b] "\\x" "a\\"b" `"\\uD83D\\uDD11"` `1.50` `1e3` ((Text)) (Text Text)
Keys[*].Tags[].{k:k,v:v}|[?v] Keys[*].Size[] [[0]] Map.a.c|[0] Map."a".c[*] a.b.c.d.e Keys[1].Enabled&&'x'||'y'
""".split()
# Expressions with blanks in them.
EXPRESSIONS += ["Keys[? Size > `1` && Enabled ].KeyId", "  Keys [ 0 ] . KeyId", "Keys[*].{a: KeyId, b: Size}", "`  ` || Text",
                "", " ", "Keys[?Name == 'zwei' ] | [0] . KeyId", "`foo bar`", "' blank '", "\tText\n", "Text Text",
                "sort_by(Keys, &to_string(Size))[*].KeyId", "{a: Text, a: Zero}", "a b c", "Keys[0] Keys[1]"]

ATOMS = ["Keys", "Text", "Zero", "None", "Map", "Words", "Numbers", "@", "KeyId", "Size", "Tags", "k", "`1`", "'a'",
         "`[1,[2]]`", '"a-b"', "Missing"]


def generated(count):
    rng = random.Random(20261122)

    def expression(depth):
        if depth <= 0:
            return rng.choice(ATOMS)
        one, two = expression(depth - 1), expression(rng.randrange(depth))
        return rng.choice([
            f"{one}.{rng.choice(['KeyId', 'k', 'Size', '*', '[KeyId]', '{a:Size}'])}", f"{one}[{rng.randrange(-3, 4)}]",
            f"{one}[]", f"{one}[*]", f"{one}[?{two}]", f"{one}[{rng.randrange(-2, 3)}:{rng.randrange(-2, 3)}]",
            f"{one}|{two}", f"{one}||{two}", f"{one}&&{two}", f"!{one}", f"({one})", f"[{one},{two}]",
            f"{{x:{one},y:{two}}}", f"{one}{rng.choice(['==', '!=', '<', '>=', '>'])}{two}",
            f"{rng.choice(['length', 'type', 'keys', 'values', 'to_string', 'to_array', 'sort', 'reverse', 'max', 'sum'])}({one})",
            f"{rng.choice(['sort_by', 'max_by', 'min_by'])}({one},&{two})", f"map(&{two},{one})", f"contains({one},{two})",
            f"not_null({one},{two})", one[: rng.randrange(len(one) + 1)] + two[: rng.randrange(len(two) + 1)],
        ])

    return [expression(rng.randrange(1, 5)) for _ in range(count)]


def reference(expression):
    try:
        return {"value": jmespath.compile(expression).search(DOCUMENT)}
    except (ValueError, TypeError) as error:
        return {"error": str(error)}
    except (AttributeError, KeyError, IndexError) as error:
        return {"crash": repr(error)}


def ours(expressions):
    lines = "".join(json.dumps([expression, DOCUMENT]) + "\n" for expression in expressions)
    result = subprocess.run([PROBE], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def same(expected, actual):
    """Equal, 1 and 1.0 and true told apart."""
    if "error" in expected and "error" in actual:
        return expected["error"] == actual["error"]
    return json.dumps(expected) == json.dumps(actual)


class Query(unittest.TestCase):
    def compare(self, expressions, known=()):
        compared, differing = 0, []
        for expression, actual in zip(expressions, ours(expressions), strict=True):
            expected = reference(expression)
            if "crash" in expected or any(word in json.dumps(expected, default=repr) + json.dumps(actual) for word in known):
                continue
            compared += 1
            if not same(expected, actual):
                differing.append(f"{expression!r}\n  expected {expected}\n  got      {actual}")
        print(f"{compared} of {len(expressions)} expressions compared")
        self.assertEqual(differing, [], "\n".join(differing))
        return compared

    # An expression reference that is no argument of a function: Python prints its object; we refuse it.
    KNOWN = ("_Expression", "expression reference")

    def test_written_expressions(self):
        self.assertGreater(self.compare(EXPRESSIONS, self.KNOWN), 220)

    def test_generated_expressions(self):
        self.assertGreater(self.compare(generated(6000), self.KNOWN), 5000)

    def test_deep_nesting_is_refused_not_fatal(self):
        answers = ours(["(" * 100000 + "a" + ")" * 100000, "!" * 100000 + "a", "[" * 100000])
        for answer in answers:
            self.assertIn("nested too deeply", answer["error"])


if __name__ == "__main__":
    sys.exit(unittest.main())
