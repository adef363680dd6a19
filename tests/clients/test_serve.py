# SPDX-License-Identifier: Apache-2.0
"""keyturn-cli serve and access-key: what they print, what they leave behind, whom they let in."""

import json
import os
import re
import signal
import stat
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from served_vault import Boto3, Served, Vault, credentials_of  # noqa: E402


class ServeCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.vault = Vault()
        self.addCleanup(self.vault.close)

    def serve(self, *words):
        served = Served(self.vault, *words)
        self.addCleanup(lambda: served.process.poll() is None and served.end(signal.SIGKILL))
        return served

    def test_says_where_and_cleans_up(self):
        served = self.serve()
        self.assertEqual(set(served.told), {"endpoint", "region", "account", "accessKeyId", "credentialsFile"})
        self.assertRegex(served.url, r"^http://127\.0\.0\.1:\d+$")
        self.assertEqual((served.told["region"], served.told["account"]), ("eu-central-1", "111122223333"))
        file = Path(served.told["credentialsFile"])
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(file.parent.stat().st_mode), 0o700)
        self.assertEqual(credentials_of(file)[0], served.told["accessKeyId"])
        self.assertEqual(Boto3(served).call("ListKeys")[0], "ok")
        code, out, _ = served.end()
        self.assertEqual((code, out), (0, ""))
        self.assertFalse(file.parent.exists())
        self.assertTrue(json.loads(self.vault.cli("vault", "verify", "--output", "json").stdout)["Intact"])
        self.assertFalse((self.vault.folder / "v-wal").exists())

    def test_works_in_the_region_that_is_named(self):
        made = json.loads(self.vault.cli("kms", "create-key", "--region", "eu-west-1", "--output", "json").stdout)["KeyMetadata"]
        self.assertTrue(made["Arn"].startswith("arn:aws:kms:eu-west-1:111122223333:key/"))
        self.assertEqual(json.loads(self.vault.cli("kms", "list-keys", "--output", "json").stdout)["Keys"], [])
        self.assertIn("is not the name of a Region in the partition", self.vault.cli("kms", "list-keys", "--region", "cn-north-1", code=252).stderr)
        served = self.serve("--region", "eu-west-1")
        self.assertEqual(served.told["region"], "eu-west-1")
        self.assertEqual([key["KeyId"] for key in Boto3(served).call("ListKeys")[1]["Keys"]], [made["KeyId"]])
        self.assertEqual(Boto3(served, region="eu-central-1").call("ListKeys")[1]["Keys"], [])
        served.end()

    def test_interrupt_ends_it_too(self):
        self.assertEqual(self.serve().end(signal.SIGINT)[0], 0)

    def test_secret_only_when_asked_for(self):
        served = self.serve("--print-secret")
        self.assertEqual(served.told["secretAccessKey"], served.key[1])
        served.end()

    def test_port_and_file_of_ones_own(self):
        first = self.serve()
        port = first.url.rsplit(":", 1)[1]
        first.end()
        served = self.serve("--port", port, "--credentials-file", "mine")
        self.assertEqual(served.url, first.url)
        self.assertEqual(served.told["credentialsFile"], str(self.vault.folder / "mine"))
        served.end()
        self.assertFalse((self.vault.folder / "mine").exists())
        (self.vault.folder / "taken").write_text("x", encoding="utf-8")
        self.vault.cli("serve", "--credentials-file", "taken", code=255)
        self.assertEqual((self.vault.folder / "taken").read_text(encoding="utf-8"), "x")

    def test_others_are_told_where_it_is_served(self):
        served = self.serve()
        refused = self.vault.cli("kms", "list-keys", code=255)
        self.assertIn(served.url, refused.stderr)
        served.end()
        self.vault.cli("kms", "list-keys")

    def test_logs_requests(self):
        served = self.serve("--log-requests")
        client = Boto3(served)
        client.call("ListKeys")
        client.call("DescribeKey", KeyId="nonsense")
        _, _, log = served.end()
        lines = log.splitlines()
        self.assertRegex(lines[0], rf"^\S+Z 200 Success ListKeys {served.key[0]} \d+ us \S+$")
        self.assertRegex(lines[1], r"^\S+Z 400 NotFoundException DescribeKey ")
        self.assertNotIn(served.key[1], log)

    def test_bad_words(self):
        for words in (["--port", "70000"], ["--port", "x"], ["--access-key-id", "AKIAAAAAAAAAAAAAAAAA"], ["--allow", "decript"],
                      ["--access-key-id", "x", "--allow", "Decrypt"], ["--nonsense"]):
            with self.subTest(words=words):
                self.vault.cli("serve", *words, code=252)
        self.assertIn("Decrypt", self.vault.cli("serve", "--allow", "Decript", code=252).stderr)

    def test_access_keys(self):
        every = self.vault.access_key("app")
        some = self.vault.access_key("reader", "describe-key", "ListKeys")
        self.assertEqual(stat.S_IMODE((self.vault.folder / "key-app").stat().st_mode), 0o600)
        listed = json.loads(self.vault.cli("access-key", "list", "--output", "json").stdout)["AccessKeys"]
        self.assertEqual([(key["AccessKeyId"], key["PrincipalArn"], key["Allowed"]) for key in listed],
                         [(every[0], "arn:aws:iam::111122223333:user/app", "every operation"),
                          (some[0], "arn:aws:iam::111122223333:user/reader", "DescribeKey, ListKeys")])
        served = self.serve("--access-key-id", every[0])
        self.assertEqual(served.key, every)
        self.assertEqual(Boto3(served, some).call("ListKeys")[0], "ok")
        self.assertEqual(Boto3(served, some).call("CreateKey")[0], "AccessDeniedException")
        served.end()
        self.vault.cli("access-key", "disable", every[0])
        self.vault.cli("access-key", "delete", some[0])
        served = self.serve()
        for key in (every, some):
            self.assertEqual(Boto3(served, key).call("ListKeys")[0], "UnrecognizedClientException")
        served.end()
        listed = json.loads(self.vault.cli("access-key", "list", "--output", "json").stdout)["AccessKeys"]
        self.assertEqual([(key["AccessKeyId"], key["Enabled"]) for key in listed], [(every[0], False)], "the run's own is not kept")
        log = self.vault.cli("vault", "log").stdout
        self.assertIn(f"{some[0]} is arn:aws:iam::111122223333:user/reader, may call DescribeKey, ListKeys", log)
        self.assertNotIn(every[1], log)

    def test_levels_of_trust(self):
        maker = self.vault.access_key("maker", "GenerateDataKeyWithoutPlaintext")
        opener = self.vault.access_key("opener", "Decrypt")
        served = self.serve()
        key = Boto3(served).call("CreateKey")[1]["KeyMetadata"]["KeyId"]
        made = Boto3(served, maker).call("GenerateDataKeyWithoutPlaintext", KeyId=key, KeySpec="AES_256")
        self.assertEqual(made[0], "ok")
        blob = made[1]["CiphertextBlob"]
        for operation, members in (("Decrypt", {"CiphertextBlob": blob}), ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"})):
            code, message, status = Boto3(served, maker).call(operation, **members)
            self.assertEqual((code, status), ("AccessDeniedException", 400))
            self.assertEqual(message, f"User: arn:aws:iam::111122223333:user/maker is not authorized to perform: kms:{operation} on "
                                      f"resource: arn:aws:kms:eu-central-1:111122223333:key/{key} because no identity-based policy "
                                      f"allows the kms:{operation} action")
        self.assertEqual(len(Boto3(served, opener).call("Decrypt", CiphertextBlob=blob)[1]["Plaintext"]), 32)
        self.assertEqual(Boto3(served, opener).call("GenerateDataKeyWithoutPlaintext", KeyId=key, KeySpec="AES_256")[0],
                         "AccessDeniedException")
        served.end()
        records = [json.loads(line) for line in self.vault.cli("vault", "log").stdout.splitlines()]
        whose = [re.sub(maker[0], "maker", re.sub(opener[0], "opener", json.dumps(record))) for record in records]
        self.assertTrue(any("maker" in line and "AccessDenied" in line and '"Decrypt"' in line for line in whose))

    def test_no_secret_without_a_way_out(self):
        refused = self.vault.cli("access-key", "create", "--name", "x", code=252)
        self.assertIn("--credentials-file", refused.stderr)
        self.assertEqual(json.loads(self.vault.cli("access-key", "list", "--output", "json").stdout)["AccessKeys"], [])
        self.assertFalse(any(name.startswith("key-") for name in os.listdir(self.vault.folder)))


if __name__ == "__main__":
    unittest.main()
