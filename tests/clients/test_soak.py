# SPDX-License-Identifier: Apache-2.0
"""Eight real clients on a served vault for KEYTURN_SOAK_SECONDS (600): no error, and once warm the endpoint's resident memory
stays within 5 %. boto3 in five processes, Debian's aws in one, the SDK for JavaScript in two (boto3 where npm's registry cannot
be reached)."""

import multiprocessing
import os
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from packages import PACKAGES, install_packages  # noqa: E402
from served_vault import AwsCli, Boto3, JavaScript, Served, Vault  # noqa: E402

SECONDS = int(os.environ.get("KEYTURN_SOAK_SECONDS", "600"))
WARM, GROWTH, CONTEXT = 0.2, 1.05, {"soak": "eight"}


class Round:
    """One after the other, calls of every kind that leave nothing behind but records."""

    def __init__(self, client, name):
        self.client, self.name, self.calls = client, name, 0
        self.key = self.must("CreateKey")["KeyMetadata"]["KeyId"]
        self.signing = self.must("CreateKey", KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        self.hmac = self.must("CreateKey", KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]

    def must(self, operation, **members):
        answer = self.client.call(operation, **members)
        assert answer is not None and answer[0] == "ok", f"{self.name}: {operation}: {answer}"
        self.calls += 1
        return answer[1]

    def refused(self, code, operation, **members):
        answer = self.client.call(operation, **members)
        assert answer is not None and answer[0] == code, f"{self.name}: {operation}: {answer}, not {code}"
        self.calls += 1

    def go(self, number):
        text = f"{self.name} {number}".encode()
        blob = self.must("Encrypt", KeyId=self.key, Plaintext=text, EncryptionContext=CONTEXT)["CiphertextBlob"]
        moved = self.must("ReEncrypt", CiphertextBlob=blob, SourceEncryptionContext=CONTEXT, DestinationKeyId=self.key)["CiphertextBlob"]
        assert self.must("Decrypt", CiphertextBlob=moved)["Plaintext"] == text
        self.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=blob)
        self.must("GenerateDataKey", KeyId=self.key, KeySpec="AES_256")
        signs = {"KeyId": self.signing, "Message": text, "SigningAlgorithm": "ECDSA_SHA_256"}
        assert self.must("Verify", Signature=self.must("Sign", **signs)["Signature"], **signs)["SignatureValid"]
        macs = {"KeyId": self.hmac, "Message": text, "MacAlgorithm": "HMAC_SHA_256"}
        assert self.must("VerifyMac", Mac=self.must("GenerateMac", **macs)["Mac"], **macs)["MacValid"]
        alias = f"alias/{self.name}-{number}"
        self.must("CreateAlias", AliasName=alias, TargetKeyId=self.key)
        assert self.must("DescribeKey", KeyId=alias)["KeyMetadata"]["KeyId"] == self.key
        self.must("DeleteAlias", AliasName=alias)
        self.must("TagResource", KeyId=self.key, Tags=[{"TagKey": "round", "TagValue": str(number)}])
        self.must("UntagResource", KeyId=self.key, TagKeys=["round"])
        self.must("DisableKey", KeyId=self.key)
        self.refused("DisabledException", "Encrypt", KeyId=self.key, Plaintext=text)
        self.must("EnableKey", KeyId=self.key)
        self.must("ListKeys", Limit=10)


def work(kind, name, served, until, told):
    client = JavaScript(served, PACKAGES) if kind == "js" else {"boto3": Boto3, "aws": AwsCli}[kind](served)
    try:
        rounds, done = Round(client, name), 0
        while time.monotonic() < until:
            rounds.go(done)
            done += 1
        told.put((name, rounds.calls, ""))
    except Exception as fault:  # noqa: BLE001  whatever it is, it is told
        told.put((name, 0, f"{type(fault).__name__}: {fault}"))
    finally:
        if kind == "js":
            client.close()


def resident_kib(process):
    for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


class Soak(unittest.TestCase):
    def test_eight_clients(self):
        vault = Vault()
        self.addCleanup(vault.close)
        served = Served(vault)
        missing = install_packages()
        kinds = ["boto3"] * 5 + ["aws"] + ["boto3" if missing else "js"] * 2
        begun = time.monotonic()
        until, told = begun + SECONDS, multiprocessing.Queue()
        workers = [multiprocessing.Process(target=work, args=(kind, f"{kind}-{at}", served, until, told)) for at, kind in enumerate(kinds)]
        for worker in workers:
            worker.start()
        samples = []
        while time.monotonic() < until:
            time.sleep(1)
            samples.append((time.monotonic() - begun, resident_kib(served.process)))
        answers = [told.get(timeout=120) for _ in workers]
        for worker in workers:
            worker.join()
        warm = [kib for at, kib in samples if at <= WARM * SECONDS]
        later = [kib for at, kib in samples if at > WARM * SECONDS]
        print(f"\n{sum(calls for _, calls, _ in answers)} calls by {', '.join(f'{name}: {calls}' for name, calls, _ in sorted(answers))}")
        print(f"resident: {warm[-1]} KiB when warm, at most {max(later)}, {later[-1]} at the end")
        self.assertEqual([fault for _, _, fault in answers if fault], [])
        self.assertLessEqual(max(later), warm[-1] * GROWTH)
        code, _, errors = served.end()
        self.assertEqual((code, errors), (0, ""))


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    unittest.main()
