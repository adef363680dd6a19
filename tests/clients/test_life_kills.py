# SPDX-License-Identifier: Apache-2.0
"""The key life of test_key_life.py, killed (kill -9) in mid-call: at a random moment of a changing call, by the clock or just when
the vault's files change. Afterwards the vault verifies, what was acknowledged is there, and what was not is wholly there or not at
all: all that can be read of its Regions is compared with a life that nobody killed. Whatever the moment, the answer must hold.
KEYTURN_LIFE_CLIENTS names the clients (default boto3), KEYTURN_LIFE_KILLS how many calls of a life are killed (default 2),
KEYTURN_LIFE_ROUNDS how many lives (default 1), KEYTURN_LIFE_SEED the choice of calls and moments."""

import json
import os
import random
import re
import signal
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from packages import PACKAGES, install_packages  # noqa: E402
from served_vault import AwsCli, Boto3, JavaScript, Served, Vault  # noqa: E402
from test_key_life import Life, NotThere  # noqa: E402

CLIENTS = os.environ.get("KEYTURN_LIFE_CLIENTS", "boto3").split(",")
KILLS = int(os.environ.get("KEYTURN_LIFE_KILLS", "2"))
ROUNDS = int(os.environ.get("KEYTURN_LIFE_ROUNDS", "1"))
SEED = int(os.environ.get("KEYTURN_LIFE_SEED", "4711"))
FAR = "eu-west-1"
CHANGING = {"CreateKey", "CreateAlias", "RotateKeyOnDemand", "EnableKeyRotation", "ImportKeyMaterial", "ReplicateKey", "CreateGrant",
            "RetireGrant", "DisableKey", "ScheduleKeyDeletion", "CancelKeyDeletion"}
READ_OF_A_KEY = ("DescribeKey", "GetKeyPolicy", "ListGrants", "ListResourceTags", "GetKeyRotationStatus", "ListKeyRotations")


def raw(served, region, operation, **members):
    """The answer as it is on the wire, a fault too: no client's model leaves anything out."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService." + operation}
    request = AWSRequest("POST", served.url + "/", headers, json.dumps(members).encode())
    SigV4Auth(Credentials(*served.key), "kms", region).add_auth(request)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(request.url, request.body, dict(request.headers.items())), timeout=60) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as fault:
        return json.loads(fault.read())


def plain(value, name=""):
    """Without what differs from life to life: times, and the order of lists that are sets."""
    if isinstance(value, dict):
        return {key: plain(member, key) for key, member in value.items()}
    if isinstance(value, list):
        members = [plain(member) for member in value]
        return sorted(members, key=lambda member: json.dumps(member, sort_keys=True)) if name in ("Aliases", "Grants") else members
    return "a time" if name.endswith("Date") or name == "ValidTo" else value


class Lived:
    """One life in a vault of its own, and its client for the steps: call() is where it is killed."""

    def __init__(self, test, name, wanted, whole=None, choose=None):
        """`whole`: the life that this one is compared with; without one nobody kills."""
        self.test, self.name, self.wanted, self.whole, self.choose = test, name, wanted, whole, choose
        self.labels, self.number, self.last = {}, 0, max(wanted)
        self.states = {}  # by number of call: what was there before and after it, and how long it took
        self.absent = whole.absent if whole else set()  # younger than the client's model
        self.outcomes = {"acknowledged": 0, "wholly there": 0, "not at all": 0}
        self.vault = Vault()
        test.addCleanup(self.vault.close)
        self.serve()

    def serve(self):
        self.served = Served(self.vault)
        if self.name == "js":
            self.client = JavaScript(self.served, PACKAGES)
            self.test.addCleanup(self.client.close)
        else:
            self.client = {"boto3": Boto3, "aws": AwsCli}[self.name](self.served)

    def live(self):
        life = Life()
        life.client = self
        for step, act, holds, _ in life.steps():
            try:
                act()
            except NotThere as why:
                print(f"not run: {step} through {self.name}: {why}")
                continue
            self.test.assertTrue(holds(), f"{step} through {self.name}")
            if self.number >= self.last:
                break
        code, _, errors = self.served.end()
        self.test.assertEqual(code, 0, errors)

    def read(self):
        """All that can be read of both Regions, with names for ids in the order in which they came; what came last, too."""
        found, newest = {}, None
        for region in (self.served.region, FAR):
            keys = {}
            for entry in raw(self.served, region, "ListKeys", Limit=1000)["Keys"]:
                key = entry["KeyId"]
                keys[key] = {operation: raw(self.served, region, operation, KeyId=key, **(
                    {"IncludeKeyMaterial": "ALL_KEY_MATERIAL"} if operation == "ListKeyRotations" else {})) for operation in READ_OF_A_KEY}
                for made in (key, *(grant["GrantId"] for grant in keys[key]["ListGrants"]["Grants"])):
                    if made not in self.labels:
                        self.labels[made] = f"id {len(self.labels)}"
                        newest = made
            found[region] = {"keys": keys, **raw(self.served, region, "ListAliases", Limit=100)}
        text = json.dumps(found)
        for made, label in self.labels.items():
            text = text.replace(made, label)
        text = json.dumps(plain(json.loads(text)), sort_keys=True, indent=1)
        for number, material in enumerate(dict.fromkeys(re.findall(r'KeyMaterialId": "([0-9a-f]{64})"', text))):
            text = text.replace(material, f"material {number}")
        return text, newest

    def note(self, answer):
        made = (answer[1].get("KeyMetadata", {}).get("KeyId") or answer[1].get("GrantId")) if answer[0] == "ok" else None
        if made and made not in self.labels:
            self.labels[made] = f"id {len(self.labels)}"
        return answer

    def call(self, operation, **members):
        if operation not in CHANGING or operation in self.absent:
            return self.client.call(operation, **members)
        self.number += 1
        number = self.number
        if number not in self.wanted:
            answer = self.client.call(operation, **members)
        elif self.whole is None:
            before, begun = self.read()[0], time.monotonic()
            answer = self.client.call(operation, **members)
            took = time.monotonic() - begun
            if answer is not None:
                self.note(answer)
                self.states[number] = (before, self.read()[0], took)
        else:
            return self.killed_in(number, operation, members)
        if answer is None:  # no call at all
            self.number -= 1
            self.absent.add(operation)
            return None
        return self.note(answer)

    def killed_in(self, number, operation, members):
        before, after, took = self.whole.states[number]
        self.test.assertEqual(self.read()[0], before, f"before {operation}, call {number}")
        over = threading.Event()
        killer = threading.Thread(target=self.kill, args=(over, took, self.choose.random(), self.choose.random() < 0.5))
        killer.start()
        try:
            answer = self.client.call(operation, **members)
        except Exception:  # noqa: BLE001  the process is gone: every client has its own names for it
            answer = ("gone", "", 0)
        over.set()
        killer.join()
        credentials = Path(self.served.told["credentialsFile"])
        self.test.assertEqual(self.served.end(signal.SIGKILL)[0], -signal.SIGKILL)
        credentials.unlink()
        self.test.assertTrue(json.loads(self.vault.cli("vault", "verify", "--output", "json").stdout)["Intact"])
        self.serve()
        if answer[0] == "ok":
            self.note(answer)
        found, newest = self.read()
        if answer[0] == "ok":
            self.test.assertEqual(found, after, f"{operation}, call {number}, was acknowledged")
            self.outcomes["acknowledged"] += 1
            return answer
        if found == before:
            self.outcomes["not at all"] += 1
            answer = self.note(self.client.call(operation, **members))
            self.test.assertEqual(answer[0], "ok", answer)
            self.test.assertEqual(self.read()[0], after, f"{operation}, call {number}, a second time")
            return answer
        self.test.assertEqual(found, after, f"{operation}, call {number}, had no answer: neither wholly there nor not at all")
        self.outcomes["wholly there"] += 1
        return "ok", {"KeyMetadata": {"KeyId": newest}, "GrantId": newest}  # what the lost answer said

    def kill(self, over, took, moment, by_the_clock):
        def look():
            try:
                return [(at.stat().st_size, at.stat().st_mtime_ns) for at in (self.vault.folder / "v", self.vault.folder / "v-wal")]
            except FileNotFoundError:
                return []

        if by_the_clock:
            over.wait(took * moment)
        else:
            seen = look()
            while look() == seen and not over.wait(0.0001):
                pass
            over.wait(0.003 * moment)  # while it writes, or soon after: a slow client's own time is not the server's
        os.kill(self.served.process.pid, signal.SIGKILL)


class LifeKills(unittest.TestCase):
    maxDiff = None

    def test_a_call_is_there_or_not_whenever_it_is_killed(self):
        choose = random.Random(SEED)
        for name in CLIENTS:
            if name == "js" and (missing := install_packages()):
                print(f"not run: js: {missing}")
                continue
            with self.subTest(client=name):
                begun = time.monotonic()
                wanted = set(choose.sample(range(1, 13), KILLS)) if KILLS < 12 else set(range(1, 100))
                whole = Lived(self, name, wanted)
                whole.live()
                outcomes = {}
                for _ in range(ROUNDS):
                    lived = Lived(self, name, set(whole.states), whole, choose)
                    lived.live()
                    self.assertEqual(sum(lived.outcomes.values()), len(whole.states))
                    outcomes = {how: count + outcomes.get(how, 0) for how, count in lived.outcomes.items()}
                print(f"\n{name}: {sum(outcomes.values())} calls killed: {outcomes}, {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    unittest.main()
