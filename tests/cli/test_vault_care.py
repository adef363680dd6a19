# SPDX-License-Identifier: Apache-2.0
"""Care of a vault by the program itself: a new vault key, an older copy in its place, its log."""

import json
import re
import sqlite3
import unittest

from cli_session import CliCase, on_terminal


class RotateKey(CliCase):
    def test_a_new_key_and_a_new_recovery_code(self):
        self.make_vault("v", "--recovery-file", "one")
        key = self.new_key()
        self.kms("create-alias", "--alias-name", "alias/a", "--target-key-id", key)
        blob = self.encrypt(key)
        before = (self.folder / "v").read_bytes()
        refused = self.vault("vault", "rotate-key", check=252)
        self.assertIn("--recovery-file", refused.err)
        self.vault("vault", "rotate-key", "--recovery-file", "one", check=255)
        self.assertEqual((self.folder / "v").read_bytes(), before)
        report = self.vault("vault", "rotate-key", "--recovery-file", "two", "--output", "json")
        self.assertEqual(report.json["KeyEpoch"], 2)
        self.assertEqual((report.json["NewRecoveryCode"], report.json["KeychainRenewed"], report.json["DroppedSlots"]),
                         (True, False, []))
        self.assertIn("Backups and other copies made before still open with the old key", report.err)
        self.assertEqual((self.folder / "two").stat().st_mode & 0o777, 0o600)
        self.run_cli("--vault", "v", "--recovery-code-file", "one", "kms", "list-keys", check=255)
        self.run_cli("--vault", "v", "--recovery-code-file", "two", "kms", "list-keys", check=0)
        self.assertTrue(self.vault("vault", "verify", "--output", "json").json["Intact"])
        self.assertEqual(self.kms("describe-key", "--key-id", "alias/a").json["KeyMetadata"]["KeyId"], key)
        self.kms("decrypt", "--ciphertext-blob", blob)
        self.kms("delete-alias", "--alias-name", "alias/a")
        self.assertEqual(self.kms("list-aliases", "--key-id", key).json["Aliases"], [])
        code = (self.folder / "two").read_text().strip()
        self.assertNotIn(code, "".join(self.seen))

    def test_a_wrong_passphrase_changes_nothing_and_leaves_no_code(self):
        self.make_vault()
        before = (self.folder / "v").read_bytes()
        self.write("wrong", "not this\n")
        self.run_cli("--vault", "v", "--passphrase-file", "wrong", "vault", "rotate-key", "--recovery-file", "code", check=255)
        self.assertFalse((self.folder / "code").exists())
        self.assertEqual((self.folder / "v").read_bytes(), before)
        self.run_cli("--vault", "v", "vault", "rotate-key", check=253)
        self.vault("vault", "rotate-key", "extra", check=252)

    def test_the_code_is_typed_back(self):
        self.make_vault()
        words = ["--vault", "v", "--passphrase-file", "passphrase", "vault", "rotate-key", "--show-recovery-code"]
        code = re.compile(r"    ([0-9A-Z-]{47})")
        back = "Type the recovery code back: "
        shown, status = on_terminal(self, words, [(back, "wrong\n")] * 3)
        self.assertEqual(status, 255, shown)
        self.assertIn("Nothing has been changed", shown)
        self.assertEqual([slot["Type"] for slot in self.vault("vault", "info", "--output", "json").json["Slots"]], ["passphrase"])
        shown, status = on_terminal(self, words, [(back, "wrong\n"), (back, lambda seen: code.search(seen)[1].lower() + "\n")])
        self.assertEqual(status, 0, shown)
        self.write("code", code.search(shown)[1] + "\n")
        self.run_cli("--vault", "v", "--recovery-code-file", "code", "kms", "list-keys", check=0)


class OlderCopy(CliCase):
    def test_yesterdays_file_is_asked_about(self):
        self.make_vault()
        self.new_key()
        yesterday = (self.folder / "v").read_bytes()
        self.new_key()
        self.write("v", yesterday)
        refused = self.kms("list-keys", check=255)
        self.assertIn("This is not the vault as it was last seen here: v is older (change ", refused.err)
        self.assertIn("Hint: --accept-older-vault", refused.err)
        self.assertEqual(refused.out, "")
        self.kms("create-key", check=255)
        self.vault("vault", "rotate-key", check=255)
        self.assertEqual((self.folder / "v").read_bytes(), yesterday)
        # Looking at it is let through, with a warning.
        self.assertIn("Warning: v is older", self.vault("vault", "verify").err)
        question = "Type accept to go on: "
        words = ["--vault", "v", "--passphrase-file", "passphrase", "kms", "list-keys"]
        shown, status = on_terminal(self, words, [(question, "no\n")])
        self.assertEqual(status, 255, shown)
        shown, status = on_terminal(self, words, [(question, "accept\n")])
        self.assertEqual(status, 0, shown)
        self.assertEqual(len(self.kms("list-keys").json["Keys"]), 1)
        # For scripts: a flag, and only where there is something to accept does it do anything.
        self.write("v", yesterday)
        self.vault("--accept-older-vault", "kms", "list-keys")
        self.vault("--accept-older-vault", "kms", "list-keys")
        lines = [json.loads(line) for line in self.vault("vault", "log").out.splitlines()]
        self.assertEqual([line["action"] for line in lines].count("AcceptOlderVault"), 1)

    def test_a_backup_put_back(self):
        self.make_vault()
        self.vault("vault", "backup", "saved")
        self.new_key()
        self.write("v", (self.folder / "saved").read_bytes())
        self.kms("list-keys", check=255)
        self.vault("--accept-older-vault", "kms", "list-keys")
        self.new_key()


class Log(CliCase):
    def test_it_is_shown_exported_and_verified(self):
        self.make_vault()
        key = self.new_key()
        listed = self.vault("vault", "log", "list").out
        self.assertRegex(listed, rf"(?m)^\d+  \S+Z  cli  CreateKey  Success  {key}$")
        self.vault("vault", "log", "export", "--file", "log.jsonl")
        self.assertEqual((self.folder / "log.jsonl").stat().st_mode & 0o777, 0o600)
        lines = [json.loads(line) for line in (self.folder / "log.jsonl").read_text().splitlines()]
        self.assertEqual([line["seq"] for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual(len(self.vault("vault", "log", "--newest", "2").out.splitlines()), 2)
        report = self.vault("vault", "log", "verify", "--output", "json").json
        self.assertEqual((report["Intact"], report["Records"], report["Findings"]), (True, len(lines), []))
        self.assertEqual(report["LastHash"], lines[-1]["hash"])
        self.assertIn("key number 1", report["SealedBy"])
        self.assertEqual(len(report["NotProven"]), 3)
        for wrong in (["somehow"], ["verify", "--newest", "3"], ["list", "--file", "x"]):
            self.vault("vault", "log", *wrong, check=252)

    def test_damage_is_reported_with_its_place(self):
        self.make_vault()
        self.new_key()
        exported = self.vault("vault", "log").out.splitlines()
        whole = (self.folder / "v").read_bytes()
        connection = sqlite3.connect(self.folder / "v")
        with connection:
            connection.execute("UPDATE log_pages SET sealed=zeroblob(length(sealed)) WHERE page=1")
        connection.close()
        report = self.vault("vault", "log", "verify", "--output", "json", check=1).json
        self.assertFalse(report["Intact"])
        self.assertEqual(len(report["Findings"]), 1, report)
        self.assertIn("log page 1: altered", report["Findings"][0])
        self.assertEqual(report["Records"], len(exported))
        self.write("v", whole)
        self.vault("vault", "log", "verify")


if __name__ == "__main__":
    unittest.main()
