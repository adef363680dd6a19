# SPDX-License-Identifier: Apache-2.0
"""The table of facts about ReEncrypt and data keys, a row each, through the command line on a vault: what is printed,
which exit code, and that a failure changes nothing."""

import base64
import json
import sys
import unittest

from cli_session import CliCase

CONTEXT = {"tenant": "blue", "purpose": "archive"}

# What is given to Decrypt after encrypting with CONTEXT; None: no option at all. True: opens.
CONTEXT_ROWS = [
    ("equal", CONTEXT, True), ("reordered", {"purpose": "archive", "tenant": "blue"}, True),
    ("name of other case", {"Tenant": "blue", "purpose": "archive"}, False),
    ("value of other case", {"tenant": "Blue", "purpose": "archive"}, False),
    ("one too many", {**CONTEXT, "x": ""}, False), ("one missing", {"tenant": "blue"}, False), ("empty", {}, False),
    ("absent", None, False), ("boundary moved", {"tenantb": "lue", "purpose": "archive"}, False),
]
# words, exit code, error or bytes
DATA_KEY_ROWS = [
    (["--key-spec", "AES_256"], 0, 32), (["--key-spec", "AES_128"], 0, 16), (["--number-of-bytes", "1"], 0, 1),
    (["--number-of-bytes", "1024"], 0, 1024), (["--number-of-bytes", "1025"], 254, "ValidationException"),
    (["--number-of-bytes", "0"], 252, "valid min value: 1"), ([], 254, "ValidationException"),
    (["--key-spec", "AES_256", "--number-of-bytes", "32"], 254, "ValidationException"),
]


class Facts(CliCase):
    def setUp(self):
        super().setUp()
        self.make_vault()

    def plaintext(self, blob, context=None, check=0):
        words = ["--encryption-context", json.dumps(context)] if context is not None else []
        answer = self.kms("decrypt", "--ciphertext-blob", blob, *words, check=check)
        return base64.b64decode(answer.json["Plaintext"]) if check == 0 else answer.err

    def failure(self, name, *words):
        answer = self.kms(*words, check=254)
        self.assertEqual(answer.out, "")
        self.assertIn(f"An error occurred ({name}) when calling the ", answer.err)
        return answer.err

    def test_contexts(self):
        blob = self.encrypt(self.new_key(), b"text", CONTEXT)
        for name, context, opens in CONTEXT_ROWS:
            with self.subTest(name):
                if opens:
                    self.assertEqual(self.plaintext(blob, context), b"text")
                else:
                    self.assertIn("InvalidCiphertextException", self.plaintext(blob, context, check=254))

    def test_policy_without_re_encrypt(self):
        """Stored as it is, and said what is probably missing."""
        made = self.kms("create-key").json["KeyMetadata"]
        key, account = made["KeyId"], f"arn:aws:iam::{made['AWSAccountId']}:"
        admin = {"Effect": "Allow", "Principal": {"AWS": account + "root"}, "Action": "kms:*", "Resource": "*"}
        app = {"Sid": "App", "Effect": "Allow", "Principal": {"AWS": account + "role/app"}, "Resource": "*"}
        for actions, hints in (
                (["kms:Decrypt"], ['Hint: Statement "App" allows kms:Decrypt but not kms:ReEncryptFrom: whom it names cannot move '
                                   "ciphertexts from this key to another one. Add kms:ReEncrypt*."]),
                (["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*"], [])):
            policy = json.dumps({"Statement": [admin, {**app, "Action": actions}]})
            answer = self.kms("put-key-policy", "--key-id", key, "--policy-name", "default", "--policy", policy)
            self.assertEqual(answer.err.splitlines(), hints)
            self.assertEqual(self.kms("get-key-policy", "--key-id", key, "--policy-name", "default").json["Policy"], policy)

    def test_empty_context_equals_none(self):
        key = self.new_key()
        self.assertEqual(self.plaintext(self.encrypt(key, b"a", {})), b"a")
        self.assertEqual(self.plaintext(self.encrypt(key, b"b"), {}), b"b")

    def test_same_key_new_context(self):
        key = self.new_key()
        blob = self.encrypt(key, b"text", CONTEXT)
        moved = self.kms("re-encrypt", "--ciphertext-blob", blob, "--source-encryption-context", json.dumps(CONTEXT),
                         "--destination-key-id", key, "--destination-encryption-context", "a=1").json
        self.assertEqual(moved["SourceKeyId"], moved["KeyId"])
        self.assertEqual(self.plaintext(moved["CiphertextBlob"], {"a": "1"}), b"text")

    def test_source_key(self):
        one, two = self.new_key(), self.new_key()
        blob = self.encrypt(one, b"text")
        to = ["re-encrypt", "--ciphertext-blob", blob, "--destination-key-id", two]
        self.failure("IncorrectKeyException", *to, "--source-key-id", two)
        self.assertEqual(self.plaintext(self.kms(*to).json["CiphertextBlob"]), b"text")
        self.assertEqual(self.plaintext(self.kms(*to, "--source-key-id", one).json["CiphertextBlob"]), b"text")
        self.failure("NotFoundException", *to, "--source-key-id", "alias/none")

    def test_states_of_either_side(self):
        source, target = self.new_key(), self.new_key()
        blob = self.encrypt(source, b"text")
        move = ["re-encrypt", "--ciphertext-blob", blob, "--destination-key-id", target]
        for key in (source, target):
            self.kms("disable-key", "--key-id", key)
            self.assertIn("is disabled", self.failure("DisabledException", *move))
            self.kms("enable-key", "--key-id", key)
            self.kms("schedule-key-deletion", "--key-id", key, "--pending-window-in-days", "7")
            self.assertIn("is pending deletion", self.failure("KMSInvalidStateException", *move))
            self.kms("cancel-key-deletion", "--key-id", key)
            self.failure("DisabledException", *move)
            self.kms("enable-key", "--key-id", key)
        self.assertEqual(self.plaintext(self.kms(*move).json["CiphertextBlob"]), b"text")

    def test_dry_run_changes_nothing(self):
        key = self.new_key()
        blob = self.encrypt(key)
        before = self.kms("describe-key", "--key-id", key).json
        said = self.failure("DryRunOperationException", "re-encrypt", "--ciphertext-blob", blob, "--destination-key-id", key,
                            "--dry-run")
        self.assertIn("would have succeeded", said)
        self.assertEqual(self.kms("describe-key", "--key-id", key).json, before)
        self.kms("re-encrypt", "--ciphertext-blob", blob, "--destination-key-id", key, "--no-dry-run")

    def test_data_keys(self):
        key = self.new_key()
        for words, exit_code, expected in DATA_KEY_ROWS:
            with self.subTest(words):
                answer = self.kms("generate-data-key", "--key-id", key, *words, check=exit_code)
                if exit_code == 0:
                    plain = base64.b64decode(answer.json["Plaintext"])
                    self.assertEqual((len(plain), self.plaintext(answer.json["CiphertextBlob"])), (expected, plain))
                else:
                    self.assertIn(expected, answer.err)

    def test_data_key_without_plaintext_has_three_members(self):
        made = self.kms("generate-data-key-without-plaintext", "--key-id", self.new_key(), "--number-of-bytes", "48").json
        self.assertEqual(list(made), ["CiphertextBlob", "KeyId", "KeyMaterialId"])
        self.assertEqual(len(self.plaintext(made["CiphertextBlob"])), 48)

    def test_rotated_keys_still_open(self):
        key = self.new_key()
        blobs = [self.encrypt(key, b"0")]
        for number in (b"1", b"2"):
            self.kms("rotate-key-on-demand", "--key-id", key)
            blobs.append(self.encrypt(key, number))
        self.assertEqual([self.plaintext(blob) for blob in blobs], [b"0", b"1", b"2"])
        moved = self.kms("re-encrypt", "--ciphertext-blob", blobs[0], "--destination-key-id", key).json
        self.assertNotEqual(moved["SourceKeyMaterialId"], moved["DestinationKeyMaterialId"])

    def test_context_on_an_asymmetric_side_is_refused_by_name(self):
        key = self.new_key("--key-spec", "RSA_2048", "--key-usage", "ENCRYPT_DECRYPT")
        self.write("plain", b"x")
        answer = self.kms("encrypt", "--key-id", key, "--plaintext", "fileb://plain", "--encryption-algorithm",
                          "RSAES_OAEP_SHA_256", "--encryption-context", "a=1", check=254)
        self.assertRegex(answer.err, r"(?i)encryption ?context")

    def test_foreign_grant_token(self):
        self.failure("InvalidGrantTokenException", "encrypt", "--key-id", self.new_key(), "--plaintext", "QQ==",
                     "--grant-tokens", "AQpAM2RhZ2")


if __name__ == "__main__":
    sys.exit(unittest.main())
