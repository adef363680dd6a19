# SPDX-License-Identifier: Apache-2.0
"""Profiles on the command line: their rules hold for every command, nothing secret is stored, a test changes nothing."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cli_session import CliCase, on_terminal  # noqa: E402
from test_against_aws import Peer  # noqa: E402

MARKER = "MARKERsecretAccessKey"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": MARKER}


class Profiles(CliCase):
    def show(self, name):
        return self.run_cli("profile", "show", name, "--output", "json", check=0).json

    def refused(self, *words, code=252, **more):
        answer = self.run_cli(*words, check=code, **more)
        return answer.err

    def add(self, name, *words, **more):
        self.run_cli("profile", "add", name, "--region", "eu-west-1", "--credentials", "environment", *words, check=0, **more)

    def test_every_member_is_kept(self):
        self.add("p", "--fips", "--dual-stack", "--environment", "staging", "--environment-label", "pre-production", "--safety",
                 "confirm", "--shortest-deletion-days", "14", "--calls-per-second", "50")
        shown = self.show("p")
        expected = {"Service": "aws", "Region": "eu-west-1", "Fips": True, "DualStack": True, "Environment": "staging",
                    "EnvironmentLabel": "pre-production", "Safety": "confirm", "ShortestDeletionDays": 14, "CallsPerSecond": 50,
                    "Credentials": "environment", "ReadOnly": False, "Origin": "own"}
        self.assertEqual({name: shown[name] for name in expected}, expected)
        self.run_cli("profile", "add", "r", "--region", "us-east-1", "--role-arn", "arn:aws:iam::111122223333:role/K",
                     "--aws-profile", "base", "--external-id", "e", "--mfa-serial", "arn:aws:iam::111122223333:mfa/me", check=0)
        role = self.show("r")
        self.assertEqual((role["Credentials"], role["RoleBase"], role["ExternalId"]), ("role", "aws-profile", "e"))
        self.run_cli("profile", "add", "s", "--region", "us-east-1", "--sso-start-url", "https://x.awsapps.com/start",
                     "--sso-region", "us-east-1", "--sso-account-id", "111122223333", "--sso-role-name", "Keys", check=0)
        self.assertEqual(self.show("s")["Credentials"], "sso")

    def test_edit_changes_what_it_names(self):
        self.add("p", "--safety", "confirm", "--shortest-deletion-days", "14")
        before = self.show("p")
        self.run_cli("profile", "edit", "p", "--rename", "q", "--shortest-deletion-days", "none", "--calls-per-second", "9", check=0)
        after = self.show("q")
        self.assertEqual(after, {**before, "Name": "q", "ShortestDeletionDays": None, "CallsPerSecond": 9})
        self.assertIn("could not be found", self.refused("profile", "show", "p", code=255))

    def test_faults_name_member_and_fix(self):
        rows = [(["--region", "x y"], "region must be a Region name"),
                (["--region", "eu-west-1", "--safety", "none"], "--safety: safety takes one of: normal"),
                (["--region", "eu-west-1", "--shortest-deletion-days", "3"], "7 to 30"),
                (["--region", "eu-west-1", "--calls-per-second", "many"], "--calls-per-second takes a whole number"),
                (["--region", "eu-west-1", "--service", "custom"], "endpoint is missing"),
                (["--region", "eu-west-1", "--endpoint-url", "https://k.example", "--fips"], "fips and dualStack"),
                (["--region", "eu-west-1", "--endpoint-url", "ftp://k.example"], "must start with https://"),
                (["--region", "eu-west-1", "--role-arn", "nobody", "--credentials", "role"], "role.arn must be the ARN"),
                (["--region", "eu-west-1", "--role-arn", "arn:aws:iam::1:role/x"], "--role-arn belongs to --credentials role"),
                (["--region", "eu-west-1", "--read-only", "--safety", "normal"], "give one of them")]
        for words, sentence in rows:
            with self.subTest(words=words):
                self.assertIn(sentence, self.refused("profile", "add", "p", "--credentials", "environment", *words))
        self.assertEqual(self.run_cli("profile", "list", "--output", "json", check=0).json, {"Profiles": []})

    def test_production_starts_careful_and_is_not_loosened_by_accident(self):
        self.add("live", "--environment", "production")
        self.assertEqual(self.show("live")["Safety"], "confirm-and-type")
        for words in (["--safety", "normal"], ["--environment", "local"]):
            with self.subTest(words=words):
                self.assertIn("is typed", self.refused("profile", "edit", "live", *words, code=255))
                self.refused("profile", "edit", "live", *words, "--confirm", "yes", code=255)
        self.assertEqual(self.show("live")["Safety"], "confirm-and-type")
        self.run_cli("profile", "edit", "live", "--safety", "read-only", check=0)
        self.run_cli("profile", "edit", "live", "--safety", "confirm", "--confirm", "live", check=0)
        shown, status = on_terminal(self, ["profile", "edit", "live", "--safety", "normal"], [("to go on: ", "live\n")])
        self.assertEqual((status, self.show("live")["Safety"]), (0, "normal"), shown)

    def vault_profile(self, safety, *more):
        self.make_vault()
        key = self.new_key()
        self.kms("create-alias", "--alias-name", "alias/orders", "--target-key-id", key)
        self.run_cli("profile", "add", "p", "--vault", "v", "--safety", safety, *more, check=0)
        return key

    def under(self, *words, **more):
        return self.run_cli("--profile", "p", "--passphrase-file", "passphrase", "kms", *words, **more)

    def test_changes_are_confirmed(self):
        key = self.vault_profile("confirm")
        refused = self.under("disable-key", "--key-id", key, check=255).err
        self.assertIn("nobody to ask", refused)
        self.assertIn('"p"', refused)
        self.under("disable-key", "--key-id", key, "--confirm", "no", check=255)
        self.assertEqual(self.under("describe-key", "--key-id", key, check=0).json["KeyMetadata"]["KeyState"], "Enabled")
        self.under("disable-key", "--key-id", key, "--confirm", "yes", check=0)
        self.under("enable-key", "--key-id", key, check=0, KEYTURN_CONFIRM="yes")
        shown, status = on_terminal(self, ["--profile", "p", "--passphrase-file", "passphrase", "kms", "disable-key", "--key-id", key],
                                    [("[yes/no] ", "yes\n")])
        self.assertEqual(status, 0, shown)
        self.assertIn("DisableKey on " + key, shown)

    def test_destroying_asks_for_the_keys_own_alias(self):
        key = self.vault_profile("confirm-and-type", "--shortest-deletion-days", "10")
        words = ["schedule-key-deletion", "--key-id", key, "--pending-window-in-days", "10"]
        for answer in ("yes", key, "alias/order"):
            with self.subTest(answer=answer):
                self.assertIn("alias", self.under(*words, "--confirm", answer, check=255).err)
        shown, status = on_terminal(self, ["--profile", "p", "--passphrase-file", "passphrase", "kms", *words],
                                    [("Type alias/orders to go on: ", "orders!\n")])
        self.assertEqual(status, 255, shown)
        self.assertIn("10 days", self.under("schedule-key-deletion", "--key-id", key, "--pending-window-in-days", "9", "--confirm",
                                            "orders", check=255).err)
        self.under(*words, "--confirm", "alias/orders", check=0)

    def test_wrapped_only_reveals_nothing(self):
        key = self.vault_profile("wrapped-only")
        blob = self.encrypt(key)
        for words in (["decrypt", "--ciphertext-blob", blob], ["generate-data-key", "--key-id", key, "--key-spec", "AES_256"],
                      ["generate-random", "--number-of-bytes", "8"]):
            with self.subTest(words=words):
                refused = self.under(*words, "--confirm", "yes", check=255)
                self.assertIn("wrapped only", refused.err)
                self.assertEqual(refused.out, "")
        self.under("generate-data-key-without-plaintext", "--key-id", key, "--key-spec", "AES_256", check=0)
        self.under("re-encrypt", "--ciphertext-blob", blob, "--destination-key-id", key, check=0)

    def test_aws_profiles_are_imported_without_their_secrets(self):
        config = self.write("config", "[profile dev]\nregion = us-east-1\n[profile tool]\nregion = us-east-2\n"
                                      f"credential_process = {self.folder}/tool --key {MARKER}\n")
        credentials = self.write("credentials", f"[dev]\naws_access_key_id = AKIDEV\naws_secret_access_key = {MARKER}\n")
        files = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
        preview = self.run_cli("profile", "import", "aws", "--preview", "--output", "json", check=0, **files).json
        self.assertEqual([row["Name"] for row in preview["Profiles"]], ["dev", "tool"])
        self.assertFalse(preview["Imported"])
        self.assertIn("runs a program", " ".join(preview["Profiles"][1]["Warnings"]))
        self.assertEqual(self.run_cli("profile", "list", "--output", "json", check=0).json, {"Profiles": []})
        self.run_cli("profile", "import", "aws", "--names", "dev", check=0, **files)
        self.run_cli("profile", "import", "aws", check=0, **files)
        again = self.run_cli("profile", "import", "aws", "--output", "json", check=0, **files).json
        self.assertEqual({row["State"] for row in again["Profiles"]}, {"there already"})
        listed = self.run_cli("profile", "list", "--output", "json", check=0).json["Profiles"]
        self.assertEqual([(row["Name"], row["AwsProfile"], row["Origin"]) for row in listed],
                         [("dev", "dev", "aws-import"), ("tool", "tool", "aws-import")])
        shared = self.run_cli("profile", "export", "--to", "shared.json", check=0)
        self.assertEqual(shared.out, "")
        self.assertNotIn(MARKER, (self.folder / "shared.json").read_text())
        self.assertNotIn(listed[0]["Id"], (self.folder / "shared.json").read_text())
        self.assertNotIn(MARKER, "".join(path.read_text() for path in (self.folder / "home").rglob("*.json")))
        self.assertNotIn(MARKER, "".join(self.seen))

    def test_shared_profiles_arrive_under_their_own_names(self):
        self.add("p", "--safety", "wrapped-only", "--shortest-deletion-days", "20")
        self.run_cli("profile", "export", "p", "--to", "shared.json", check=0)
        self.refused("profile", "export", "p", "--to", "shared.json", code=255)
        report = self.run_cli("profile", "import", "shared.json", "--output", "json", check=0).json
        self.assertEqual(report["Profiles"][0]["State"], "there already")
        self.run_cli("profile", "edit", "p", "--region", "us-east-1", check=0)
        report = self.run_cli("profile", "import", "shared.json", "--output", "json", check=0).json
        self.assertEqual(report["Profiles"][0]["Name"], "p (2)")
        arrived = self.show("p (2)")
        self.assertEqual((arrived["Safety"], arrived["ShortestDeletionDays"], arrived["Origin"]), ("wrapped-only", 20, "shared"))
        document = json.loads((self.folder / "shared.json").read_text())
        document["profiles"][0]["run"] = "rm"
        self.write("bad.json", json.dumps(document))
        self.assertIn("run is no member", self.refused("profile", "import", "bad.json", code=253))

    def peer(self):
        peer = Peer(self.folder)
        self.addCleanup(peer.stop)
        return peer

    def test_a_program_of_an_imported_profile_runs_once_it_is_accepted(self):
        peer = self.peer()
        tool = self.write("tool", "#!/bin/sh\necho run >> \"$(dirname \"$0\")/runs\"\necho '" +
                          json.dumps({"Version": 1, "AccessKeyId": "AKIDTOOL", "SecretAccessKey": MARKER}) + "'\n", mode=0o700)
        config = self.write("config", f"[profile tool]\nregion = us-east-1\nendpoint_url = {peer.url}\ncredential_process = {tool}\n")
        files = {"AWS_CONFIG_FILE": str(config)}
        self.run_cli("profile", "import", "aws", check=0, **files)
        refused = self.run_cli("--profile", "tool", "kms", "list-keys", **files)
        self.assertNotEqual(refused.exit, 0)
        self.assertFalse((self.folder / "runs").exists(), "it ran without being accepted")
        shown, status = on_terminal(self, ["--profile", "tool", "kms", "list-keys", "--max-items", "1"], [("[yes/no] ", "yes\n")], **files)
        self.assertEqual(status, 0, shown)
        self.assertIn(str(tool), shown)
        self.run_cli("--profile", "tool", "kms", "list-keys", check=0, **files)
        self.assertEqual((self.folder / "runs").read_text(), "run\nrun\n")
        self.assertNotIn(MARKER, "".join(self.seen) + shown)

    def test_a_profile_is_tested_without_changing_anything(self):
        peer = self.peer()
        self.add("p", "--endpoint-url", peer.url, **KEYS)
        self.run_cli("profile", "edit", "p", "--region", "us-east-1", check=0)
        report = self.run_cli("profile", "test", "p", "--output", "json", check=0, **KEYS).json
        self.assertTrue(report["Passed"], report)
        self.assertEqual([step["Step"] for step in report["Steps"]],
                         ["resolve", "connect", "signature", "identity", "region", "clock", "server", "operations"])
        self.assertEqual(report["Account"], "111122223333")
        self.assertIn("AWS_ACCESS_KEY_ID", report["Credentials"])
        states = {row["Operation"]: row["State"] for row in report["Operations"]}
        self.assertEqual(states["ListKeys"], "present")
        self.assertEqual(states["CreateKey"], "not-tried")
        for request in peer.requests():
            self.assertTrue(request["signed"])
            self.assertNotEqual(request["operation"], "CreateKey")
            body = json.loads(request["body"] or "{}")
            changes = not request["operation"].startswith(("List", "Describe", "Get", "Encrypt", "GenerateData"))
            if changes:
                # The peer gives whoever asks a grant, whose token goes with what is asked next.
                self.assertFalse([value for name, value in body.items() if value and name != "GrantTokens"], request)
        text = self.run_cli("profile", "test", "p", check=0, **KEYS).out
        self.assertIn("Find the host", text)
        self.assertIn("CreateKey", text)
        kept = list((self.folder / "home").rglob("probes/*.json"))
        self.assertEqual(len(kept), 1)
        self.assertNotIn(MARKER, kept[0].read_text() + "".join(self.seen))
        self.run_cli("profile", "remove", "p", check=0)
        self.assertFalse(kept[0].exists())

    def test_a_profile_that_does_not_connect_says_where(self):
        self.add("closed", "--endpoint-url", "http://127.0.0.1:1")
        report = self.run_cli("profile", "test", "closed", "--output", "json", check=1, **KEYS).json
        states = {step["Step"]: step["State"] for step in report["Steps"]}
        self.assertEqual((states["resolve"], states["connect"], states["operations"]), ("passed", "failed", "skipped"))
        report = self.run_cli("profile", "test", "closed", "--output", "json", check=1).json
        step = next(step for step in report["Steps"] if step["State"] == "failed")
        self.assertEqual(step["Step"], "signature")
        self.assertIn("AWS_ACCESS_KEY_ID", step["Detail"])

    def test_a_vault_profile_is_tested_too(self):
        self.make_vault()
        self.run_cli("profile", "add", "p", "--vault", "v", check=0)
        report = self.run_cli("--passphrase-file", "passphrase", "profile", "test", "p", "--output", "json", check=0).json
        self.assertEqual((report["Passed"], report["Account"]), (True, "111122223333"))


if __name__ == "__main__":
    unittest.main()
