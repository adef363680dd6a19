# SPDX-License-Identifier: Apache-2.0
"""The history and offline copies, by the program itself: a vault that is served is the remote service."""

import json
import os
import resource
import signal
import subprocess
import unittest

from cli_session import KEYTURN, CliCase


class Served(CliCase):
    def setUp(self):
        super().setUp()
        self.make_vault()
        self.key = self.new_key("--description", "MARKERdescription")
        self.kms("create-alias", "--alias-name", "alias/one", "--target-key-id", self.key)
        self.server = subprocess.Popen([KEYTURN, "--vault", "v", "--passphrase-file", "passphrase", "serve", "--print-secret"],
                                       cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        said = json.loads(self.server.stdout.readline())
        self.secret = said["secretAccessKey"]
        self.keys = {"AWS_ACCESS_KEY_ID": said["accessKeyId"], "AWS_SECRET_ACCESS_KEY": self.secret, "DBUS_SESSION_BUS_ADDRESS": ""}
        self.run_cli("profile", "add", "prod", "--endpoint-url", said["endpoint"], "--region", "us-east-1",
                     "--credentials", "environment", check=0)
        self.state = self.folder / "home" / ".local" / "state" / "keyturn"
        self.history_file = self.state / "history.ktlog"

    def stop(self):
        if self.server.poll() is None:
            self.server.terminate()
            self.server.wait(timeout=30)
            self.server.stdout.close()

    def remote(self, *words, check=0, **more):
        return self.run_cli("--profile", "prod", "kms", *words, check=check, **{**self.keys, **more})

    def history(self, *words, check=0):
        return self.run_cli("history", *words, check=check, DBUS_SESSION_BUS_ADDRESS="")

    def entries(self, *words):
        return self.history("list", *words, "--output", "json").json["Entries"]


class History(Served):
    def test_what_was_done_is_listed_verified_and_exported(self):
        self.assertEqual(self.entries(), [])
        self.history("verify", check=1)
        self.write("plain", b"MARKERplaintext")
        self.remote("encrypt", "--key-id", "alias/one", "--plaintext", "fileb://plain", "--encryption-context", "who=MARKERcontext")
        self.remote("disable-key", "--key-id", self.key)
        self.remote("enable-key", "--key-id", self.key)
        self.remote("encrypt", "--key-id", "alias/none", "--plaintext", "fileb://plain", check=254)
        entries = self.entries()
        self.assertEqual([(e["Operation"], e["Stage"], e["Outcome"]) for e in entries],
                         [("HistoryBegan", "call", "Success"), ("Encrypt", "call", "Success"),
                          ("DisableKey", "intent", "Intent"), ("DisableKey", "outcome", "Success"),
                          ("EnableKey", "intent", "Intent"), ("EnableKey", "outcome", "Success"),
                          ("Encrypt", "call", "NotFoundException")])
        self.assertTrue(all(e["Profile"] == "prod" and e["Program"] == "cli" for e in entries[1:]))
        self.assertIn(self.key, entries[1]["KeyId"])
        self.assertEqual(len(entries[1]["ContextDigest"]), 64)
        self.assertIsNone(entries[1]["EncryptionContext"])
        self.assertEqual(len(self.entries("--changes")), 4)
        self.assertEqual(len(self.entries("--operation", "Encrypt", "--outcome", "Success")), 1)
        self.assertEqual([e["Operation"] for e in self.entries("--newest", "1")], ["Encrypt"])
        self.assertEqual(self.entries("--profile", "other"), [])
        self.assertEqual(self.entries("--until", "2020-01-01T00:00:00Z"), [])
        self.assertIn("--since", self.history("list", "--since", "soon", check=252).err)
        self.assertIn("DisableKey", self.history("list").out)
        self.assertIn("DisableKey", self.history("list", "--output", "yaml").out)
        self.assertEqual(self.history("list", "--query", "length(Entries)").out, "7\n")
        report = self.history("verify", "--output", "json").json
        self.assertEqual((report["Intact"], report["Records"], report["Findings"]), (True, 7, []))
        self.assertIn(str(self.state / "journal.key"), report["SealedBy"])
        self.assertEqual(len(report["NotProven"]), 3)
        lines = [json.loads(line) for line in self.history("export").out.splitlines()]
        self.assertEqual([line["seq"] for line in lines], list(range(1, 8)))
        self.assertEqual(lines[-1]["hash"], report["LastHash"])
        self.history("export", "--file", "out.jsonl")
        self.assertEqual((self.folder / "out.jsonl").stat().st_mode & 0o777, 0o600)
        everything = self.history_file.read_bytes() + (self.folder / "out.jsonl").read_bytes()
        for marker in (b"MARKER", self.secret.encode()):
            self.assertNotIn(marker, everything)

    def test_contexts_are_clear_only_where_that_is_switched_on(self):
        self.write("plain", b"x")
        words = ("encrypt", "--key-id", self.key, "--plaintext", "fileb://plain", "--encryption-context", "who=me")
        self.remote(*words)
        self.history("context", "clear")
        self.remote(*words)
        self.history("context", "hashed")
        self.remote(*words)
        self.assertEqual([e["EncryptionContext"] for e in self.entries("--operation", "Encrypt")], [None, '{"who":"me"}', None])
        self.history("context", "loud", check=252)

    def test_endpoints_named_by_the_aws_files_are_recorded_too(self):
        url = json.loads(self.run_cli("profile", "show", "prod", "--output", "json", check=0).out)
        endpoint = next(value for value in url.values() if str(value).startswith("http://"))
        self.run_cli("--endpoint-url", endpoint, "--region", "us-east-1", "kms", "list-keys", check=0, **self.keys)
        self.assertEqual(self.entries()[-1]["Profile"], "aws:default")
        # A vault that no profile names has its own log.
        self.stop()
        before = len(self.entries())
        self.kms("list-keys")
        self.assertEqual(len(self.entries()), before)

    def test_damage_is_reported_and_changes_are_refused(self):
        self.remote("disable-key", "--key-id", self.key)
        whole = self.history_file.read_bytes()
        self.history_file.write_bytes(whole[:-1])
        self.assertIn("cut", self.history("verify", check=1).out)
        refused = self.remote("enable-key", "--key-id", self.key, check=255)
        self.assertIn("EnableKey was not sent", refused.err)
        self.assertIn("history verify", refused.err)
        read = self.remote("describe-key", "--key-id", self.key)
        self.assertEqual(read.json["KeyMetadata"]["KeyState"], "Disabled")
        self.assertIn("Warning: not everything is recorded", read.err)
        flipped = bytearray(whole)
        flipped[-5] ^= 4
        self.history_file.write_bytes(flipped)
        self.history("verify", check=1)
        self.assertIn("damaged", self.history("list", check=1).err)
        # Moved away, as the error says.
        self.history_file.rename(self.state / "evidence")
        self.remote("enable-key", "--key-id", self.key)
        self.assertEqual(self.history("verify", "--output", "json").json["Intact"], True)

    def test_nothing_is_sent_when_the_disk_is_full(self):
        self.remote("disable-key", "--key-id", self.key)
        limit = self.history_file.stat().st_size + 20

        def no_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        refused = subprocess.run([KEYTURN, "--profile", "prod", "kms", "enable-key", "--key-id", self.key], cwd=self.folder,
                                 env=self.environment(**self.keys), capture_output=True, text=True, timeout=60, check=False,
                                 preexec_fn=no_room)
        self.assertEqual(refused.returncode, 255, refused.stderr)
        self.assertIn("was not sent", refused.stderr)
        self.assertEqual(self.remote("describe-key", "--key-id", self.key).json["KeyMetadata"]["KeyState"], "Disabled")

    def test_many_programs_at_once_share_one_chain(self):
        self.remote("list-keys")
        words = [KEYTURN, "--profile", "prod", "kms", "enable-key", "--key-id", self.key]
        running = [subprocess.Popen(words, cwd=self.folder, env=self.environment(**self.keys)) for _ in range(6)]
        killed = subprocess.Popen(words, cwd=self.folder, env=self.environment(**self.keys), stdout=subprocess.DEVNULL)
        os.kill(killed.pid, signal.SIGKILL)
        self.assertEqual([program.wait(timeout=60) for program in running], [0] * 6)
        killed.wait(timeout=60)
        self.assertEqual(self.history("verify", "--output", "json").json["Intact"], True)
        done = [e for e in self.entries("--operation", "EnableKey") if e["Stage"] == "outcome"]
        self.assertGreaterEqual(len(done), 6)


class Snapshots(Served):
    def test_an_account_is_taken_and_used_offline(self):
        self.remote("tag-resource", "--key-id", self.key, "--tags", "TagKey=team,TagValue=a")
        online = {words: self.remote(*words).json for words in
                  (("list-keys",), ("list-aliases",), ("describe-key", "--key-id", "alias/one"),
                   ("list-resource-tags", "--key-id", self.key))}
        taken = self.run_cli("--profile", "prod", "snapshot", "take", "--output", "json", check=0, **self.keys).json
        self.assertEqual((taken["Keys"], taken["Aliases"], taken["Profile"], taken["Clock"]), (1, 1, "prod", "the service's"))
        self.stop()
        copies = self.run_cli("snapshot", "list", "--output", "json", check=0).json["Snapshots"]
        self.assertEqual([(c["Profile"], c["Taken"]) for c in copies], [("prod", taken["Taken"])])
        name = copies[0]["Name"]
        self.assertEqual(self.run_cli("snapshot", "open", name, "--output", "json", check=0).json["Taken"], taken["Taken"])
        for words, answer in online.items():
            self.assertEqual(self.run_cli("--snapshot", name, "kms", *words, check=0).json, answer)
        self.write("plain", b"x")
        refused = self.run_cli("--snapshot", name, "kms", "encrypt", "--key-id", "alias/one", "--plaintext", "fileb://plain", check=254)
        self.assertIn("needs the service", refused.err)
        self.assertIn(taken["Taken"], refused.err)
        file = self.folder / taken["Snapshot"]
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        sealed = file.read_bytes()
        self.assertNotIn(b"MARKER", sealed)
        file.write_bytes(sealed[:-1])
        self.assertIn("damaged", self.run_cli("--snapshot", name, "kms", "list-keys", check=1).err)
        self.assertIn("damaged", self.run_cli("snapshot", "list", check=1).out)
        self.assertIn("no snapshot", self.run_cli("--snapshot", "none", "kms", "list-keys", check=253).err)


if __name__ == "__main__":
    unittest.main()
