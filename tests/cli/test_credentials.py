# SPDX-License-Identifier: Apache-2.0
"""keyturn-cli credentials: what the keychain holds reaches every AWS tool through credential_process, and shells through
their own words. Runs inside tests/fakes/with_keyring.sh unlocked."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cli_session import CliCase, KEYTURN  # noqa: E402
from test_against_aws import Peer  # noqa: E402

SECRET = "wJalr/MARKERsecret+AccessKey="
KEYS = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": SECRET}
TOKEN = {**KEYS, "AWS_SESSION_TOKEN": "FwoGZX/token+=="}
FORMATS = ("process", "env", "env-no-export", "powershell", "windows-cmd")


class CredentialsForOthers(CliCase):
    def run_aws(self, *words, program="/usr/bin/aws", **environment):
        settings = {"AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true", **environment}
        return subprocess.run([program, *words], cwd=self.folder, env=self.environment(**settings), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)

    def aws_profile(self, name, command):
        folder = self.folder / "home" / ".aws"
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "config", "a", encoding="utf-8") as config:
            config.write(f"[profile {name}]\nregion = us-east-1\ncredential_process = {command}\n")

    def keychain_profile(self):
        self.run_cli("profile", "add", "p", "--region", "us-east-1", "--access-key-id", "AKKEYCHAIN", "--secret-file", "-",
                     stdin=SECRET + "\n", check=0)
        self.aws_profile("kt", f"{KEYTURN} credentials --profile p")

    def test_keychain_reaches_aws_and_boto3(self):
        self.keychain_profile()
        given = self.run_cli("credentials", "--profile", "p", check=0).json
        self.assertEqual(given, {"Version": 1, "AccessKeyId": "AKKEYCHAIN", "SecretAccessKey": SECRET})
        exported = self.run_aws("configure", "export-credentials", "--profile", "kt")
        self.assertEqual(json.loads(exported.stdout), given, exported.stderr)
        script = ("import boto3; keys = boto3.Session(profile_name='kt').get_credentials(); "
                  "print(keys.access_key, keys.secret_key, keys.token, keys.method)")
        seen = self.run_aws("-c", script, program="/usr/bin/python3")
        self.assertEqual(seen.stdout, f"AKKEYCHAIN {SECRET} None custom-process\n", seen.stderr)
        peer = Peer(self.folder)
        self.addCleanup(peer.stop)
        listed = self.run_aws("kms", "list-keys", "--profile", "kt", "--endpoint-url", peer.url, "--query", "length(Keys)")
        self.assertEqual(listed.stdout, "5\n", listed.stderr)
        ours = self.run_cli("kms", "list-keys", "--profile", "kt", "--endpoint-url", peer.url, "--query", "length(Keys)", check=0)
        self.assertEqual(ours.out, "5\n", "and back: our own chain runs the process")

    def test_each_format_is_that_of_aws(self):
        for environment in (KEYS, TOKEN):
            for form in FORMATS:
                with self.subTest(form):
                    theirs = self.run_aws("configure", "export-credentials", "--format", form, **environment)
                    ours = self.run_cli("credentials", "--format", form, check=0, **environment)
                    self.assertEqual(ours.out, theirs.stdout, theirs.stderr)
        fish = self.run_cli("credentials", "--format", "fish", check=0, **TOKEN).out.splitlines()
        self.assertEqual(fish[0], "set -gx AWS_ACCESS_KEY_ID AKENV")

    def test_a_shell_takes_what_is_written_for_it(self):
        odd = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "a b$(touch hit)`touch hit`;\"&|\\"}
        for form in ("env", "env-no-export"):
            text = self.run_cli("credentials", "--format", form, check=0, **odd).out
            shell = subprocess.run(["bash", "-c", text + 'printf %s "$AWS_SECRET_ACCESS_KEY"'], cwd=self.folder,
                                   env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)
            self.assertEqual(shell.stdout, odd["AWS_SECRET_ACCESS_KEY"])
        self.assertFalse((self.folder / "hit").exists())
        powershell = self.run_cli("credentials", "--format", "powershell", check=0, **odd).out
        self.assertIn('"a b`$(touch hit)``touch hit``;`"&|\\"', powershell)
        for form, value in (("env", "it's"), ("windows-cmd", "a&b"), ("env", "two\nlines"), ("fish", "two\nlines")):
            refused = self.run_cli("credentials", "--format", form, check=255, AWS_ACCESS_KEY_ID="AK", AWS_SECRET_ACCESS_KEY=value)
            self.assertIn("--format process", refused.err)
            self.assertNotIn(value, refused.err)

    def test_circles_and_faults(self):
        self.aws_profile("circle", f"{KEYTURN} credentials --profile circle")
        self.assertIn("infinite loop", self.run_cli("credentials", "--profile", "circle", check=255).err)
        self.assertIn("nobody", self.run_cli("credentials", "--profile", "nobody", check=255).err)
        self.assertIn("credentials", self.run_cli("credentials", check=253).err)
        self.make_vault()
        self.run_cli("profile", "add", "local", "--vault", "v", check=0)
        self.assertIn("vault", self.run_cli("credentials", "--profile", "local", check=252).err)
        self.assertIn("maybe you meant", self.run_cli("credentials", "--format", "powershel", check=252).err)


if __name__ == "__main__":
    sys.exit(unittest.main())
