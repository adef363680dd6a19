# SPDX-License-Identifier: Apache-2.0
"""What every client is put through: for each operation a good call with what must come of it, and bad ones with the code,
and the message as kms-semantics.md records it (a regular expression; EMPTY: there is none)."""

import itertools
import json
import os
import re

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

EMPTY = ""
NOWHERE = "00000000-0000-4000-8000-000000000000"
NEAR, FAR = "eu-central-1", "eu-west-1"
ARN = f"arn:aws:kms:{NEAR}:111122223333:key/"
GRANTEE = "arn:aws:iam::111122223333:role/app"
MISSING = re.escape(f"Key '{ARN}{NOWHERE}' does not exist")
INVALID = "Invalid keyId '?nonsense'?"
CONSTRAINT = "1 validation error detected: .*failed to satisfy constraint: .*"
PENDING = rf"{re.escape(ARN)}\S+ is pending deletion\."
DISABLED = rf"{re.escape(ARN)}\S+ is disabled\."


class Bad:
    """newer: with a member that models of Debian 12's time do not have."""

    def __init__(self, code, message, newer=False, **members):
        self.code, self.message, self.newer, self.members = code, message, newer, members


_worlds = itertools.count(1)


class World:
    """Keys and ciphertexts for one client's calls, made by another client."""

    def __init__(self, maker):
        self._maker, self._count, self.name = maker, 0, f"world-{next(_worlds)}"
        self.key = self.new_key()
        self.other = self.new_key()
        self.disabled = self.new_key()
        self.make("DisableKey", KeyId=self.disabled)
        self.pending = self.new_key()
        self.make("ScheduleKeyDeletion", KeyId=self.pending, PendingWindowInDays=7)
        self.rsa = self.new_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
        self.signing = self.new_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        self.signature = self.make("Sign", KeyId=self.signing, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
        self.hmac = self.new_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
        self.mac = self.make("GenerateMac", KeyId=self.hmac, Message=b"m", MacAlgorithm="HMAC_SHA_256")["Mac"]
        self.blob = self.make("Encrypt", KeyId=self.key, Plaintext=b"plain", EncryptionContext={"a": "b"})["CiphertextBlob"]

    def make(self, operation, **members):
        answer = self._maker.call(operation, **members)
        assert answer[0] == "ok", f"{operation}: {answer}"
        return answer[1]

    def new_key(self, **members):
        return self.make("CreateKey", **members)["KeyMetadata"]["KeyId"]

    def new_alias(self, key):
        self._count += 1
        name = f"alias/{self.name}-{self._count}"
        self.make("CreateAlias", AliasName=name, TargetKeyId=key)
        return name


def imported(given):
    """What ImportKeyMaterial wants for fresh material under the parameters given."""
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    wrapped = serialization.load_der_public_key(given["PublicKey"]).encrypt(os.urandom(32), oaep)
    return {"ImportToken": given["ImportToken"], "EncryptedKeyMaterial": wrapped}


def missing_or_malformed(**more):
    """Of every operation on a key by id or ARN."""
    return [Bad("NotFoundException", MISSING, KeyId=NOWHERE, **more),
            Bad("NotFoundException", INVALID, KeyId="nonsense", **more)]


def is_replica(key):
    def holds(reply):
        made = reply["ReplicaKeyMetadata"]
        configuration = made["MultiRegionConfiguration"]
        return (made["Arn"] == ARN.replace(NEAR, FAR) + key and made["Description"] == "far" and "key-default-1" in reply["ReplicaPolicy"]
                and configuration["MultiRegionKeyType"] == "REPLICA"
                and configuration["PrimaryKey"] == {"Arn": ARN + key, "Region": NEAR})
    return holds


def table(w):
    """operation: (members, what must hold of the reply, bad calls)."""
    context = {"a": "b"}
    alias = f"alias/{w.name}-table"
    spare, turning = w.new_key(), w.new_key()
    rotated = w.new_key()
    tagged = w.new_key()
    w.make("TagResource", KeyId=tagged, Tags=[{"TagKey": "k", "TagValue": "v"}])
    agreeing = w.new_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")
    peer = w.make("GetPublicKey", KeyId=w.new_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT"))["PublicKey"]
    signs = {"Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}
    macs = {"Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}
    granted, grant = w.new_key(), {"GranteePrincipal": GRANTEE, "Operations": ["Decrypt"]}
    kept = w.make("CreateGrant", KeyId=granted, RetiringPrincipal=GRANTEE, **grant)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]})
    waiting, importing, emptied = (w.new_key(Origin="EXTERNAL") for _ in range(3))
    wraps = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    stays = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
    imports = imported(w.make("GetParametersForImport", KeyId=importing, **wraps))
    w.make("ImportKeyMaterial", KeyId=emptied, **imported(w.make("GetParametersForImport", KeyId=emptied, **wraps)), **stays)
    own = rf"{re.escape(ARN + w.key)} origin is AWS_KMS which is not valid for this operation\."
    near, spread, moving = (w.new_key(MultiRegion=True) for _ in range(3))
    for key in (spread, moving):
        w.make("ReplicateKey", KeyId=key, ReplicaRegion=FAR)
    not_primary = rf"{re.escape(ARN)}\S+ is not a multi-region primary key\."
    cancelled = w.new_key()
    w.make("ScheduleKeyDeletion", KeyId=cancelled, PendingWindowInDays=7)
    return {
        "CreateKey": ({"Description": "made"}, lambda r: r["KeyMetadata"]["Description"] == "made", [
            Bad("ValidationException", re.escape("You must specify a KeyUsage value for all KMS keys except for symmetric "
                                                 "encryption keys."), KeySpec="RSA_2048"),
            Bad("TagException", ".*", Tags=[{"TagKey": "aws:x", "TagValue": "y"}])]),
        "DescribeKey": ({"KeyId": w.key}, lambda r: r["KeyMetadata"]["Arn"] == ARN + w.key, missing_or_malformed()),
        "ListKeys": ({"Limit": 1}, lambda r: r["Truncated"] and len(r["Keys"]) == 1, [
            Bad("ValidationException", CONSTRAINT, Limit=1001), Bad("InvalidMarkerException", ".*", Marker="x")]),
        "ListAliases": ({"KeyId": spare}, lambda r: r["Aliases"] == [], [
            Bad("ValidationException", CONSTRAINT, Limit=101), Bad("NotFoundException", MISSING, KeyId=NOWHERE)]),
        "CreateAlias": ({"AliasName": alias, "TargetKeyId": w.key}, lambda r: r == {}, [
            Bad("ValidationException", ".*", AliasName="noprefix", TargetKeyId=w.key),
            Bad("NotFoundException", MISSING, AliasName=alias + "x", TargetKeyId=NOWHERE)]),
        "UpdateAlias": ({"AliasName": w.new_alias(w.key), "TargetKeyId": w.other}, lambda r: r == {}, [
            Bad("NotFoundException", ".*", AliasName="alias/nowhere", TargetKeyId=w.key),
            Bad("KMSInvalidStateException", PENDING, AliasName=w.new_alias(w.key), TargetKeyId=w.pending)]),
        "DeleteAlias": ({"AliasName": w.new_alias(w.key)}, lambda r: r == {}, [
            Bad("NotFoundException", ".*", AliasName="alias/nowhere"), Bad("ValidationException", ".*", AliasName="noprefix")]),
        "EnableKey": ({"KeyId": spare}, lambda r: r == {}, [
            *missing_or_malformed(), Bad("KMSInvalidStateException", PENDING, KeyId=w.pending)]),
        "DisableKey": ({"KeyId": spare}, lambda r: r == {}, [
            *missing_or_malformed(), Bad("KMSInvalidStateException", PENDING, KeyId=w.pending)]),
        "ScheduleKeyDeletion": ({"KeyId": w.new_key(), "PendingWindowInDays": 7}, lambda r: r["KeyState"] == "PendingDeletion", [
            Bad("NotFoundException", MISSING, KeyId=NOWHERE), Bad("KMSInvalidStateException", PENDING, KeyId=w.pending)]),
        "CancelKeyDeletion": ({"KeyId": cancelled}, lambda r: r["KeyId"] == ARN + cancelled, [
            Bad("NotFoundException", MISSING, KeyId=NOWHERE),
            Bad("KMSInvalidStateException", rf"{re.escape(ARN)}\S+ is not pending deletion\.", KeyId=w.key)]),
        "RotateKeyOnDemand": ({"KeyId": rotated}, lambda r: r["KeyId"] == ARN + rotated, [
            Bad("DisabledException", DISABLED, KeyId=w.disabled), Bad("UnsupportedOperationException", ".*", KeyId=w.rsa)]),
        "EnableKeyRotation": ({"KeyId": turning}, lambda r: r == {}, [
            Bad("ValidationException", CONSTRAINT, newer=True, KeyId=w.key, RotationPeriodInDays=89),
            Bad("UnsupportedOperationException", ".*", KeyId=w.rsa), Bad("DisabledException", DISABLED, KeyId=w.disabled)]),
        "DisableKeyRotation": ({"KeyId": w.other}, lambda r: r == {}, [
            Bad("NotFoundException", MISSING, KeyId=NOWHERE), Bad("DisabledException", DISABLED, KeyId=w.disabled)]),
        "GetKeyRotationStatus": ({"KeyId": w.key}, lambda r: r["KeyRotationEnabled"] is False, missing_or_malformed()),
        "ListKeyRotations": ({"KeyId": w.key}, lambda r: r["Rotations"] == [], missing_or_malformed()),
        "UpdateKeyDescription": ({"KeyId": w.other, "Description": "new"}, lambda r: r == {}, [
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, Description="x"),
            Bad("KMSInvalidStateException", PENDING, KeyId=w.pending, Description="x")]),
        "TagResource": ({"KeyId": w.other, "Tags": [{"TagKey": "k", "TagValue": "v"}]}, lambda r: r == {}, [
            Bad("TagException", ".*", KeyId=w.key, Tags=[{"TagKey": "aws:x", "TagValue": "y"}]),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, Tags=[{"TagKey": "k", "TagValue": "v"}])]),
        "UntagResource": ({"KeyId": tagged, "TagKeys": ["k"]}, lambda r: r == {}, [
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, TagKeys=["k"]),
            Bad("KMSInvalidStateException", PENDING, KeyId=w.pending, TagKeys=["k"])]),
        "ListResourceTags": ({"KeyId": w.key}, lambda r: r["Tags"] == [], missing_or_malformed()),
        "CreateGrant": ({"KeyId": w.key, **grant}, lambda r: len(r["GrantId"]) == 64 and r["GrantToken"], [
            Bad("InvalidArnException", ".*", KeyId=w.key, GranteePrincipal="somebody", Operations=["Decrypt"]),
            Bad("ValidationException", ".*", KeyId=w.key, GranteePrincipal=GRANTEE, Operations=["Sign"]),
            Bad("DisabledException", DISABLED, KeyId=w.disabled, **grant), Bad("NotFoundException", MISSING, KeyId=NOWHERE, **grant)]),
        "ListGrants": ({"KeyId": granted}, lambda r: {g["GrantId"] for g in r["Grants"]} >= {kept["GrantId"]}, [
            *missing_or_malformed(), Bad("InvalidMarkerException", ".*", KeyId=granted, Marker="x")]),
        "ListRetirableGrants": ({"RetiringPrincipal": GRANTEE}, lambda r: kept["GrantId"] in {g["GrantId"] for g in r["Grants"]}, [
            Bad("InvalidMarkerException", ".*", RetiringPrincipal=GRANTEE, Marker="x"),
            Bad("ValidationException", CONSTRAINT, RetiringPrincipal=GRANTEE, Limit=1001)]),
        "RetireGrant": ({"GrantToken": w.make("CreateGrant", KeyId=granted, **grant)["GrantToken"]}, lambda r: r == {}, [
            Bad("InvalidGrantTokenException", ".*", GrantToken="bm8gdG9rZW4="), Bad("ValidationException", ".*"),
            Bad("NotFoundException", ".*", KeyId=ARN + granted, GrantId="0" * 64)]),
        "RevokeGrant": ({"KeyId": granted, "GrantId": w.make("CreateGrant", KeyId=granted, **grant)["GrantId"]}, lambda r: r == {}, [
            Bad("InvalidGrantIdException", ".*", KeyId=granted, GrantId="short"),
            Bad("NotFoundException", ".*", KeyId=granted, GrantId="0" * 64)]),
        "GetKeyPolicy": ({"KeyId": w.key, "PolicyName": "default"}, lambda r: "key-default-1" in r["Policy"],
                         missing_or_malformed(PolicyName="default")),
        "PutKeyPolicy": ({"KeyId": w.other, "PolicyName": "default", "Policy": policy}, lambda r: r == {}, [
            Bad("MalformedPolicyDocumentException", ".*", KeyId=w.other, PolicyName="default", Policy="{"),
            Bad("MalformedPolicyDocumentException", "The new key policy will not allow you to update the key policy in the future.",
                KeyId=w.other, PolicyName="default", Policy=policy.replace("111122223333", "444455556666")),
            Bad("LimitExceededException", ".*", KeyId=w.other, PolicyName="default", Policy=policy + " " * 32768)]),
        "ListKeyPolicies": ({"KeyId": w.key}, lambda r: r["PolicyNames"] == ["default"], missing_or_malformed()),
        "ReplicateKey": ({"KeyId": near, "ReplicaRegion": FAR, "Description": "far"}, is_replica(near), [
            Bad("UnsupportedOperationException", not_primary, KeyId=w.key, ReplicaRegion=FAR),
            Bad("AlreadyExistsException", ".*", KeyId=spread, ReplicaRegion=FAR),
            Bad("ValidationException", CONSTRAINT, KeyId=spread, ReplicaRegion="Nowhere"),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, ReplicaRegion=FAR)]),
        "UpdatePrimaryRegion": ({"KeyId": moving, "PrimaryRegion": FAR}, lambda r: r == {}, [
            Bad("UnsupportedOperationException", not_primary, KeyId=w.key, PrimaryRegion=FAR),
            Bad("NotFoundException", re.escape(f"Key '{ARN.replace(NEAR, 'sa-east-1')}{spread}' does not exist"), KeyId=spread,
                PrimaryRegion="sa-east-1"),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, PrimaryRegion=FAR)]),
        "GetKeyLastUsage": ({"KeyId": w.key}, lambda r: "KeyLastUsage" in r, missing_or_malformed()),
        "Encrypt": ({"KeyId": w.key, "Plaintext": b"x"}, lambda r: r["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT", [
            Bad("DisabledException", DISABLED, KeyId=w.disabled, Plaintext=b"x"),
            Bad("ValidationException", CONSTRAINT, KeyId=w.key, Plaintext=bytes(4097)),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, Plaintext=b"x")]),
        "Decrypt": ({"CiphertextBlob": w.blob, "EncryptionContext": context}, lambda r: r["Plaintext"] == b"plain", [
            Bad("InvalidCiphertextException", EMPTY, CiphertextBlob=w.blob),
            Bad("IncorrectKeyException", ".*", CiphertextBlob=w.blob, EncryptionContext=context, KeyId=w.other)]),
        "ReEncrypt": ({"CiphertextBlob": w.blob, "SourceEncryptionContext": context, "DestinationKeyId": w.other},
                      lambda r: (r["KeyId"], r["SourceKeyId"]) == (ARN + w.other, ARN + w.key), [
            Bad("InvalidCiphertextException", EMPTY, CiphertextBlob=w.blob, DestinationKeyId=w.other),
            Bad("DisabledException", DISABLED, CiphertextBlob=w.blob, SourceEncryptionContext=context, DestinationKeyId=w.disabled),
            Bad("DryRunOperationException", re.escape("The request would have succeeded, but the DryRun option is set."),
                newer=True, CiphertextBlob=w.blob, SourceEncryptionContext=context, DestinationKeyId=w.other, DryRun=True)]),
        "GenerateDataKey": ({"KeyId": w.key, "KeySpec": "AES_256"}, lambda r: len(r["Plaintext"]) == 32, [
            Bad("ValidationException", ".*", KeyId=w.key), Bad("DisabledException", DISABLED, KeyId=w.disabled, KeySpec="AES_256")]),
        "GenerateDataKeyWithoutPlaintext": ({"KeyId": w.key, "NumberOfBytes": 7}, lambda r: "Plaintext" not in r, [
            Bad("ValidationException", CONSTRAINT, KeyId=w.key, NumberOfBytes=1025),
            Bad("KMSInvalidStateException", PENDING, KeyId=w.pending, KeySpec="AES_256")]),
        "GenerateRandom": ({"NumberOfBytes": 9}, lambda r: len(r["Plaintext"]) == 9, [
            Bad("ValidationException", re.escape("NumberOfBytes is required.")), Bad("ValidationException", CONSTRAINT, NumberOfBytes=1025)]),
        "GetPublicKey": ({"KeyId": w.rsa}, lambda r: r["PublicKey"][:1] == b"\x30", [
            Bad("UnsupportedOperationException", ".*", KeyId=w.key), Bad("NotFoundException", MISSING, KeyId=NOWHERE)]),
        "Sign": ({"KeyId": w.signing, **signs}, lambda r: r["Signature"][:1] == b"\x30", [
            Bad("InvalidKeyUsageException", ".*", KeyId=w.rsa, Message=b"m", SigningAlgorithm="RSASSA_PSS_SHA_256"),
            Bad("ValidationException", ".*", KeyId=w.signing, MessageType="DIGEST", **signs),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, **signs)]),
        "Verify": ({"KeyId": w.signing, "Signature": w.signature, **signs}, lambda r: r["SignatureValid"] is True, [
            Bad("KMSInvalidSignatureException", EMPTY, KeyId=w.signing, Signature=w.signature, Message=b"n",
                SigningAlgorithm="ECDSA_SHA_256"),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, Signature=w.signature, **signs)]),
        "GenerateMac": ({"KeyId": w.hmac, **macs}, lambda r: r["Mac"] == w.mac, [
            Bad("InvalidKeyUsageException", ".*", KeyId=w.key, **macs), Bad("NotFoundException", MISSING, KeyId=NOWHERE, **macs)]),
        "VerifyMac": ({"KeyId": w.hmac, "Mac": w.mac, **macs}, lambda r: r["MacValid"] is True, [
            Bad("KMSInvalidMacException", EMPTY, KeyId=w.hmac, Mac=w.mac, Message=b"n", MacAlgorithm="HMAC_SHA_256"),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, Mac=w.mac, **macs)]),
        "DeriveSharedSecret": ({"KeyId": agreeing, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer},
                               lambda r: len(r["SharedSecret"]) == 32, [
            Bad("ValidationException", ".*", KeyId=agreeing, KeyAgreementAlgorithm="ECDH", PublicKey=bytes(91)),
            Bad("InvalidKeyUsageException", ".*", KeyId=w.signing, KeyAgreementAlgorithm="ECDH", PublicKey=peer)]),
        "GetParametersForImport": ({"KeyId": waiting, **wraps}, lambda r: (r["KeyId"], r["PublicKey"][:1]) == (ARN + waiting, b"\x30"), [
            Bad("UnsupportedOperationException", own, KeyId=w.key, **wraps),
            Bad("UnsupportedOperationException", "WrappingAlgorithm RSAES_PKCS1_V1_5 is not supported any more.*", KeyId=waiting,
                WrappingAlgorithm="RSAES_PKCS1_V1_5", WrappingKeySpec="RSA_2048")]),
        # Older models have nothing in these answers.
        "ImportKeyMaterial": ({"KeyId": importing, **imports, **stays}, lambda r: r.get("KeyId", ARN + importing) == ARN + importing, [
            Bad("ValidationException", "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES", KeyId=importing, **imports),
            Bad("InvalidImportTokenException", ".*", KeyId=waiting, **imports, **stays),
            Bad("UnsupportedOperationException", own, KeyId=w.key, **imports, **stays)]),
        "DeleteImportedKeyMaterial": ({"KeyId": emptied}, lambda r: r.get("KeyId", ARN + emptied) == ARN + emptied, [
            Bad("UnsupportedOperationException", own, KeyId=w.key), Bad("NotFoundException", MISSING, KeyId=NOWHERE)]),
        "GenerateDataKeyPair": ({"KeyId": w.key, "KeyPairSpec": "ECC_NIST_P256"}, lambda r: r["PrivateKeyPlaintext"][:1] == b"\x30", [
            Bad("DisabledException", DISABLED, KeyId=w.disabled, KeyPairSpec="ECC_NIST_P256"),
            Bad("NotFoundException", MISSING, KeyId=NOWHERE, KeyPairSpec="ECC_NIST_P256")]),
        "GenerateDataKeyPairWithoutPlaintext": (
            {"KeyId": w.key, "KeyPairSpec": "ECC_NIST_P256"},
            lambda r: "PrivateKeyPlaintext" not in r and r["PublicKey"][:1] == b"\x30", [
                Bad("KMSInvalidStateException", PENDING, KeyId=w.pending, KeyPairSpec="ECC_NIST_P256"),
                Bad("NotFoundException", MISSING, KeyId=NOWHERE, KeyPairSpec="ECC_NIST_P256")]),
    }
