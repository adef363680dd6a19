# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around a vault: each case its own message, its own exit code, and nothing changed. And what must
never be seen: a passphrase, a plaintext or a credential in any output, file or command line."""

import base64
import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

from cli_session import CliCase, KEYTURN, PASSPHRASE


class Failures(CliCase):
    def message(self, *words, check, **more):
        answer = self.run_cli(*words, check=check, **more)
        self.assertEqual(answer.out, "")
        self.assertNotIn(PASSPHRASE, answer.err)
        return answer.err

    def test_nothing_named(self):
        for words in (["kms", "list-keys"], ["vault", "verify"], ["vault", "info"]):
            self.assertIn("--vault", self.message(*words, check=253))

    def test_skeletons_and_bad_requests_need_no_vault(self):
        self.run_cli("kms", "re-encrypt", "--generate-cli-skeleton", check=0)
        self.run_cli("kms", "re-encrypt", check=252)
        self.assertIn("Parameter validation failed", self.message("--vault", "no-such-vault", "kms", "describe-key",
                                                                  "--cli-input-json", "{}", check=252))

    def test_two_targets(self):
        self.assertIn("together", self.message("--vault", "v", "--profile", "p", "kms", "list-keys", check=252))

    def test_each_fault_of_a_vault_has_its_own_message(self):
        self.make_vault()
        self.write("no vault", "just a text, but a long one" * 100)
        self.write("wrong", "not the passphrase\n")
        self.write("empty", "\n")
        shutil.copy(self.folder / "v", self.folder / "newer")
        with sqlite3.connect(self.folder / "newer") as database:
            header = database.execute("SELECT body FROM header").fetchone()[0]
            database.execute("UPDATE header SET body = ?", (header[:8] + b"\0\x09\0\x09\0\x09" + header[14:],))
        database.close()
        damaged = bytearray((self.folder / "v").read_bytes())
        damaged[len(damaged) // 2:] = bytes(len(damaged) - len(damaged) // 2)
        self.write("damaged", bytes(damaged))
        passphrase = ["--passphrase-file", "passphrase", "kms", "list-keys"]
        cases = {
            "missing": (["--vault", "not there", *passphrase], 255, "not found"),
            "no vault": (["--vault", "no vault", *passphrase], 255, "no vault|not a .*vault"),
            "newer": (["--vault", "newer", *passphrase], 255, "newer"),
            "damaged": (["--vault", "damaged", *passphrase], 255, "damaged"),
            "wrong passphrase": (["--vault", "v", "--passphrase-file", "wrong", "kms", "list-keys"], 255, "does not open"),
            "empty passphrase": (["--vault", "v", "--passphrase-file", "empty", "kms", "list-keys"], 252, "is empty"),
            "no passphrase file": (["--vault", "v", "--passphrase-file", "nope", "kms", "list-keys"], 255, "Cannot read nope"),
            "no terminal": (["--vault", "v", "kms", "list-keys"], 253, "no terminal"),
        }
        said = {}
        for name, (words, code, expected) in cases.items():
            with self.subTest(name):
                said[name] = self.message(*words, check=code)
                self.assertRegex(said[name], f"(?i){expected}")
        self.assertEqual(len(set(said.values())), len(cases), "each has its own message")

    def test_vault_open_to_others_is_refused(self):
        self.make_vault()
        (self.folder / "v").chmod(0o644)
        self.assertIn("chmod 600", self.vault("kms", "list-keys", check=255).err)

    def test_vault_in_use_is_named_and_waited_for(self):
        self.make_vault()
        with open(self.folder / "v.lock", "w", encoding="utf-8") as lock:
            lock.write("MARKERprogram, process 4711, since 2026-11-22T05:00:00Z\n")
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            refused = self.vault("kms", "list-keys", check=255).err
            self.assertIn("in use", refused)
            self.assertIn("MARKERprogram", refused)
            self.assertIn("--wait", refused)
            words = [KEYTURN, "--vault", "v", "--passphrase-file", "passphrase", "--wait", "60", "kms", "list-keys"]
            waiting = subprocess.Popen(words, cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            # It is at it when it has looked at the lock, which it holds open.
            self.wait_until(lambda: waiting.poll() is not None or self.has_open(waiting.pid, "v"))
            command = Path(f"/proc/{waiting.pid}/cmdline").read_bytes()
            self.assertNotIn(PASSPHRASE.encode(), command)
            self.assertIsNone(waiting.poll())
            fcntl.flock(lock, fcntl.LOCK_UN)
        out, err = waiting.communicate(timeout=60)
        self.assertEqual((waiting.returncode, json.loads(out)), (0, {"Keys": []}), err)

    def wait_until(self, holds):
        end = time.monotonic() + 60
        while not holds():
            self.assertLess(time.monotonic(), end)

    def has_open(self, pid, name):
        """The program has come as far as to open the vault or its lock."""
        try:
            targets = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            return False
        return any(Path(target).name.startswith(name) for target in targets)

    def test_reading_needs_no_lock(self):
        self.make_vault()
        with open(self.folder / "v.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.vault("vault", "verify")
            self.vault("vault", "info")

    def test_read_only_profile_changes_nothing(self):
        self.make_vault()
        self.run_cli("profile", "add", "look", "--vault", "v", "--read-only", check=0)
        words = ["--profile", "look", "--passphrase-file", "passphrase", "kms"]
        self.run_cli(*words, "list-keys", check=0)
        self.assertIn("read-only", self.message(*words, "create-key", check=255))

    def test_a_file_that_may_not_be_written_is_said_to_be_so(self):
        self.make_vault()
        key = self.new_key()
        before = (self.folder / "v").read_bytes()
        (self.folder / "v").chmod(0o400)
        # To root every file is writable, unless it lies on a file system that is not.
        mounted = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
                   self.folder / "v"]
        wrapper = mounted if os.geteuid() == 0 else []
        unlocked = ["--passphrase-file", "passphrase", "kms"]
        refused = self.message("--vault", "v", *unlocked, "list-keys", check=255, wrapper=wrapper)
        self.assertRegex(refused, "v may not be written: open it read-only")
        self.assertIn("Hint: Make a profile that only reads", refused)
        self.run_cli("profile", "add", "look", "--vault", "v", "--read-only", check=0)
        seen = self.run_cli("--profile", "look", *unlocked, "list-keys", check=0, wrapper=wrapper).json
        self.assertEqual([k["KeyId"] for k in seen["Keys"]], [key])
        self.vault("vault", "verify", wrapper=wrapper)
        self.assertEqual((self.folder / "v").read_bytes(), before)

    def test_a_region_is_letters_digits_and_hyphens(self):
        for region in ("x y", "us-east-1/", "a" * 64, "us_east_1", "-", "us-east-1.example.com"):
            with self.subTest(region):
                refused = self.message("profile", "add", "p", "--region", region, "--credentials", "environment", check=252)
                self.assertRegex(refused, "region.*letters, digits and")
        self.assertEqual(self.run_cli("profile", "list", "--output", "json", check=0).json, {"Profiles": []})

    def test_verify_fails_on_damage(self):
        self.make_vault()
        self.new_key()
        whole = (self.folder / "v").read_bytes()
        bad = 0
        for offset in range(4096, len(whole), 1511):
            self.write("v", whole[:offset] + bytes([whole[offset] ^ 0xff]) + whole[offset + 1:])
            answer = self.vault("vault", "verify", check=None)
            bad += answer.exit != 0
            self.assertIn(answer.exit, (0, 1, 255), answer.err)
        self.assertGreater(bad, 0)
        self.write("v", whole)
        self.vault("vault", "verify")

    def test_what_a_vault_lacks_is_said_with_the_reason(self):
        self.make_vault()
        told = self.message("kms", "connect-custom-key-store", "--custom-key-store-id", "cks-1", "--vault", "v",
                            "--passphrase-file", "passphrase", check=254)
        self.assertIn("An error occurred (UnsupportedOperationException) when calling the ConnectCustomKeyStore operation: A local "
                      "vault has no custom key stores: its keys live in the vault itself.", told)

    def test_marker_secrets_are_nowhere(self):
        self.make_vault()
        key = self.new_key()
        secret = b"MARKERplaintextMARKER"
        blob = self.encrypt(key, secret)
        self.kms("encrypt", "--key-id", key, "--plaintext", "fileb://plain", "--ciphertext-out", "sealed", "--record")
        self.assertTrue((self.folder / "sealed.kms.json").exists())
        self.kms("decrypt", "--ciphertext-blob", blob, "--plaintext-out", "out")
        self.vault("vault", "log")
        self.kms("decrypt", "--ciphertext-blob", blob, "--debug", "--encryption-context", "a=1", check=254)
        self.run_cli("profile", "add", "remote", "--region", "us-east-1", "--credentials", "environment", check=0)
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "MARKERcredential", "AWS_SESSION_TOKEN": "MARKERtoken"}
        self.run_cli("--profile", "remote", "--endpoint-url", "http://127.0.0.1:1", "--debug", "kms", "list-keys", check=255, **keys)
        store = ["create-custom-key-store", "--custom-key-store-name", "x"]
        credential = [*store, "--xks-proxy-authentication-credential"]
        self.kms(*store, "--key-store-password", "MARKERpassword", "--debug", check=254)
        self.kms(*credential, json.dumps({"AccessKeyId": "MARKERid" * 3, "RawSecretAccessKey": "MARKERxks" * 5}), "--debug", check=254)
        for cut in ("AccessKeyId=MARKERid,RawSecretAccessKey", '{"RawSecretAccessKey": "MARKERxks"', "[MARKERxks"):
            self.kms(*credential, cut, "--debug", check=252)
        self.kms(*credential, '{"AccessKeyId": ["MARKERid"], "RawSecretAccessKey": {"x": "MARKERxks"}}', check=252)
        markers = [PASSPHRASE.encode(), secret, b"MARKERpassword", b"MARKERid", b"MARKERxks", b"MARKERcredential", b"MARKERtoken"]
        markers += [form(marker) for marker in markers for form in (lambda m: base64.b64encode(m)[:16], lambda m: m.hex().encode())]
        seen = "".join(self.seen).encode()
        for marker in markers:
            self.assertNotIn(marker, seen)
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name not in ("passphrase", "plain", "out"):
                content = path.read_bytes()
                for marker in markers:
                    self.assertNotIn(marker, content, path)

    def test_errors_as_json(self):
        self.make_vault()
        said = self.vault("--cli-error-format", "json", "kms", "describe-key", "--key-id", "alias/none", check=254)
        error = json.loads(said.err)
        self.assertEqual((error["Error"]["Code"], error["ExitCode"]), ("NotFoundException", 254))

    def test_hints_say_what_to_check(self):
        self.make_vault()
        blob = self.encrypt(self.new_key(), b"x", {"a": "1"})
        said = self.kms("decrypt", "--ciphertext-blob", blob, check=254).err
        self.assertRegex(said, r"(?s)InvalidCiphertextException.*\nHint: .*encryption context")

    def test_refused_options_say_why(self):
        self.assertIn("--ca-bundle", self.message("kms", "list-keys", "--no-verify-ssl", check=252))
        self.assertIn("signed", self.message("kms", "list-keys", "--no-sign-request", check=252))
        self.assertIn("text or json", self.message("vault", "info", "--output", "table", check=252))

    def test_remote_faults(self):
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
        endpoint = ["--endpoint-url", "http://127.0.0.1:1", "kms", "list-keys"]
        self.assertIn("region", self.message(*endpoint, check=253, **keys).lower())
        self.assertIn("credentials", self.message(*endpoint, "--region", "us-east-1", check=253))
        self.assertIn("Could not connect", self.message(*endpoint, "--region", "us-east-1", check=255, **keys))
        plain = self.message("--endpoint-url", "http://kms.example.com", "--region", "us-east-1", "kms", "list-keys", check=255,
                             **keys)
        self.assertIn("http", plain)

    def test_a_silent_endpoint_is_given_up(self):
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "1"}
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            said = self.message("--endpoint-url", url, "--region", "us-east-1", "--cli-read-timeout", "1", "kms", "list-keys",
                                check=255, **keys)
        self.assertIn(f'Read timeout on endpoint URL: "{url}/"', said)

    def test_profiles_have_no_secrets(self):
        self.run_cli("profile", "add", "p", "--region", "eu-west-1", "--credentials", "environment", "--environment",
                     "production", check=0)
        listed = self.run_cli("profile", "list", "--output", "json", check=0).json["Profiles"]
        self.assertEqual([(p["Name"], p["Environment"], p["Credentials"]) for p in listed], [("p", "production", "environment")])
        self.run_cli("profile", "add", "p", "--region", "eu-west-1", check=252)
        self.run_cli("profile", "show", "q", check=255)
        self.run_cli("profile", "add", "q", "--credentials", "environment", check=252)
        self.run_cli("profile", "remove", "p", check=0)
        self.assertEqual(self.run_cli("profile", "list", "--output", "json", check=0).json, {"Profiles": []})


if __name__ == "__main__":
    sys.exit(unittest.main())
