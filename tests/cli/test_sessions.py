# SPDX-License-Identifier: Apache-2.0
"""Sessions with a real vault: what scripts do, end to end."""

import base64
import fcntl
import json
import subprocess
import sys
import unittest

from cli_session import CliCase, on_terminal, PASSPHRASE, with_terminal_for_errors
from test_against_aws import Peer


class Sessions(CliCase):
    def test_life_of_a_vault(self):
        self.make_vault("v", "--recovery-file", "recovery", "--account", "444455556666", "--region", "eu-central-1")
        self.assertEqual((self.folder / "recovery").stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.folder / "v").stat().st_mode & 0o777, 0o600)
        code = (self.folder / "recovery").read_text().strip()
        self.assertEqual(len(code.replace("-", "")), 40)
        key = self.kms("create-key").json["KeyMetadata"]
        self.assertTrue(key["Arn"].startswith("arn:aws:kms:eu-central-1:444455556666:key/"), key)
        self.assertEqual(self.vault("vault", "verify", "--output", "json").json["Intact"], True)
        info = self.vault("vault", "info", "--output", "json").json
        self.assertEqual([slot["Type"] for slot in info["Slots"]], ["passphrase", "recovery"])
        self.vault("vault", "backup", "copy")
        self.vault("vault", "backup", "copy", check=255)
        self.vault("vault", "backup", "copy", "--replace")
        listed = self.run_cli("--vault", "copy", "--passphrase-file", "passphrase", "kms", "list-keys", check=0)
        self.assertEqual(listed.json["Keys"][0]["KeyId"], key["KeyId"])
        with_code = self.run_cli("--vault", "v", "--recovery-code-file", "recovery", "kms", "list-keys", check=0)
        self.assertEqual(with_code.json, listed.json)
        self.assertNotIn(code, "".join(self.seen))

    def test_passphrase_change(self):
        self.make_vault()
        self.write("next", "another one\n")
        self.vault("vault", "passphrase", "--new-passphrase-file", "next")
        self.vault("kms", "list-keys", check=255)
        self.run_cli("--vault", "v", "--passphrase-file", "next", "kms", "list-keys", check=0)
        both = self.run_cli("--vault", "v", "--passphrase-file", "-", "vault", "passphrase", "--new-passphrase-file", "-",
                            stdin=f"another one\n{PASSPHRASE}\n", check=0)
        self.assertNotIn(PASSPHRASE, both.out + both.err)
        self.kms("list-keys")

    def test_slots(self):
        self.make_vault()
        self.vault("vault", "slots", "renew-recovery", "--recovery-file", "one")
        self.vault("vault", "slots", "renew-recovery", "--recovery-file", "one", check=255)
        self.vault("vault", "slots", "renew-recovery", "--recovery-file", "two")
        self.run_cli("--vault", "v", "--recovery-code-file", "one", "kms", "list-keys", check=255)
        slots = self.vault("vault", "slots", "--output", "json").json["Slots"]
        recovery = [slot["Id"] for slot in slots if slot["Type"] == "recovery"]
        self.assertEqual(len(recovery), 1)
        self.vault("vault", "slots", "remove", recovery[0])
        self.run_cli("--vault", "v", "--recovery-code-file", "two", "kms", "list-keys", check=255)
        last = self.vault("vault", "slots", "remove", slots[0]["Id"], check=252)
        self.assertIn("last passphrase", last.err)

    def test_log_names_calls_and_no_secrets(self):
        self.make_vault()
        key = self.new_key("--description", "MARKERdescription")
        self.encrypt(key, b"MARKERplaintext", {"tenant": "MARKERcontext"})
        self.kms("describe-key", "--key-id", "alias/nothing", check=254)
        records = [json.loads(line) for line in self.vault("vault", "log").out.splitlines()]
        self.assertEqual([r["seq"] for r in records], list(range(1, len(records) + 1)))
        actions = [(r["action"], r["outcome"]) for r in records]
        for wanted in [("CreateKey", "Success"), ("Encrypt", "Success"), ("DescribeKey", "NotFoundException")]:
            self.assertIn(wanted, actions)
        self.assertIn(key, [r["keyId"].rpartition("/")[2] for r in records if r["action"] == "Encrypt"])
        self.assertNotIn("MARKERplaintext", json.dumps(records))
        newest = self.vault("vault", "log", "--newest", "2").out.splitlines()
        self.assertEqual(len(newest), 2)

    def test_files_hold_raw_bytes_and_are_not_printed(self):
        self.make_vault()
        old, new = self.new_key(), self.new_key()
        self.write("plain", b"line\n\x00\xff")
        printed = self.kms("encrypt", "--key-id", old, "--plaintext", "fileb://plain", "--encryption-context", "a=1",
                           "--ciphertext-out", "blob", "--record").json
        self.assertEqual(sorted(printed), ["EncryptionAlgorithm", "KeyId"])
        self.assertEqual((self.folder / "blob").stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.folder / "blob").read_bytes()[:4], b"KTCB")
        record = json.loads((self.folder / "blob.kms.json").read_text())
        self.assertEqual((record["KeyId"], record["EncryptionContext"]), (printed["KeyId"], {"a": "1"}))
        self.assertEqual(record["CiphertextBytes"], (self.folder / "blob").stat().st_size)
        self.kms("re-encrypt", "--ciphertext-blob", "fileb://blob", "--source-encryption-context", "a=1",
                 "--destination-key-id", new, "--ciphertext-out", "blob2")
        found = self.run_cli("inspect", "blob2", "--output", "json", check=0).json
        self.assertEqual((found["kind"], found["sourceKey"], found["layers"]), ("keyturn-blob", new, []))
        out = self.kms("decrypt", "--ciphertext-blob", "fileb://blob2", "--plaintext-out", "back").json
        self.assertEqual(sorted(out), ["EncryptionAlgorithm", "KeyId", "KeyMaterialId"])
        self.assertEqual((self.folder / "back").read_bytes(), b"line\n\x00\xff")
        self.assertEqual((self.folder / "back").stat().st_mode & 0o777, 0o600)
        material = {fact["label"]: fact["value"] for fact in found["facts"]}["Key material"]
        self.assertEqual(material, out["KeyMaterialId"], "inspect and Decrypt name the material alike")
        self.kms("encrypt", "--key-id", old, "--plaintext", "fileb://plain", "--record", check=252)
        self.kms("encrypt", "--key-id", old, "--plaintext", "fileb://plain", "--ciphertext-out", "no/such/folder", check=255)

    def test_layers_never_change(self):
        self.make_vault()
        key = self.new_key()
        blob = self.encrypt(key)
        self.write("blob.b64", blob + "\n")
        self.write("blob.bin", base64.b64decode(blob))
        for value in (blob, "file://blob.b64", "fileb://blob.bin"):
            again = self.kms("re-encrypt", "--ciphertext-blob", value, "--destination-key-id", key).json["CiphertextBlob"]
            self.assertEqual(len(base64.b64decode(again)), len(base64.b64decode(blob)))
            plain = self.kms("decrypt", "--ciphertext-blob", again, "--query", "Plaintext", "--output", "text").out.strip()
            self.assertEqual(base64.b64decode(plain), b"secret")
        self.write("twice", base64.b64encode(blob.encode()))
        twice = self.kms("decrypt", "--ciphertext-blob", "file://twice", check=254)
        self.assertIn("InvalidCiphertextException", twice.err)
        self.assertIn("base64", twice.err)

    def test_pages_of_a_vault(self):
        self.make_vault()
        keys = sorted(self.new_key() for _ in range(5))
        listed = [k["KeyId"] for k in self.kms("list-keys", "--page-size", "2").json["Keys"]]
        self.assertEqual(sorted(listed), keys)
        first = self.kms("list-keys", "--max-items", "3").json
        rest = self.kms("list-keys", "--starting-token", first["NextToken"]).json
        self.assertEqual([k["KeyId"] for k in first["Keys"] + rest["Keys"]], listed)

    def test_format_of_the_environment_and_of_the_aws_files(self):
        self.make_vault()
        self.assertEqual(self.kms("list-keys", AWS_DEFAULT_OUTPUT="yaml").out, "Keys: []\n")
        self.assertEqual(self.kms("list-keys", "--output", "yaml-stream", AWS_DEFAULT_OUTPUT="yaml").out,
                         "- Keys: []\n  Truncated: false\n")
        self.assertIn("Unknown output type: xml", self.kms("list-keys", AWS_DEFAULT_OUTPUT="xml", check=255).err)
        folder = self.folder / "home" / ".aws"
        folder.mkdir(parents=True)
        (folder / "config").write_text("[default]\nregion = us-east-1\noutput = table\n")
        peer = Peer(self.folder)
        self.addCleanup(peer.stop)
        words = ["--endpoint-url", peer.url, "kms", "get-key-rotation-status", "--key-id", "k"]
        keys = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "s"}
        self.assertIn("|     GetKeyRotationStatus     |", self.run_cli(*words, check=0, **keys).out)
        self.assertIn("KeyRotationEnabled: true", self.run_cli(*words, check=0, AWS_DEFAULT_OUTPUT="yaml", **keys).out)

    def test_progress_is_for_terminals_only(self):
        self.make_vault()
        for _ in range(3):
            self.new_key()
        opened = ["--vault", "v", "--passphrase-file", "passphrase"]
        paged = [*opened, "kms", "list-keys", "--page-size", "1", "--query", "length(Keys)"]
        shown, out, status = with_terminal_for_errors(self, *paged)
        self.assertEqual((out, status), ("3\n", 0))
        self.assertRegex(shown, r"Opening v.*2 so far.*3 so far")
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)
        quiet = self.run_cli(*paged, check=0)
        self.assertEqual((quiet.out, quiet.err), ("3\n", ""))
        with open(self.folder / "v.lock", "w", encoding="utf-8") as lock:
            lock.write("MARKERprogram, process 4711\n")
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            shown, _, status = with_terminal_for_errors(self, *opened, "--wait", "1", "kms", "list-keys")
        self.assertEqual(status, 255)
        self.assertRegex(shown, "Waiting: .*MARKERprogram")

    def test_inspect_takes_texts_files_and_standard_input(self):
        self.make_vault()
        blob = self.encrypt(self.new_key())
        self.write("file", base64.b64decode(blob))
        for words, stdin in [((blob,), ""), (("file",), ""), (("-",), blob), (("fileb://file",), "")]:
            found = self.run_cli("inspect", *words, "--output", "json", stdin=stdin, check=0).json
            self.assertEqual(found["kind"], "keyturn-blob", words)
        self.run_cli("inspect", "no-such-file.bin", check=255)
        self.run_cli("inspect", check=252)

    def test_prompt_on_a_terminal_is_silent(self):
        self.make_vault()
        shown, status = on_terminal(self, ["--vault", "v", "kms", "list-keys"], [(": ", PASSPHRASE + "\n")])
        self.assertEqual(status, 0, shown)
        self.assertIn('"Keys": []', shown)
        self.assertNotIn(PASSPHRASE, shown)
        shown, status = on_terminal(self, ["--vault", "w", "vault", "create", "--kdf-memory-mib", "19",
                                           "--show-recovery-code"], [("vault: ", "typed\n"), ("more: ", "typed\n")])
        self.assertEqual(status, 0, shown)
        self.assertNotIn("typed", shown)
        self.assertRegex(shown, r"([0-9A-Z]{5}-){7}[0-9A-Z]{5}")
        shown, status = on_terminal(self, ["--vault", "x", "vault", "create"], [("vault: ", "one\n"), ("more: ", "two\n")])
        self.assertEqual(status, 252)
        self.assertIn("differ", shown)
        self.assertFalse((self.folder / "x").exists())

    def test_recovery_code_never_goes_to_captured_output(self):
        refused = self.run_cli("vault", "create", "--vault", "v", "--passphrase-file", "passphrase", "--show-recovery-code",
                               check=252)
        self.assertIn("--recovery-file", refused.err)
        self.assertFalse((self.folder / "v").exists())

    def test_demo_and_self_test(self):
        demo = self.run_cli("demo", check=0)
        for step in ("A vault", "Two keys", "Encrypt a file", "Re-encrypt", "Look into both", "the same 25 bytes"):
            self.assertIn(step, demo.out)
        report = self.run_cli("self-test", "--output", "json", check=0).json
        self.assertEqual([c["Check"] for c in report["Checks"]],
                         ["Memory locking", "Core dumps", "Keychain", "Data folder", "Profiles"])
        for check in report["Checks"]:
            self.assertTrue(check["Verdict"] == "ok" or check["Fix"], check)

    def test_help_lists_what_there_is(self):
        self.assertIn("re-encrypt", self.run_cli("kms", "help", check=0).out)
        help_text = self.run_cli("kms", "re-encrypt", "help", check=0).out
        for option in ("--destination-key-id", "--ciphertext-out", "--dry-run-modifiers", "--vault"):
            self.assertIn(option, help_text)
        for words in (["help"], ["vault", "help"], ["profile", "help"], ["inspect", "help"]):
            self.assertTrue(self.run_cli(*words, check=0).out)
        self.assertRegex(self.run_cli("--version", check=0).out, r"^keyturn-cli \d+\.\d+\.\d+\n$")

    def test_what_openssl_encrypted_is_opened_and_moved(self):
        self.make_vault()
        key, target = self.new_key("--key-spec", "RSA_2048", "--key-usage", "ENCRYPT_DECRYPT"), self.new_key()
        public = self.kms("get-public-key", "--key-id", key, "--query", "PublicKey", "--output", "text").out
        self.write("public.der", base64.b64decode(public))
        self.write("plain", b"from outside")
        subprocess.run(["openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", "public.der", "-keyform", "DER", "-in", "plain",
                        "-out", "blob", "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt",
                        "rsa_mgf1_md:sha256"], cwd=self.folder, check=True)
        moved = self.kms("re-encrypt", "--ciphertext-blob", "fileb://blob", "--source-key-id", key,
                         "--source-encryption-algorithm", "RSAES_OAEP_SHA_256", "--destination-key-id", target).json
        plain = self.kms("decrypt", "--ciphertext-blob", moved["CiphertextBlob"], "--query", "Plaintext", "--output", "text").out
        self.assertEqual(base64.b64decode(plain), b"from outside")
        wrong = self.kms("decrypt", "--ciphertext-blob", "fileb://blob", "--key-id", key, "--encryption-algorithm",
                         "RSAES_OAEP_SHA_1", check=254)
        self.assertIn("InvalidCiphertextException", wrong.err)


if __name__ == "__main__":
    sys.exit(unittest.main())
