# SPDX-License-Identifier: Apache-2.0
"""Logins and roles on the terminal: Identity Center, MFA, chains of roles, renewal in the middle of work. The program talks
to the hosts of AWS by their names, behind a proxy that plays them and checks every signature. Runs inside
tests/fakes/with_keyring.sh unlocked."""

import os
import signal
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cli_session import CliCase, on_terminal  # noqa: E402
from fake_aws import PAGE, FakeAws  # noqa: E402
from tls_proxy import Authority  # noqa: E402

COUNT = ["kms", "list-keys", "--query", "length(Keys)"]
ROLE = "arn:aws:iam::111122223333:role/"
MFA = "arn:aws:iam::111122223333:mfa/me"
BASE = "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = base-secret-MARKER\n"


class Logins(CliCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="keyturn-ca-")
        cls.addClassCleanup(folder.cleanup)
        cls.authority = Authority(folder.name)

    def setUp(self):
        super().setUp()
        self.aws = FakeAws(self.authority)
        self.addCleanup(self.aws.close)
        # The keychain is shared, so each test has its own company and its own roles.
        self.name = self.id().rpartition(".test_")[2].replace("_", "-")
        (self.folder / "home" / ".aws").mkdir(parents=True)
        self.write("home/.aws/credentials", BASE)

    def environment(self, **more):
        settings = {"HTTPS_PROXY": self.aws.url, "AWS_EC2_METADATA_DISABLED": "true", **more}
        if "ASAN_OPTIONS" in os.environ:  # whole stacks, so that lsan.supp can tell OpenSSL's own leak from ours
            settings["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"] + ":fast_unwind_on_malloc=0"
        return super().environment(**settings)

    def add(self, name, *words, region="us-east-1"):
        self.run_cli("profile", "add", name, "--region", region, "--ca-bundle", self.authority.bundle, *words, check=0)
        return ["--profile", name]

    def sso(self, name="p"):
        """A profile of Keyturn."""
        return self.add(name, "--sso-start-url", f"https://{self.name}.awsapps.com/start", "--sso-region", "us-east-1",
                        "--sso-account-id", "111122223333", "--sso-role-name", "Keys")

    def sso_of_aws(self):
        """The same in the files of the AWS CLI."""
        self.write("home/.aws/config", f"[profile a]\nregion = us-east-1\nca_bundle = {self.authority.bundle}\nsso_session = s\n"
                   "sso_account_id = 111122223333\nsso_role_name = Keys\n[sso-session s]\nsso_region = us-east-1\n"
                   f"sso_start_url = https://{self.name}-files.awsapps.com/start\nsso_registration_scopes = sso:account:access\n")
        return ["--profile", "a"]

    def terminal(self, *words, answers=()):
        shown, status = on_terminal(self, [*words], list(answers))
        self.assertNotIn("MARKER", shown)
        return shown.replace("\r\n", "\n"), status

    def test_a_code_is_shown_and_waited_for(self):
        for profile in (self.sso(), self.sso_of_aws()):
            with self.subTest(profile):
                self.aws.polls[:], self.aws.asked_at[:], self.aws.calls[:] = ["authorization_pending", "slow_down"], [], []
                shown, status = self.terminal(*profile, *COUNT)
                self.assertEqual(status, 0, shown)
                self.assertIn(f"Log in for the profile {'p (Keyturn)' if profile[1] == 'p' else 'a'} in a browser:\n  {PAGE}?user_code=ABCD-EFGH\nand compare the code ABCD-EFGH.", shown)
                self.assertRegex(shown, r"(?s)Logged in\.\n.*5\n$")
                self.assertEqual(self.aws.named("oidc"), ["/client/register", "/device_authorization", "/token", "/token", "/token"])
                self.assertGreaterEqual(self.aws.asked_at[2] - self.aws.asked_at[1], 6, "slow_down adds five seconds to one")
                self.assertEqual(self.aws.of("portal", "/federation/credentials"),
                                 [("", {"role_name": "Keys", "account_id": "111122223333"})])
                self.assertRegex(self.aws.of("kms", "ListKeys")[0][0], "^ASIASSO")
                # The token lies in the keychain: nobody is asked again, terminal or not.
                self.aws.calls.clear()
                again = self.run_cli(*profile, *COUNT, check=0)
                self.assertEqual((again.out, again.err, self.aws.named("oidc")), ("5\n", "", []))
                self.assertNotIn("MARKER", "".join(self.seen))
        kept = [path for path in (self.folder / "home").rglob("*") if path.is_file() and path.name != "credentials"]
        self.assertTrue(kept)
        for path in kept:
            self.assertNotIn(b"MARKER", path.read_bytes(), path)

    def test_logins_that_come_to_nothing(self):
        profile = self.sso()
        rows = [(["expired_token"], 600, "was not confirmed in time: the code has expired, start again"),
                (["authorization_pending", "access_denied"], 600, "refused in the browser"),
                (["authorization_pending"] * 100, 3, "was not confirmed in time: the code has expired, start again")]
        for polls, life, sentence in rows:
            with self.subTest(polls[-1]):
                self.aws.polls[:], self.aws.code_life = polls, life
                shown, status = self.terminal(*profile, *COUNT)
                self.assertIn("The login ended without success.", shown)
                self.assertIn(sentence, " ".join(shown.split()))
                self.assertNotEqual(status, 0)
        self.assertEqual((self.aws.named("portal"), self.aws.named("kms")), ([], []))

    def test_a_login_is_left_with_ctrl_c(self):
        profile = self.sso()
        self.aws.polls[:] = ["authorization_pending"] * 1000
        shown, status = self.terminal(*profile, *COUNT, answers=[("Ctrl-C stops.\n".replace("\n", "\r\n"), "\x03")])
        self.assertIn(status, (-signal.SIGINT, 130), shown)
        self.assertEqual(self.aws.named("kms"), [])

    def test_without_a_terminal_nobody_waits(self):
        for profile in (self.sso(), self.sso_of_aws()):
            self.assertIn("nobody can be asked here: log in on a terminal, or with \"aws sso login", self.run_cli(*profile, *COUNT, check=253).err)
        self.assertEqual(self.aws.calls, [])
        profile = self.add("r", "--role-arn", ROLE + self.name, "--aws-profile", "base", "--mfa-serial", MFA)
        refused = self.run_cli(*profile, *COUNT, check=253)
        self.assertIn(f"An MFA code for {MFA} is needed, and there is no terminal to ask on.", refused.err)
        self.assertEqual(self.aws.calls, [])

    def test_a_chain_of_roles_with_external_id_and_mfa(self):
        first, second = ROLE + self.name + "-first", ROLE + self.name + "-second"
        self.write("home/.aws/config", f"[profile first]\nrole_arn = {first}\nsource_profile = base\nrole_session_name = one\n")
        self.aws.trust = {first: {"RoleSessionName": "one"}, second: {"ExternalId": "partner-7", "SerialNumber": MFA}}
        profile = self.add("r", "--role-arn", second, "--aws-profile", "first", "--external-id", "partner-7", "--mfa-serial", MFA)
        question = f"MFA code for {MFA}: "
        shown, status = self.terminal(*profile, *COUNT, answers=[(question, "12345\n"), (question, "000000\n"), (question, "123456\n")])
        self.assertEqual(status, 0, shown)
        self.assertIn("Not accepted: an MFA code has six digits", shown)
        self.assertIn("Not accepted: the code was not accepted: wait for the next one", shown)
        self.assertNotIn("000000", shown, "a code is not shown while it is typed")
        self.assertNotIn("123456", shown)
        self.assertTrue(shown.endswith("5\n"), shown)
        assumed = self.aws.of("sts", "AssumeRole")
        self.assertEqual([(asked["RoleArn"], asked.get("TokenCode")) for _, asked in assumed],
                         [(first, None), (second, "000000"), (second, "123456")])
        self.assertEqual(assumed[0][0], "AKBASE")
        self.assertRegex(assumed[1][0], "^ASIAROLE")
        self.assertEqual(assumed[1][0], assumed[2][0])
        used = self.aws.of("kms", "ListKeys")[0][0]
        self.assertNotIn(used, ("AKBASE", assumed[1][0]))
        # The session is in the keychain.
        self.aws.calls.clear()
        self.assertEqual(self.run_cli(*profile, *COUNT, check=0).out, "5\n")
        self.assertEqual((self.aws.named("sts"), self.aws.of("kms", "ListKeys")[0][0]), ([], used))

    def test_three_wrong_codes_are_enough(self):
        profile = self.add("r", "--role-arn", ROLE + self.name, "--aws-profile", "base", "--mfa-serial", MFA)
        question = f"MFA code for {MFA}: "
        shown, status = self.terminal(*profile, *COUNT, answers=[(question, f"00000{i}\n") for i in range(3)])
        self.assertNotEqual(status, 0)
        self.assertIn("MultiFactorAuthentication failed with invalid MFA one time pass code", " ".join(shown.split()))
        self.assertEqual(([asked["TokenCode"] for _, asked in self.aws.of("sts", "AssumeRole")], self.aws.named("kms")),
                         (["000000", "000001", "000002"], []))

    def test_a_role_that_wants_another_external_id(self):
        role = ROLE + self.name
        self.aws.trust = {role: {"ExternalId": "partner-7"}}
        profile = self.add("r", "--role-arn", role, "--aws-profile", "base", "--external-id", "partner-8")
        refused = self.run_cli(*profile, *COUNT)
        self.assertNotEqual(refused.exit, 0)
        self.assertIn("is not authorized to perform: sts:AssumeRole", refused.err)
        self.assertEqual(self.aws.named("kms"), [])

    def test_the_connection_test_says_who_one_is(self):
        role = ROLE + self.name
        self.add("r", "--role-arn", role, "--aws-profile", "base")
        report = self.run_cli("profile", "test", "r", "--output", "json", check=0).json
        step = next(step for step in report["Steps"] if step["Step"] == "identity")
        arn = f"arn:aws:sts::111122223333:assumed-role/{self.name}/"
        self.assertEqual(step["State"], "passed", step)
        self.assertIn(arn, step["Detail"])
        self.assertEqual(report["Account"], "111122223333")
        asked = self.aws.of("sts", "GetCallerIdentity")
        self.assertEqual([key for key, _ in asked], [self.aws.of("kms", "ListKeys")[0][0]], "the keys that sign the calls")
        self.assertNotIn("MARKER", "".join(self.seen))
        # With Identity Center the login comes first; then the same.
        self.sso()
        shown, status = self.terminal("profile", "test", "p")
        self.assertEqual(status, 0, shown)
        self.assertIn("ABCD-EFGH", shown)
        self.assertIn("assumed-role/Keys/me", shown)

    def test_a_socks_proxy_leads_to_all_of_them(self):
        profile = self.add("r", "--role-arn", ROLE + self.name, "--aws-profile", "base")
        for scheme in ("socks5", "socks5h"):
            self.run_cli(*profile, *COUNT, check=0, HTTPS_PROXY=self.aws.url.replace("http", scheme))
        self.assertEqual(set(self.aws.by_socks), {"sts.us-east-1.amazonaws.com:443", "kms.us-east-1.amazonaws.com:443"})
        self.run_cli("profile", "test", "r", check=0, HTTPS_PROXY=self.aws.url.replace("http", "socks5"))

    def test_a_proxy_that_is_none_stops_before_anything_is_sent(self):
        profile = self.add("r", "--role-arn", ROLE + self.name, "--aws-profile", "base")
        for url, sentence in (("ftp://127.0.0.1:1", "is neither an HTTP nor a SOCKS 5 proxy"),
                              (self.aws.url.replace("http://", "socks5://u:MARKER@"), "is a SOCKS 5 proxy with a user name")):
            refused = self.run_cli(*profile, *COUNT, HTTPS_PROXY=url)
            self.assertNotEqual(refused.exit, 0)
            self.assertIn(sentence, refused.err)
            self.assertNotIn("MARKER", refused.err)
        self.assertEqual(self.aws.calls, [])

    def renewing(self, profile, prefix):
        """Ten minutes before their end keys are renewed before each call; a refusal renews them at once."""
        self.aws.role_life = 540
        self.aws.calls.clear()
        self.aws.after_kms = lambda key: self.aws.expired.add(key)
        listed = self.run_cli(*profile, "kms", "list-keys", "--page-size", "1", "--query", "Keys[].KeyId", "--output", "text", check=0)
        self.assertEqual(listed.out.split(), [f"id-{i}" for i in range(5)])
        good = [key for key, _ in self.aws.of("kms", "ListKeys") if key.startswith(prefix)]
        self.assertEqual(len(good), len(self.aws.of("kms", "ListKeys")))
        self.assertGreaterEqual(len(set(good)), 5, good)

    def test_keys_are_renewed_in_the_middle_of_work(self):
        for profile in (self.sso(), self.sso_of_aws()):
            with self.subTest(profile):
                self.aws.token_life = 45  # shorter than a token may be: each renewal is one of the token too
                shown, status = self.terminal(*profile, *COUNT)
                self.assertEqual(status, 0, shown)
                self.renewing(profile, "ASIASSO")
                self.assertEqual(self.aws.of("oidc", "/device_authorization"), [], "nobody is asked again")
                self.assertGreaterEqual(len(self.aws.of("oidc", "/token")), 5)
                self.aws.after_kms, self.aws.role_life = (lambda key: None), 3600
                # A refresh token is good once: the last one has to be in the keychain when the program ends.
                self.assertEqual(self.run_cli(*profile, *COUNT, check=0).out, "5\n")
                self.assertEqual(self.aws.of("oidc", "/device_authorization"), [])
        role = self.add("r", "--role-arn", ROLE + self.name, "--aws-profile", "base")
        self.renewing(role, "ASIAROLE")


if __name__ == "__main__":
    sys.exit(unittest.main())
