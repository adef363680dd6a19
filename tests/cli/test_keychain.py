# SPDX-License-Identifier: Apache-2.0
"""The command line and the OS keychain. Runs inside tests/fakes/with_keyring.sh with the state as its argument, which
takes the tests of that state."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cli_session import CliCase, on_terminal, PASSPHRASE  # noqa: E402
from test_against_aws import Peer  # noqa: E402

SECRET = "MARKERsecretAccessKey"


class Unlocked(CliCase):
    def test_vault_opens_without_a_passphrase(self):
        self.make_vault()
        added = self.vault("vault", "slots", "add-keychain")
        self.assertIn("Every program of your desktop session", added.err)
        self.run_cli("--vault", "v", "kms", "create-key", check=0)
        self.vault("vault", "slots", "add-keychain")
        slots = self.vault("vault", "slots", "--output", "json").json["Slots"]
        self.assertEqual([slot["Type"] for slot in slots], ["passphrase", "keychain"], "the second replaced the first")
        self.run_cli("--vault", "v", "kms", "list-keys", check=0)
        self.vault("vault", "slots", "remove", slots[1]["Id"])
        self.assertIn("no terminal", self.run_cli("--vault", "v", "kms", "list-keys", check=253).err)

    def test_a_new_vault_key_has_a_new_secret(self):
        self.make_vault()
        self.vault("vault", "slots", "add-keychain")
        before = self.folder.joinpath("v").read_bytes()
        report = self.vault("vault", "rotate-key", "--output", "json").json
        self.assertTrue(report["KeychainRenewed"])
        self.run_cli("--vault", "v", "kms", "create-key", check=0)
        self.write("v", before)  # the secret of before is gone
        refused = self.run_cli("--vault", "v", "--accept-older-vault", "kms", "list-keys", check=255)
        self.assertIn("does not open", refused.err)

    def test_profile_keeps_its_secret_in_the_keychain(self):
        peer = Peer(self.folder)
        self.addCleanup(peer.stop)
        self.run_cli("profile", "add", "p", "--region", "us-east-1", "--endpoint-url", peer.url, "--access-key-id", "AKIDP",
                     "--secret-file", "-", stdin=SECRET + "\n", check=0)
        tested = self.run_cli("profile", "test", "p", check=0).out
        self.assertIn("keychain", tested)
        answer = self.run_cli("--profile", "p", "kms", "list-keys", "--query", "length(Keys)", check=0)
        self.assertEqual(answer.json, 5)
        self.assertTrue(all(request["signed"] for request in peer.requests()))
        for path in self.folder.rglob("*"):
            if path.is_file():
                self.assertNotIn(SECRET.encode(), path.read_bytes(), path)
        self.assertNotIn(SECRET, "".join(self.seen))
        self.run_cli("profile", "remove", "p", check=0)

    def test_secret_by_prompt_is_silent(self):
        shown, status = on_terminal(self, ["profile", "add", "q", "--region", "us-east-1", "--access-key-id", "AKIDQ"],
                                    [("key: ", SECRET + "\n")])
        self.assertEqual(status, 0, shown)
        self.assertNotIn(SECRET, shown)

    def test_self_test_finds_it(self):
        report = self.run_cli("self-test", "--output", "json", check=0).json
        self.assertEqual({c["Check"]: c["Verdict"] for c in report["Checks"]}["Keychain"], "ok", report)

    def test_prompt_that_nobody_answers_is_said_and_the_passphrase_still_opens(self):
        self.make_vault()
        self.vault("vault", "slots", "add-keychain")
        mute = ["dbus-run-session", "--", os.environ["KEYTURN_MUTE_KEYCHAIN"]]
        refused = self.run_cli("--vault", "v", "kms", "list-keys", check=255, wrapper=mute)
        self.assertRegex(refused.err, "keychain did not answer within .*password prompt may be waiting")
        self.assertEqual(refused.out, "")
        self.vault("kms", "list-keys", wrapper=mute)

    def test_z_locked_keyring_is_said_and_the_passphrase_still_opens(self):
        """The last: it leaves the keyring locked."""
        self.make_vault()
        self.vault("vault", "slots", "add-keychain")
        subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets",
                        "org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"],
                       check=True, capture_output=True)
        refused = self.run_cli("--vault", "v", "kms", "list-keys", check=255)
        self.assertIn("locked", refused.err)
        self.kms("list-keys")


class Absent(CliCase):
    """A vault with a keychain slot where no keychain can be reached: said so; the passphrase still opens it."""

    def setUp(self):
        super().setUp()
        self.make_vault()

    def test_adding_a_slot_is_refused_and_leaves_none(self):
        refused = self.vault("vault", "slots", "add-keychain", check=255)
        self.assertIn("keychain", refused.err)
        slots = self.vault("vault", "slots", "--output", "json").json["Slots"]
        self.assertEqual([slot["Type"] for slot in slots], ["passphrase"])

    def test_profile_with_keychain_secret_is_refused(self):
        refused = self.run_cli("profile", "add", "p", "--region", "us-east-1", "--access-key-id", "A", "--secret-file", "-",
                               stdin=SECRET + "\n", check=255)
        self.assertNotIn(SECRET, refused.err)
        self.assertEqual(self.run_cli("profile", "list", "--output", "json", check=0).json, {"Profiles": []})

    def test_self_test_says_how_to_mend_it(self):
        report = self.run_cli("self-test", "--output", "json", check=0).json
        keychain = next(c for c in report["Checks"] if c["Check"] == "Keychain")
        self.assertEqual(keychain["Verdict"], "warning")
        self.assertTrue(keychain["Fix"])


if __name__ == "__main__":
    state = sys.argv.pop(1)
    sys.argv.insert(1, "Unlocked" if state == "unlocked" else "Absent")
    sys.exit(unittest.main())
