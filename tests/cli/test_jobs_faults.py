# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around a job: a full disk, a vault that is locked or in use, somebody else who writes, files that are
not what they were."""

import json
import os
import random
import sqlite3
import subprocess
import threading
import unittest

from job_session import JobCase, main


class FaultCase(JobCase):
    def job_yaml(self, path="users.jsonl", safety="batch: 20"):
        self.job_file("job.yaml", f"source: {{kind: jsonl, paths: ['{path}']}}\nfind: {{blob: /secret/blob}}\n"
                      "context: {tenant: '{/tenant}'}\ndestination-key: alias/new\n" + f"safety: {{{safety}}}\n")


class FullDisk(FaultCase):
    count = 2000

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(self.disk)], check=False,
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("mounting a small tmpfs needs root")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)

    def fill(self, spare):
        """Fills the disk but for some bytes; the name of what fills it."""
        facts = os.statvfs(self.disk)
        with open(self.disk / "filler", "wb") as filler:
            filler.write(b"x" * max(facts.f_bavail * facts.f_frsize - spare, 0))
        return self.disk / "filler"

    def test_where_the_source_lies(self):
        path = self.write_jsonl("disk/users.jsonl", self.items)
        original = path.read_bytes()
        self.job_yaml("disk/users.jsonl")
        filler = self.fill(64 * 1024)
        full = self.job("run", "job.yaml", check=None)
        self.assertNotEqual(full.exit, 0)
        self.assertRegex(full.out + full.err, r"(?i)disk|space|full")
        self.assertEqual(path.read_bytes(), original)
        self.assertEqual(sorted(os.listdir(self.disk)), ["filler", "users.jsonl"], "nothing is left behind")
        filler.unlink()
        self.job("run", "job.yaml")
        self.assert_moved(self.jsonl_blobs(path), self.items)

    def test_where_the_journal_lies(self):
        path = self.write_jsonl("users.jsonl", self.items)
        before = self.masked(path, [item.blob for item in self.items])
        self.job_yaml()
        filler = self.fill(100 * 1024)
        full = self.job("run", "job.yaml", "--journal", "disk/state", check=255)
        self.assertRegex(full.err, r"(?i)disk|space|full")
        filler.unlink()
        self.job("run", "job.yaml", "--journal", "disk/state")
        blobs = self.jsonl_blobs(path)
        self.assert_moved(blobs, self.items)
        self.assertEqual(self.masked(path, blobs), before)
        self.job("undo", "job.yaml", "--journal", "disk/state")
        self.assertEqual(self.jsonl_blobs(path), [item.blob for item in self.items])


    def test_where_the_database_lies(self):
        path = self.write_sqlite("disk/users.db", self.items)
        self.job_file("job.yaml", "source: {kind: sqlite, paths: [disk/users.db], table: users}\nfind: {blob: secret}\n"
                      "context: {tenant: '{tenant}'}\ndestination-key: alias/new\n")
        filler = self.fill(8 * 1024)
        full = self.job("run", "job.yaml", check=None)
        self.assertNotEqual(full.exit, 0)
        self.assertRegex(full.out + full.err, r"(?i)disk|space|full")
        self.assertEqual(self.job_json("status", "job.yaml")["State"], "paused")
        known = {item.blob for item in self.items}
        moved = [i for i, blob in enumerate(self.sqlite_blobs(path)) if blob not in known]
        self.assertLess(len(moved), self.count)
        filler.unlink()
        run = self.job_json("resume", "job.yaml")
        self.assertEqual((run["State"], run["Done"], run["Failed"]), ("done", self.count, 0))
        self.assert_moved(self.sqlite_blobs(path), self.items)


class Vault(FaultCase):
    def test_in_use_is_said_and_waited_for(self):
        self.write_jsonl("users.jsonl", self.items)
        self.job_yaml()
        server = subprocess.Popen([os.environ["KEYTURN_CLI"], "--vault", "v", "--passphrase-file", "passphrase", "serve"],
                                  cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, text=True)
        server.stdout.readline()
        try:
            refused = self.job("run", "job.yaml", check=255)
            self.assertIn("--wait", refused.err)
        finally:
            server.terminate()
            server.wait(timeout=30)
            server.stdout.close()
        self.job("run", "job.yaml", "--wait", "30")

    def test_taken_away_under_a_running_job(self):
        path = self.write_jsonl("users.jsonl", self.items)
        self.job_yaml(safety="batch: 20, rate: 300")
        process = self.start("run", "job.yaml", "--progress", "json")
        for line in process.stderr:
            if line.startswith("{") and json.loads(line).get("done", 0) > 0:
                os.rename(self.folder / "v", self.folder / "elsewhere")
                break
        _, err = process.communicate(timeout=60)
        self.assertFalse((self.folder / "v").exists(), "no other vault is made in its place")
        if process.returncode != 0:
            self.assertIn("goes on where it stopped", err)
            self.assertEqual(self.job("resume", "job.yaml", check=None).exit, 255, "not without the vault")
        os.rename(self.folder / "elsewhere", self.folder / "v")
        run = self.job_json("run", "job.yaml", "--rate", "0")
        self.assertEqual((run["State"], run["Failed"]), ("done", 0))
        self.assert_moved(self.jsonl_blobs(path), self.items)

    def test_keys_that_cannot_be_used_pause_or_list(self):
        path = self.write_jsonl("users.jsonl", self.items)
        original = path.read_bytes()
        self.job_yaml()
        self.kms("disable-key", "--key-id", self.new)
        stopped = self.job("run", "job.yaml", check=254)
        self.assertIn("goes on where it stopped", stopped.err)
        self.assertEqual(self.job_json("status", "job.yaml")["State"], "paused")
        self.assertEqual(path.read_bytes(), original)
        self.assertNotEqual(self.job("plan", "job.yaml", check=None).exit, 0)
        self.kms("enable-key", "--key-id", self.new)
        self.job("resume", "job.yaml")
        self.assert_moved(self.jsonl_blobs(path), self.items)

    def test_no_plaintext_and_no_key_is_ever_on_disk(self):
        self.write_jsonl("users.jsonl", self.items)
        self.job_yaml()
        self.job("run", "job.yaml", "--journal", "state")
        self.job("report", "job.yaml", "--journal", "state", "--format", "html", "--out", "report.html")
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "passphrase":
                content = path.read_bytes()
                self.assertNotIn(b"MARKERplaintext", content, path)
                self.assertNotIn(b"MARKERpassphrase", content, path)
        self.assertNotIn("MARKER", "".join(self.seen))


class Meanwhile(FaultCase):
    count = 1200

    def test_an_application_writes_to_the_same_rows(self):
        path = self.write_sqlite("users.db", self.items)
        self.job_file("job.yaml", "source: {kind: sqlite, paths: [users.db], table: users}\nfind: {blob: secret}\n"
                      "context: {tenant: '{tenant}'}\ndestination-key: alias/new\nsafety: {batch: 20}\n")
        ended = threading.Event()

        def application():
            # Gives notes to rows all the while, and for some time other ciphertexts of the old key.
            turn = 0
            while not ended.wait(0.005):  # one that never lets go of SQLite's only lock would keep everybody out
                database = sqlite3.connect(path, timeout=30)
                with database:
                    database.execute("update users set note = ? where id = ?", (f"note {turn}", turn % self.count + 1))
                    if turn % 10 == 0 and turn < 100:
                        other = self.items[(turn * 7) % self.count]
                        database.execute("update users set tenant = ?, secret = ? where id = ?",
                                         (other.tenant, other.blob, (turn * 13) % self.count + 1))
                database.close()
                turn += 1
            self.turns = turn

        writer = threading.Thread(target=application)
        writer.start()
        try:
            run = self.job("run", "job.yaml", check=None)
        finally:
            ended.set()
            writer.join()
        self.assertIn(run.exit, (0, 3), run.err)
        self.assertGreater(self.turns, 0)
        self.job("run", "job.yaml")
        database = sqlite3.connect(path)
        rows = database.execute("select tenant, secret from users order by id").fetchall()
        database.close()
        found = self.opened([(secret, tenant) for tenant, secret in rows])
        by_tenant = {item.tenant: item.digest for item in self.items}
        self.assertEqual([got for got, (tenant, _) in zip(found, rows) if got != (self.new, by_tenant[tenant])], [])

    def test_an_application_writes_to_the_same_files(self):
        tenant, some = self.items[0].tenant, 150
        (self.folder / "env").mkdir()
        paths = [self.write(f"env/{i:04}.env", f"TURN=0\nSECRET={self.items[0].blob}\n") for i in range(some)]
        self.job_file("job.yaml", f"source: {{kind: text, paths: [env]}}\ncontext: {{tenant: {tenant}}}\ndestination-key: alias/new\n"
                      "safety: {batch: 5}\n")
        ended, turns = threading.Event(), [0] * some

        def application():
            # Replaces a file by one with another turn and the secret that it read, as programs that save do.
            chance = random.Random(3)
            while not ended.wait(0.002):
                i = chance.randrange(some)
                secret = paths[i].read_text().partition("\n")[2]
                self.write("fresh", f"TURN={turns[i] + 1}\n{secret}")
                os.replace(self.folder / "fresh", paths[i])
                turns[i] += 1

        writer = threading.Thread(target=application)
        writer.start()
        try:
            run = self.job("run", "job.yaml", check=None)
        finally:
            ended.set()
            writer.join()
        self.assertIn(run.exit, (0, 3), run.err)
        self.assertGreater(sum(turns), 0)
        self.job("run", "job.yaml")
        texts = [path.read_text() for path in paths]
        self.assertEqual([text.split("\n")[0] for text in texts], [f"TURN={turn}" for turn in turns], "nobody's change is lost")
        self.assert_moved([text.split("SECRET=")[1].strip() for text in texts], [self.items[0]] * some)

    def test_what_changed_since_is_left_alone_by_undo(self):
        path = self.write_sqlite("users.db", self.items)
        self.job_file("job.yaml", "source: {kind: sqlite, paths: [users.db], table: users}\nfind: {blob: secret}\n"
                      "context: {tenant: '{tenant}'}\ndestination-key: alias/new\n")
        self.job("run", "job.yaml")
        database = sqlite3.connect(path)
        with database:
            database.execute("update users set secret = 'somebody else' where id = 5")
        database.close()
        self.job("undo", "job.yaml", check=3)
        expected = [item.blob for item in self.items]
        expected[4] = "somebody else"
        self.assertEqual(self.sqlite_blobs(path), expected)

    def test_a_file_that_changed_while_the_job_was_paused(self):
        path = self.write_jsonl("users.jsonl", self.items)
        self.job_yaml(safety="batch: 20, rate: 300")
        process = self.start("run", "job.yaml", "--progress", "json")
        for line in process.stderr:
            if line.startswith("{") and json.loads(line).get("done", 0) > 0:
                process.send_signal(2)
                break
        process.communicate(timeout=60)
        changed = path.read_text().replace('"note"', '"remark"')
        path.write_text(changed)
        self.job("resume", "job.yaml", "--rate", "0", check=None)
        self.job("run", "job.yaml", "--rate", "0", check=None)
        self.assertEqual(path.read_text().count('"remark"'), self.count, "nobody's change is lost")
        self.job("run", "job.yaml", "--rate", "0", "--new")
        self.assert_moved(self.jsonl_blobs(path), self.items)


class Inputs(FaultCase):
    count = 40

    def short(self, *words, check=None):
        return self.job("run", *words, "--destination-key-id", "alias/new", check=check)

    def test_sources_that_are_not_there_or_not_right(self):
        self.write("empty.jsonl", "")
        self.write("empty.csv", "")
        self.write("plain.csv", "id,secret\n1,x\n")
        self.write("quotes.csv", f'id,tenant,secret\n1,t-0,{self.items[0].blob}\n2,"t-1,{self.items[1].blob}\n')
        self.write("not.db", "no database")
        (self.folder / "folder").mkdir()
        for words, told in [(["--jsonl", "none.jsonl", "--blob", "/b"], "none.jsonl"),
                            (["--csv", "plain.csv", "--blob", "column"], "column"),
                            (["--sqlite", "not.db", "--table", "t", "--blob", "b"], "not.db|database"),
                            (["--sqlite", "none.db", "--table", "t", "--blob", "b"], "none.db|no such")]:
            with self.subTest(" ".join(words)):
                got = self.short(*words)
                self.assertNotEqual(got.exit, 0)
                self.assertRegex(got.out + got.err, told)
        self.assertFalse((self.folder / "none.db").exists())
        self.assertEqual(self.short("--jsonl", "empty.jsonl", "--blob", "/b").exit, 0)
        self.assertEqual(self.short("--files", "folder").exit, 0)
        before = (self.folder / "quotes.csv").read_bytes()
        quotes = self.short("--csv", "quotes.csv", "--blob", "secret", "--context", "tenant={tenant}")
        self.assertEqual(quotes.exit, 3)
        self.assertRegex(quotes.out, r"bad-syntax[\s\S]*line 3")
        self.assertEqual((self.folder / "quotes.csv").read_bytes().split(b"\n")[2], before.split(b"\n")[2])

    def test_large_cells_and_long_lines(self):
        big = "x" * (10 * 1024 * 1024)
        lines = [json.dumps({"tenant": item.tenant, "big": big if i == 3 else "", "secret": {"blob": item.blob}})
                 for i, item in enumerate(self.items)]
        path = self.write("big.jsonl", "\n".join(lines) + "\n")
        self.assertEqual(self.short("--jsonl", "big.jsonl", "--blob", "/secret/blob", "--context", "tenant={/tenant}").exit, 0)
        self.assert_moved(self.jsonl_blobs(path), self.items)


if __name__ == "__main__":
    main()
