# SPDX-License-Identifier: Apache-2.0
"""Real clients on a served vault: every operation, good and bad, through boto3, Debian's aws and the AWS SDK for JavaScript.
Ends with a table of operations and the clients that passed."""

import re
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from operations import ARN, FAR, NEAR, World, table  # noqa: E402
from packages import PACKAGES, install_packages  # noqa: E402
from served_vault import AwsCli, Boto3, JavaScript, Served, Vault, lacking  # noqa: E402

HERE = Path(__file__).parent
# Younger than the clients of Debian 12.
NEWER, NOT_KNOWN = {"RotateKeyOnDemand", "ListKeyRotations", "DeriveSharedSecret"}, "not in its model"
NEWEST = {"GetKeyLastUsage"}  # in no model of these clients: what a vault answers is in the contract suite


def setUpModule():
    globals().update(vault=Vault(), passed={})
    globals().update(served=Served(globals()["vault"]))


def tearDownModule():
    code, _, errors = globals()["served"].end()
    globals()["vault"].close()
    show_table()
    assert code == 0, errors


def show_table():
    done = globals()["passed"]
    print("\noperation" + " " * 26 + "clients that passed")
    for operation in sorted({name for names in done.values() for name in names}):
        print(f"{operation:34} " + ", ".join(client for client in done if operation in done[client]))


class Clients(unittest.TestCase):
    maxDiff = None

    def put_through(self, client, threads):
        world = World(Boto3(globals()["served"]))
        rows = table(world)
        with ThreadPoolExecutor(threads) as pool:
            faults = dict(zip(rows, pool.map(lambda name: self.faults_of(client, name, rows[name]), rows)))
        globals()["passed"][client.name] = {name for name, found in faults.items() if not found}
        self.assertEqual({name: found for name, found in faults.items() if found not in ([], [NOT_KNOWN])}, {})
        # Debian's aws is botocore as boto3 is, at half a second a call.
        for operation, reason in (lacking() if client.name != "aws" else {}).items():
            answer = client.call(operation)
            self.assertIn(answer and answer[:2], [None, ("UnsupportedOperationException", reason)], operation)

    @staticmethod
    def faults_of(client, operation, row):
        members, holds, bad_calls = row
        bad_calls = [bad for bad in bad_calls if client.knows_newer or not bad.newer]
        assert len(bad_calls) >= 2, operation
        faults = []
        answer = client.call(operation, **members)
        if answer is None:
            is_newer = operation in NEWEST or operation in NEWER and not client.knows_newer
            return [NOT_KNOWN] if is_newer else ["the client does not know it"]
        if answer[0] != "ok" or not holds(answer[1]):
            faults.append(f"good: {answer}")
        for bad in bad_calls:
            code, message, *status = client.call(operation, **bad.members)
            right = code == bad.code and re.fullmatch(bad.message, message if isinstance(message, str) else "", re.S)
            # Some clients have words of their own where the service has none.
            if bad.message == "" and code == bad.code:
                right = message in ("", "None", code)
            if not right or status and status[0] not in (0, 400):
                faults.append(f"{bad.code} expected: {(code, message, status)}")
        return faults

    def test_boto3(self):
        self.put_through(Boto3(globals()["served"]), 4)

    def test_aws(self):
        self.put_through(AwsCli(globals()["served"]), 4)

    def test_sdk_for_javascript(self):
        missing = install_packages()
        if missing:
            self.skipTest(missing)
        client = JavaScript(globals()["served"], PACKAGES)
        self.addCleanup(client.close)
        self.put_through(client, 1)

    def test_each_region_is_its_own(self):
        near, far = Boto3(globals()["served"]), Boto3(globals()["served"], region=FAR)
        key = near.call("CreateKey", MultiRegion=True)[1]["KeyMetadata"]["KeyId"]
        self.assertEqual(far.call("DescribeKey", KeyId=key)[0], "NotFoundException")
        self.assertEqual(near.call("ReplicateKey", KeyId=key, ReplicaRegion=FAR)[0], "ok")
        blob = near.call("Encrypt", KeyId=key, Plaintext=b"x")[1]["CiphertextBlob"]
        opened = far.call("Decrypt", CiphertextBlob=blob)[1]
        self.assertEqual((opened["Plaintext"], opened["KeyId"]), (b"x", ARN.replace(NEAR, FAR) + key))
        for client, text in ((near, "near"), (far, "far")):
            self.assertEqual(client.call("CreateAlias", AliasName="alias/of-one-region", TargetKeyId=key)[0], "ok")
            self.assertEqual(client.call("UpdateKeyDescription", KeyId=key, Description=text)[0], "ok")
        for client, text in ((near, "near"), (far, "far")):
            self.assertEqual(client.call("DescribeKey", KeyId="alias/of-one-region")[1]["KeyMetadata"]["Description"], text)
        self.assertEqual(near.call("UpdatePrimaryRegion", KeyId=key, PrimaryRegion=FAR)[0], "ok")
        self.assertEqual(far.call("EnableKeyRotation", KeyId=key)[0], "ok")
        self.assertEqual(near.call("EnableKeyRotation", KeyId=key)[0], "UnsupportedOperationException")
        nowhere = Boto3(globals()["served"], region="cn-north-1")
        self.assertEqual(nowhere.call("ListKeys")[:2], ("InvalidSignatureException", "Credential should be scoped to a valid region."))

    def test_every_operation_is_asked(self):
        """The vault's own list: what is not in it is not known."""
        known = set(table(World(Boto3(globals()["served"]))))
        source = (HERE.parent.parent / "core/kms/op_fwd.h").read_text(encoding="utf-8")
        self.assertEqual(known | set(lacking()), set(re.findall(r"^struct (\w+);", source, re.M)))
        self.assertEqual(known & set(lacking()), set())


if __name__ == "__main__":
    unittest.main()
