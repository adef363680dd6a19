# SPDX-License-Identifier: Apache-2.0
"""A KMS endpoint that answers from a table and notes what it was asked. Loopback only; prints its port, then serves
until it is killed. Not a KMS: it checks nothing but that a request is signed.

usage: recording_peer.py RECORD_FILE     one JSON line per request: target, body, signed, headers"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
METADATA = {"AWSAccountId": "111122223333", "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "Arn": KEY,
            "CreationDate": 1700000000.25, "Enabled": True, "Description": "schön", "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER",
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "KeySpec": "SYMMETRIC_DEFAULT",
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": False}
GRANT = {"KeyId": KEY, "GrantId": "abcd", "Name": "reader", "CreationDate": 1.7e9, "IssuingAccount": "arn:aws:iam::111122223333:root",
         "GranteePrincipal": "arn:aws:iam::111122223333:role/r", "Operations": ["Decrypt", "DescribeKey"],
         "Constraints": {"EncryptionContextSubset": {"a": "b", "c": "d"}}}
REPLIES = {
    "CreateKey": {"KeyMetadata": METADATA},
    "DescribeKey": {"KeyMetadata": METADATA},
    "Encrypt": {"CiphertextBlob": "QUJDRA==", "KeyId": KEY, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"},
    "Decrypt": {"KeyId": KEY, "Plaintext": "aGVsbG8=", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"},
    "ReEncrypt": {"CiphertextBlob": "RUZHSA==", "SourceKeyId": KEY, "KeyId": KEY,
                  "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT", "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT"},
    "GenerateDataKey": {"CiphertextBlob": "QUJDRA==", "Plaintext": "aGVsbG8=", "KeyId": KEY},
    "GenerateDataKeyWithoutPlaintext": {"CiphertextBlob": "QUJDRA==", "KeyId": KEY},
    "GenerateRandom": {"Plaintext": "AAEC"},
    "GetPublicKey": {"KeyId": KEY, "PublicKey": "AAEC", "KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048",
                     "KeyUsage": "ENCRYPT_DECRYPT", "EncryptionAlgorithms": ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]},
    "GetKeyRotationStatus": {"KeyRotationEnabled": True},
    "ScheduleKeyDeletion": {"KeyId": KEY, "DeletionDate": 1800000000, "KeyState": "PendingDeletion",
                            "PendingWindowInDays": 7},
    "CancelKeyDeletion": {"KeyId": KEY},
    "CreateGrant": {"GrantToken": "dG9rZW4=", "GrantId": "abcd"},
    "GetKeyPolicy": {"Policy": '{\n  "Version": "2012-10-17"\n}'},
    "GetParametersForImport": {"KeyId": KEY, "ImportToken": "AAEC", "PublicKey": "AwQF", "ParametersValidTo": 1700000000.5},
    "ReplicateKey": {"ReplicaKeyMetadata": {**METADATA, "MultiRegion": True, "MultiRegionConfiguration": {
        "MultiRegionKeyType": "REPLICA", "PrimaryKey": {"Arn": KEY, "Region": "us-east-1"},
        "ReplicaKeys": [{"Arn": KEY, "Region": "eu-west-1"}, {"Arn": KEY, "Region": "eu-west-2"}]}},
        "ReplicaPolicy": "{}", "ReplicaTags": [{"TagKey": "a", "TagValue": "1"}]},
    "Sign": {"KeyId": KEY, "Signature": "AAEC", "SigningAlgorithm": "ECDSA_SHA_256"},
    "Verify": {"KeyId": KEY, "SignatureValid": True, "SigningAlgorithm": "ECDSA_SHA_256"},
    "GenerateMac": {"Mac": "AAEC", "MacAlgorithm": "HMAC_SHA_256", "KeyId": KEY},
    "VerifyMac": {"KeyId": KEY, "MacValid": True, "MacAlgorithm": "HMAC_SHA_256"},
    "GenerateDataKeyPair": {"PrivateKeyCiphertextBlob": "QUJDRA==", "PrivateKeyPlaintext": "aGVsbG8=", "PublicKey": "AAEC",
                            "KeyId": KEY, "KeyPairSpec": "ECC_NIST_P256"},
    "GenerateDataKeyPairWithoutPlaintext": {"PrivateKeyCiphertextBlob": "QUJDRA==", "PublicKey": "AAEC", "KeyId": KEY,
                                            "KeyPairSpec": "RSA_2048"},
    "CreateCustomKeyStore": {"CustomKeyStoreId": "cks-1234"},
    "ListResourceTags": {"Tags": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": ""}], "Truncated": False},
}
ITEMS = {"ListKeys": ("Keys", [{"KeyId": f"id-{i}", "KeyArn": f"arn:aws:kms:us-east-1:111122223333:key/id-{i}"} for i in range(5)]),
         "ListAliases": ("Aliases", [{"AliasName": f"alias/{i}", "AliasArn": f"arn:aws:kms:us-east-1:111122223333:alias/{i}",
                                      **({"TargetKeyId": f"id-{i}"} if i else {}), "CreationDate": 1.7e9} for i in range(3)]),
         "ListKeyPolicies": ("PolicyNames", ["default"]),
         "ListGrants": ("Grants", [GRANT, {**GRANT, "GrantId": "efgh", "Constraints": {}}, {**GRANT, "GrantId": "ijkl"}]),
         "ListRetirableGrants": ("Grants", [GRANT]),
         "DescribeCustomKeyStores": ("CustomKeyStores", [
             {"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "hsm", "CloudHsmClusterId": "cluster-234567abcde",
              "TrustAnchorCertificate": "-----BEGIN\n-----END\n", "ConnectionState": "FAILED",
              "ConnectionErrorCode": "NETWORK_ERRORS", "CreationDate": 1.7e9, "CustomKeyStoreType": "AWS_CLOUDHSM"},
             {"CustomKeyStoreId": "cks-2", "CustomKeyStoreName": "proxy", "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
              "XksProxyConfiguration": {"Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
                                        "UriEndpoint": "https://xks.example", "UriPath": "/kms/xks/v1"}}])}
PAGE_BYTES = 2


def page(operation, request):
    """Pages of two, or of Limit; the marker is the index to go on from."""
    name, items = ITEMS[operation]
    start, limit = int(request.get("Marker", 0)), request.get("Limit", PAGE_BYTES)
    rest = start + limit < len(items)
    return {name: items[start:start + limit], **({"NextMarker": str(start + limit)} if rest else {}), "Truncated": rest}


def answer(operation, request):
    """(status, body): an error where a key id asks for one ("error:CODE:STATUS:message"), else what the table has."""
    for member in ("KeyId", "DestinationKeyId", "TargetKeyId", "AliasName"):
        parts = str(request.get(member, "")).split(":", 3)
        if parts[0] == "error":
            return int(parts[2]), {"__type": parts[1], **({"message": parts[3]} if parts[3] else {})}
    if operation in ITEMS:
        return 200, page(operation, request)
    return 200, REPLIES.get(operation, {})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # noqa: N802 (the library's name)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation = self.headers.get("X-Amz-Target", "").removeprefix("TrentService.")
        with self.server.lock, open(self.server.record, "a", encoding="utf-8") as record:
            record.write(json.dumps({"operation": operation, "body": body.decode(),
                                     "signed": "Signature=" in self.headers.get("Authorization", ""),
                                     "type": self.headers.get("Content-Type"), "path": self.path}) + "\n")
        status, reply = answer(operation, json.loads(body or b"{}"))
        content = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("x-amzn-RequestId", "11111111-2222-3333-4444-555555555555")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.record, server.lock = sys.argv[1], threading.Lock()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
