# SPDX-License-Identifier: Apache-2.0
"""Jobs on a service: a vault that is served, behind a peer that counts, records and misbehaves."""

import json
import subprocess
import unittest

from cli_session import KEYTURN
from job_session import JobCase, main
from served_vault import ServedVault


class RemoteCase(JobCase):
    count = 120

    def setUp(self):
        super().setUp()
        self.served = ServedVault(self)
        self.proxy, self.keys, self.stop_server = self.served.proxy, self.served.keys, self.served.stop
        self.path = self.write_jsonl("users.jsonl", self.items)
        self.original = self.path.read_bytes()

    def job(self, *words, check=0, **more):
        return self.run_cli("--endpoint-url", self.proxy.url, "--region", "us-east-1", "job", *words, check=check,
                            **{"DBUS_SESSION_BUS_ADDRESS": "", **self.keys, **more})

    def job_yaml(self, more="", safety="rate: 0"):
        self.job_file("job.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: '{/tenant}'}\ndestination-key: alias/new\n" + f"safety: {{{safety}}}\n" + more)

    def assert_all_moved(self):
        self.stop_server()
        self.assert_moved(self.jsonl_blobs(self.path), self.items)


class Remote(RemoteCase):
    def test_no_plaintext_is_ever_fetched(self):
        for level in ("", "verify: reply\n", "verify: re-encrypt\n"):
            with self.subTest(level):
                self.path.write_bytes(self.original)
                self.proxy.operations.clear()
                self.proxy.requests.clear()
                self.job_yaml(level)
                self.job("plan", "job.yaml")
                run = self.job_json("run", "job.yaml", "--new")
                self.assertEqual((run["Done"], run["Failed"]), (self.count, 0))
                self.job("verify", "job.yaml")
                self.job("report", "job.yaml")
                self.assertEqual(self.proxy.operations["Decrypt"], 0)
                self.assertEqual(set(self.proxy.operations) - {"ReEncrypt", "DescribeKey", "ListAliases"}, set())
                calls = [body for operation, body in self.proxy.requests if operation == "ReEncrypt" and not body.get("DryRun")]
                unnamed = [body for body in calls if "SourceKeyId" not in body]
                self.assertLessEqual(len(unnamed), 5, "one probe for each group, and no call else without SourceKeyId")
        self.assert_all_moved()

    def test_verify_decrypt_says_so_and_decrypts(self):
        self.job_yaml("verify: decrypt\n")
        self.job("run", "job.yaml")
        self.assertGreaterEqual(self.proxy.operations["Decrypt"], self.count)
        self.assert_all_moved()

    def test_without_a_keychain_the_key_is_in_a_file_and_that_is_said(self):
        self.job_yaml()
        run = self.job("run", "job.yaml")
        self.assertIn("journal.key", run.err)
        key = self.folder / "home" / ".local" / "state" / "keyturn" / "journal.key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.job_json("status", "job.yaml")["KeySource"], "file")
        reading = self.run_cli("job", "report", "job.yaml", check=0, DBUS_SESSION_BUS_ADDRESS="")
        self.assertEqual(len(reading.json["items"]), self.count, "a report needs no service and no credentials")
        key.write_text("0" * 64 + "\n")
        self.job("undo", "job.yaml", check=255)

    def test_throttling_failing_and_losing_answers(self):
        for fault in ("throttle", "fail", "lose"):
            with self.subTest(fault):
                self.path.write_bytes(self.original)
                self.proxy.faults = {fault: 0.1}
                self.job_yaml()
                run = self.job("run", "job.yaml", "--new", "--output", "json", check=None)
                for _ in range(20):
                    if run.exit == 0:
                        break
                    self.assertIn(run.exit, (3, 254, 255), run.err)
                    run = self.job("run", "job.yaml", "--output", "json", check=None)
                self.assertEqual(run.exit, 0, run.err)
                self.proxy.faults = {}
                after = self.masked(self.path, self.jsonl_blobs(self.path))
                self.assertEqual(after, self.masked_original())
        self.assert_all_moved()

    def masked_original(self):
        copy = self.folder / "original.jsonl"
        copy.write_bytes(self.original)
        return self.masked(copy, self.jsonl_blobs(copy))

    def test_a_service_that_goes_away_pauses_the_job(self):
        self.job_yaml(safety="rate: 40, batch: 5")
        process = self.start("run", "job.yaml", **self.keys)

        def go_away():
            self.stop_server()
            self.proxy.stop()

        err, status = self.when_something_moved(process, go_away)
        self.assertIn(status, (3, 254, 255), err)
        status = self.job_json("status", "job.yaml")
        self.assertIn(status["State"], ("paused", "done"))
        # The vault itself does the rest: the journal says where its key is, the service is named anew.
        # What had failed for want of an answer counts as left, and the next run looks at it again.
        self.vault("job", "resume", "job.yaml", "--rate", "0", check=None, DBUS_SESSION_BUS_ADDRESS="")
        rest = self.vault("job", "run", "job.yaml", "--rate", "0", "--output", "json", check=None, DBUS_SESSION_BUS_ADDRESS="")
        self.assertEqual(rest.exit, 0, rest.out + rest.err)
        self.assert_all_moved()

    def test_refused_credentials_pause_and_resume(self):
        self.job_yaml()
        refused = self.job("run", "job.yaml", check=None, AWS_ACCESS_KEY_ID="AKIAWRONGWRONGWRONG1")
        # The peer signs anew, so ask the server itself.
        self.assertEqual(refused.exit, 0)
        self.path.write_bytes(self.original)
        self.proxy.endpoint = (*self.proxy.endpoint[:3], "wrong", self.proxy.endpoint[4])
        refused = self.job("run", "job.yaml", "--new", check=254)
        self.assertIn("goes on where it stopped", refused.err)
        self.assertEqual(self.job_json("status", "job.yaml")["State"], "paused")
        self.assertEqual(self.path.read_bytes(), self.original)
        self.proxy.endpoint = (*self.proxy.endpoint[:3], self.keys["AWS_SECRET_ACCESS_KEY"], self.proxy.endpoint[4])
        self.job("resume", "job.yaml")
        self.assert_all_moved()

    def when_something_moved(self, process, act):
        """act() as soon as the job tells that something was done; then what it said, exit."""
        for line in process.stderr:
            if line.startswith("{") and json.loads(line).get("done", 0) > 0:
                act()
                break
        _, err = process.communicate(timeout=120)
        return err, process.returncode

    def start(self, *words, **environment):
        return subprocess.Popen([KEYTURN, "--endpoint-url", self.proxy.url, "--region", "us-east-1", "job", *words, "--progress", "json"],
                                cwd=self.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                env=self.environment(DBUS_SESSION_BUS_ADDRESS="", **environment))

    def test_credentials_that_expire_in_the_middle_pause_the_job(self):
        self.job_yaml("verify: reply\n", safety="rate: 60, batch: 5")
        process = self.start("run", "job.yaml", **self.keys)
        err, status = self.when_something_moved(process, lambda: self.proxy.expired.add(self.keys["AWS_ACCESS_KEY_ID"]))
        self.assertEqual(status, 254, err)
        self.assertIn("ExpiredToken", err)
        self.assertIn("goes on where it stopped", err)
        paused = self.job_json("status", "job.yaml")
        self.assertEqual(paused["State"], "paused")
        self.assertIn("expired", paused["Reason"])
        self.assertTrue(0 < paused["Done"] < self.count, paused)
        self.assertEqual(paused["Failed"], 0, "no item is blamed")
        self.assertEqual(self.job("resume", "job.yaml", check=None).exit, 254, "the same credentials do not do")
        run = self.job_json("resume", "job.yaml", "--rate", "0", AWS_ACCESS_KEY_ID="AKIAFRESHFRESHFRESH1")
        self.assertEqual((run["State"], run["Done"], run["Failed"]), ("done", self.count, 0))
        self.assert_all_moved()

    def test_credentials_that_a_program_renews_keep_it_going(self):
        program = self.write("give", "#!/bin/sh\necho x >> given\nprintf '{\"Version\": 1, \"AccessKeyId\": \"AKIAPROGRAM%08d\","
                             " \"SecretAccessKey\": \"secret\", \"Expiration\": \"2099-01-01T00:00:00Z\"}' $(wc -l < given)\n", 0o700)
        self.write("config", f"[default]\ncredential_process = {program}\n")
        self.job_yaml("verify: reply\n", safety="rate: 60, batch: 5")
        process = self.start("run", "job.yaml", AWS_CONFIG_FILE=str(self.folder / "config"))
        err, status = self.when_something_moved(process, lambda: self.proxy.expired.add("AKIAPROGRAM00000001"))
        self.assertEqual(status, 0, err)
        self.assertEqual(sorted(self.proxy.callers), ["AKIAPROGRAM00000001", "AKIAPROGRAM00000002"])
        self.assert_all_moved()

    def test_the_ceiling_holds(self):
        self.job_yaml(safety="rate: 100", more="verify: reply\n")
        run = self.job_json("run", "job.yaml", "--progress", "json")
        self.assertEqual(run["Done"], self.count)
        self.assertGreaterEqual(run["Calls"], self.count)


class BetweenServices(RemoteCase):
    def test_is_refused_unless_the_job_allows_plaintext(self):
        self.job_yaml("destination-service: other\n")
        refused = self.job("run", "job.yaml", check=252)
        self.assertIn("destination-service", refused.err)
        self.assertIn("allow-client-plaintext", refused.err)
        self.assertEqual(sum(self.proxy.operations.values()), 0)

    def test_goes_through_this_machine_when_it_does(self):
        self.make_vault("w")
        for alias in ("new",):
            key = self.run_cli("--vault", "w", "--passphrase-file", "passphrase", "kms", "create-key", check=0).json["KeyMetadata"]
            self.run_cli("--vault", "w", "--passphrase-file", "passphrase", "kms", "create-alias", "--alias-name", f"alias/{alias}",
                         "--target-key-id", key["KeyId"], check=0)
        self.run_cli("profile", "add", "other", "--vault", str(self.folder / "w"), check=0)
        self.job_yaml("destination-service: other\nallow-client-plaintext: true\n")
        self.job("run", "job.yaml", "--passphrase-file", "passphrase")
        self.assertEqual(self.proxy.operations["ReEncrypt"], 0)
        self.assertGreaterEqual(self.proxy.operations["Decrypt"], self.count)
        found = self.opened(zip(self.jsonl_blobs(self.path), [item.tenant for item in self.items]), vault="w")
        self.assertEqual(found, [(key["KeyId"], item.digest) for item in self.items])


if __name__ == "__main__":
    main()
