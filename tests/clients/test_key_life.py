# SPDX-License-Identifier: Apache-2.0
"""A whole key life through each client: create, alias, encrypt, rotate, re-encrypt, sign, import, replicate, grant, retire,
disable, schedule, cancel. The endpoint is killed (kill -9) right after a step was acknowledged, and started anew: what was
acknowledged is there, now and at the end. KEYTURN_LIFE_CLIENTS names the clients (default boto3), KEYTURN_LIFE_EVERY how many
steps lie between two kills (default 2); a step that a vault or a client's model lacks is printed."""

import json
import os
import signal
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from packages import PACKAGES, install_packages  # noqa: E402
from served_vault import AwsCli, Boto3, JavaScript, Served, Vault, lacking  # noqa: E402

CLIENTS = os.environ.get("KEYTURN_LIFE_CLIENTS", "boto3").split(",")
EVERY = int(os.environ.get("KEYTURN_LIFE_EVERY", "2"))
CONTEXT, MESSAGE, GRANTEE = {"life": "one"}, b"a message", "arn:aws:iam::111122223333:role/reader"
SIGNS = {"Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256"}


class NotThere(Exception):
    """A vault, or the client's model, has no such operation."""


def wrapped(material, spki):
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding

    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    return serialization.load_der_public_key(spki).encrypt(material, oaep)


class Life:
    """The steps; each is a pair of functions: what is done, and whether it is there."""

    def __init__(self):
        self.client = None
        self.kept = {}

    @staticmethod
    def need(operation):
        if operation in lacking():
            raise NotThere(lacking()[operation])

    def must(self, operation, **members):
        answer = self.client.call(operation, **members)
        if answer is None:
            raise NotThere(f"{operation} is younger than the client's model")
        assert answer[0] == "ok", f"{operation}: {answer}"
        return answer[1]

    def new_key(self, **members):
        return self.must("CreateKey", **members)["KeyMetadata"]["KeyId"]

    def described(self, key):
        return self.must("DescribeKey", KeyId=key)["KeyMetadata"]

    def plaintext(self, blob, context):
        return self.must("Decrypt", CiphertextBlob=blob, EncryptionContext=context)["Plaintext"]

    def create(self):
        self.kept["key"] = self.new_key(Description="a life")

    def created(self):
        return self.described(self.kept["key"])["Description"] == "a life"

    def alias(self):
        self.must("CreateAlias", AliasName="alias/" + self.kept["key"], TargetKeyId=self.kept["key"])

    def has_alias(self):
        return self.described("alias/" + self.kept["key"])["KeyId"] == self.kept["key"]

    def encrypt(self):
        self.kept["blob"] = self.must("Encrypt", KeyId=self.kept["key"], Plaintext=MESSAGE, EncryptionContext=CONTEXT)["CiphertextBlob"]

    def decrypts(self):
        return self.plaintext(self.kept["blob"], CONTEXT) == MESSAGE

    def rotate(self):
        self.must("RotateKeyOnDemand", KeyId=self.kept["key"])

    def rotated(self):
        return [rotation["RotationType"] for rotation in self.must("ListKeyRotations", KeyId=self.kept["key"])["Rotations"]] == ["ON_DEMAND"]

    def turn(self):
        self.must("EnableKeyRotation", KeyId=self.kept["key"])

    def turns(self):
        return self.must("GetKeyRotationStatus", KeyId=self.kept["key"])["KeyRotationEnabled"] is True

    def re_encrypt(self):
        self.kept["moved"] = self.must("ReEncrypt", CiphertextBlob=self.kept["blob"], SourceEncryptionContext=CONTEXT,
                                       DestinationKeyId=self.kept["key"])["CiphertextBlob"]

    def moved(self):
        return self.plaintext(self.kept["moved"], {}) == MESSAGE

    def sign(self):
        self.kept["signing"] = self.new_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        self.kept["signature"] = self.must("Sign", KeyId=self.kept["signing"], **SIGNS)["Signature"]

    def verifies(self):
        return self.must("Verify", KeyId=self.kept["signing"], Signature=self.kept["signature"], **SIGNS)["SignatureValid"]

    def import_material(self):
        self.need("ImportKeyMaterial")
        key = self.new_key(Origin="EXTERNAL")
        told = self.must("GetParametersForImport", KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
        self.must("ImportKeyMaterial", KeyId=key, ImportToken=told["ImportToken"],
                  EncryptedKeyMaterial=wrapped(bytes(range(32)), told["PublicKey"]), ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE")
        self.kept["imported"] = key
        self.kept["imported blob"] = self.must("Encrypt", KeyId=key, Plaintext=MESSAGE)["CiphertextBlob"]

    def imported(self):
        metadata = self.described(self.kept["imported"])
        return (metadata["Origin"], metadata["KeyState"]) == ("EXTERNAL", "Enabled") and self.plaintext(self.kept["imported blob"], {}) == MESSAGE

    def replicate(self):
        self.need("ReplicateKey")
        self.kept["primary"] = self.new_key(MultiRegion=True)
        self.must("ReplicateKey", KeyId=self.kept["primary"], ReplicaRegion="eu-west-1")

    def replicated(self):
        replicas = self.described(self.kept["primary"])["MultiRegionConfiguration"]["ReplicaKeys"]
        return [replica["Region"] for replica in replicas] == ["eu-west-1"]

    def grants(self):
        return {grant["GrantId"] for grant in self.must("ListGrants", KeyId=self.kept["key"])["Grants"]}

    def grant(self):
        self.need("CreateGrant")
        members = {"KeyId": self.kept["key"], "GranteePrincipal": GRANTEE, "Operations": ["Decrypt"]}
        self.kept["first grant"] = self.must("CreateGrant", **members)["GrantId"]
        self.kept["grant"] = self.must("CreateGrant", **members, RetiringPrincipal=GRANTEE)["GrantId"]

    def granted(self):
        return self.grants() == {self.kept["first grant"], self.kept["grant"]}

    def retire(self):
        self.need("RetireGrant")
        self.must("RetireGrant", KeyId=self.described(self.kept["key"])["Arn"], GrantId=self.kept["grant"])

    def retired(self):
        return self.grants() == {self.kept["first grant"]}

    def disable(self):
        self.must("DisableKey", KeyId=self.kept["key"])

    def schedule(self):
        self.must("ScheduleKeyDeletion", KeyId=self.kept["key"], PendingWindowInDays=7)

    def cancel(self):
        self.must("CancelKeyDeletion", KeyId=self.kept["key"])

    def is_in(self, state):
        return lambda: self.described(self.kept["key"])["KeyState"] == state

    def steps(self):
        """name, what is done, whether it is there, the step that undoes it."""
        return [
            ("create", self.create, self.created, None), ("alias", self.alias, self.has_alias, None),
            ("encrypt", self.encrypt, self.decrypts, "disable"), ("rotate", self.rotate, self.rotated, None),
            ("rotate by itself", self.turn, self.turns, "schedule"), ("re-encrypt", self.re_encrypt, self.moved, "disable"),
            ("sign", self.sign, self.verifies, None), ("import", self.import_material, self.imported, None),
            ("replicate", self.replicate, self.replicated, None), ("grant", self.grant, self.granted, "retire"),
            ("retire", self.retire, self.retired, None), ("disable", self.disable, self.is_in("Disabled"), "schedule"),
            ("schedule", self.schedule, self.is_in("PendingDeletion"), "cancel"), ("cancel", self.cancel, self.is_in("Disabled"), None)]


class KeyLife(unittest.TestCase):
    def connect(self, name):
        if name == "js":
            client = JavaScript(self.served, PACKAGES)
            self.addCleanup(client.close)
            return client
        return {"boto3": Boto3, "aws": AwsCli}[name](self.served)

    def killed(self, vault):
        """The endpoint dies as it stands; another one serves what it left."""
        credentials = Path(self.served.told["credentialsFile"])
        self.assertEqual(self.served.end(signal.SIGKILL)[0], -signal.SIGKILL)
        credentials.unlink()
        self.assertTrue(json.loads(vault.cli("vault", "verify", "--output", "json").stdout)["Intact"])
        self.served = Served(vault)

    def live(self, name):
        vault = Vault()
        self.addCleanup(vault.close)
        self.served = Served(vault)
        life, lived, kills = Life(), [], 0
        life.client = self.connect(name)
        for number, (step, act, holds, _) in enumerate(life.steps()):
            try:
                act()
            except NotThere as why:
                print(f"not run: {step} through {name}: {why}")
                continue
            lived.append((step, holds))
            if number % EVERY == 0:
                self.killed(vault)
                kills += 1
                life.client = self.connect(name)
            self.assertTrue(holds(), f"{step} through {name} was acknowledged")
        undoes = {step: undoing for step, _, _, undoing in life.steps()}
        done = {step for step, _ in lived}
        for step, holds in lived:
            if undoes[step] not in done:
                self.assertTrue(holds(), f"{step} through {name}, at the end")
        code, _, errors = self.served.end()
        self.assertEqual(code, 0, errors)
        return len(lived), kills

    def test_a_life_through_each_client(self):
        for name in CLIENTS:
            if name == "js" and (missing := install_packages()):
                print(f"not run: js: {missing}")
                continue
            with self.subTest(client=name):
                begun = time.monotonic()
                steps, kills = self.live(name)
                print(f"\n{name}: {steps} steps, {kills} kills, everything acknowledged is there, {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    unittest.main()
