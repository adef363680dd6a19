# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle of 200 changing requests, KEYTURN_KILLS times: every change that was acknowledged is there, and
the vault verifies."""

import json
import os
import random
import signal
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from served_vault import Boto3, Served, Vault  # noqa: E402

FAR = "eu-west-1"
KILLS = int(os.environ.get("KEYTURN_KILLS", "20"))
REQUESTS, WORKERS = 200, 8


class Kills(unittest.TestCase):
    def changes(self, served, kill_after, acknowledged):
        """200 changes by eight clients; the process is killed once so many were acknowledged."""
        lock, left = threading.Lock(), iter(range(REQUESTS))

        def work():
            client = Boto3(served)
            while True:
                with lock:
                    number = next(left, None)
                if number is None:
                    return
                key = self.keys[number % len(self.keys)]
                alias = f"alias/kill-{self.round}-{number}"
                try:
                    if number % 10 == 1:  # one key in two Regions, or none
                        answer = client.call("CreateKey", MultiRegion=True)
                        key = answer[1]["KeyMetadata"]["KeyId"]
                        answer = client.call("ReplicateKey", KeyId=key, ReplicaRegion=FAR)
                    elif number % 2 == 0:
                        answer = client.call("CreateAlias", AliasName=alias, TargetKeyId=key)
                    else:
                        answer = client.call("TagResource", KeyId=key, Tags=[{"TagKey": alias, "TagValue": str(number)}])
                except Exception:  # noqa: BLE001  the process is gone: botocore has a dozen names for it
                    return
                with lock:
                    if answer[0] != "ok":
                        self.failures.append(answer)
                        return
                    acknowledged.append((number, key, alias))
                    if len(acknowledged) == kill_after:
                        os.kill(served.process.pid, signal.SIGKILL)

        threads = [threading.Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def check(self, served, acknowledged):
        client = Boto3(served)
        aliases, marker = set(), {}
        while True:
            page = client.call("ListAliases", Limit=100, **marker)[1]
            aliases |= {entry["AliasName"] for entry in page["Aliases"]}
            if not page["Truncated"]:
                break
            marker = {"Marker": page["NextMarker"]}
        tags, far = {key: self.tags_of(client, key) for key in self.keys}, Boto3(served, region=FAR)
        for number, key, alias in acknowledged:
            with self.subTest(number=number):
                if number % 10 == 1:
                    here, there = (at.call("DescribeKey", KeyId=key)[1]["KeyMetadata"] for at in (client, far))
                    self.assertEqual(here["MultiRegionConfiguration"]["ReplicaKeys"], [{"Arn": there["Arn"], "Region": FAR}])
                else:
                    self.assertIn(alias, aliases if number % 2 == 0 else tags[key])
        # Room for the next round: a key holds 50 aliases and 50 tags.
        for alias in aliases:
            self.assertEqual(client.call("DeleteAlias", AliasName=alias)[0], "ok")
        for key, names in tags.items():
            for at in range(0, len(names), 50):
                self.assertEqual(client.call("UntagResource", KeyId=key, TagKeys=names[at:at + 50])[0], "ok")

    @staticmethod
    def tags_of(client, key):
        return [tag["TagKey"] for tag in client.call("ListResourceTags", KeyId=key)[1]["Tags"]]

    def test_acknowledged_changes_survive(self):
        vault = Vault()
        self.addCleanup(vault.close)
        served = Served(vault)
        maker = Boto3(served)
        self.keys = [maker.call("CreateKey")[1]["KeyMetadata"]["KeyId"] for _ in range(10)]
        choose = random.Random(4711)
        total = 0
        for self.round in range(KILLS):
            self.failures, acknowledged = [], []
            credentials = Path(served.told["credentialsFile"])
            self.changes(served, choose.randrange(1, REQUESTS - WORKERS), acknowledged)
            self.assertEqual(served.end(signal.SIGKILL)[0], -signal.SIGKILL)
            credentials.unlink()  # nobody else can: kill -9 leaves it behind, for an access key that is gone
            self.assertEqual(self.failures, [])
            self.assertTrue(json.loads(vault.cli("vault", "verify", "--output", "json").stdout)["Intact"])
            served = Served(vault)
            self.check(served, acknowledged)
            total += len(acknowledged)
        self.assertEqual(served.end()[0], 0)
        print(f"\n{KILLS} kills, {total} acknowledged changes, all there")


if __name__ == "__main__":
    unittest.main()
