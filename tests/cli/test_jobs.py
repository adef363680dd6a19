# SPDX-License-Identifier: Apache-2.0
"""Jobs on a real vault: every source, every verb, what scripts rely on."""

import json
import os
import re
import sqlite3
import subprocess
import unittest

from cli_session import with_terminal_for_errors
from job_session import JobCase, main


class Sources(JobCase):
    """The short form on each kind of source: all items under the new key, and no other byte changed."""

    def run_short(self, *words, check=0):
        return self.job_json("run", *words, "--destination-key-id", "alias/new", "--journal", "state", check=check)

    def assert_counts(self, answer, moved, skipped=0, failed=0):
        self.assertEqual({name: answer[name] for name in ("State", "Found", "Done", "Skipped", "Failed", "Conflicts")},
                         {"State": "done", "Found": moved + skipped + failed, "Done": moved, "Skipped": skipped, "Failed": failed,
                          "Conflicts": 0})

    def test_json_lines(self):
        path = self.write_jsonl("users.jsonl", self.items)
        before = self.masked(path, self.jsonl_blobs(path))
        answer = self.run_short("--jsonl", "users.jsonl", "--blob", "/secret/blob", "--context", "tenant={/tenant}")
        self.assert_counts(answer, self.count)
        blobs = self.jsonl_blobs(path)
        self.assert_moved(blobs, self.items)
        self.assertEqual(self.masked(path, blobs), before)

    def test_csv_and_tsv(self):
        for option, separator in (("--csv", ","), ("--tsv", "\t")):
            with self.subTest(option):
                path = self.write_csv("users" + option, self.items, separator)
                before = self.masked(path, [item.blob for item in self.items])
                answer = self.run_short(option, path.name, "--blob", "secret", "--context", "tenant={tenant}")
                self.assert_counts(answer, self.count)
                blobs = [line.split(separator)[-1] for line in path.read_text().split("\n")[1:-1]]
                blobs = [blob.strip() for blob in blobs]
                self.assert_moved(blobs, self.items)
                self.assertEqual(self.masked(path, blobs), before)

    def test_sqlite(self):
        for raw in (False, True):
            with self.subTest(raw=raw):
                path = self.write_sqlite(f"users{raw}.db", self.items, raw)
                answer = self.run_short("--sqlite", path.name, "--table", "users", "--blob", "secret", "--context", "tenant={tenant}")
                self.assert_counts(answer, self.count)
                self.assert_moved(self.sqlite_blobs(path), self.items)
                database = sqlite3.connect(path)
                kinds = database.execute("select distinct typeof(secret), note from users").fetchall()
                database.close()
                self.assertEqual(kinds, [("blob" if raw else "text", "note")])

    def test_files(self):
        for raw in (False, True):
            with self.subTest(raw=raw):
                few = self.items[:60]
                folder = self.write_files(f"secrets{raw}", few, raw)
                (folder / "00003.blob").chmod(0o640)
                # One context for all: files have no columns. These are bound to other tenants, so only one moves.
                answer = self.run_short("--files", folder.name, "--context", "tenant=" + few[7].tenant, check=3)
                self.assert_counts(answer, 1, failed=59)
                self.assertEqual([cause["Cause"] for cause in answer["NotMoved"]], ["context-mismatch"])
                moved = (folder / "00007.blob").read_bytes()
                self.assert_moved([self.base64(moved, raw)], [few[7]])
                untouched = (folder / "00003.blob").read_bytes()
                self.assertEqual(untouched, few[3].raw if raw else few[3].blob.encode() + b"\n")
                self.assertEqual((folder / "00003.blob").stat().st_mode & 0o777, 0o640)

    @staticmethod
    def base64(content, raw):
        import base64
        return base64.b64encode(content).decode() if raw else content.decode().strip()

    def test_text(self):
        shared = [item for item in self.items[:1]] * 1
        path = self.write_text("app.env", shared)
        before = self.masked(path, [item.blob for item in shared])
        answer = self.run_short("--text", "app.env", "--context", "tenant=t-0")
        self.assert_counts(answer, 1)
        blobs = [line.split('"')[1] for line in path.read_text().splitlines() if '"' in line]
        self.assert_moved(blobs, shared)
        self.assertEqual(self.masked(path, blobs), before)

    def test_sops(self):
        document = ("password: ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CCCC,type:str] # kept\nsops:\n    kms:\n"
                    f"        - arn: arn:aws:kms:us-east-1:111122223333:key/{self.old}\n          context:\n"
                    f"            tenant: t-5\n          created_at: \"2024-01-01T00:00:00Z\"\n          enc: {self.items[5].blob}\n"
                    "    lastmodified: \"2024-01-01T00:00:00Z\"\n    mac: ENC[AES256_GCM,data:DDDD,iv:EEEE,tag:FFFF,type:str]\n"
                    "    version: 3.8.1\n")
        path = self.write("secrets.yaml", document)
        answer = self.run_short("--sops", "secrets.yaml")
        self.assert_counts(answer, 1)
        after = path.read_text()
        blob = after.split("enc: ")[1].split("\n")[0]
        self.assert_moved([blob], [self.items[5]])
        self.assertIn(self.new, after)
        self.assertNotIn(self.old, after)
        kept = [line for line in document.splitlines() if not line.strip().startswith(("enc:", "created_at:", "- arn:"))]
        for line in kept:
            self.assertIn(line, after.splitlines())


class Verbs(JobCase):
    def setUp(self):
        super().setUp()
        self.path = self.write_jsonl("users.jsonl", self.items)
        self.original = self.path.read_bytes()
        self.job_file("job.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: '{/tenant}'}\ndestination-key: alias/new\n")

    def test_a_job_from_plan_to_finalise(self):
        plan = self.job("plan", "job.yaml").out
        self.assertIn(str(self.count), plan)
        self.assertEqual(self.path.read_bytes(), self.original)
        self.assertEqual(self.job("list").out, "There are no jobs.\n")
        run = self.job("run", "job.yaml")
        self.assertRegex(run.out, rf"(?m)^State +done$[\s\S]*^Done +{self.count}$")
        self.assertIn("keyturn-cli job undo job.yaml", run.out)
        status = self.job_json("status", "job.yaml")
        self.assertEqual((status["State"], status["Done"], status["Active"]), ("done", self.count, False))
        self.assertEqual(status["KeySource"].split()[0], "vault")
        listed = self.job_json("list")["Jobs"]
        self.assertEqual([(job["Job"], job["Name"]) for job in listed], [(status["Job"], "job")])
        self.assertIn("job", self.job("list").out)
        self.assertEqual(self.job_json("verify", "job.yaml")["State"], "verified")
        self.assertEqual(self.job_json("finalise", "job.yaml")["State"], "finalised")
        refused = self.job("undo", "job.yaml", check=252)
        self.assertIn("finalised", refused.err)
        self.assert_moved(self.jsonl_blobs(self.path), self.items)

    def test_undo_restores_every_byte(self):
        self.job("run", "job.yaml")
        self.assertNotEqual(self.path.read_bytes(), self.original)
        undone = self.job_json("undo", "job.yaml")
        self.assertEqual(undone["State"], "undone")
        self.assertEqual(self.path.read_bytes(), self.original)
        again = self.job_json("run", "job.yaml")
        self.assertNotEqual(again["Job"], undone["Job"], "an undone job is over; a new one begins")
        self.assert_moved(self.jsonl_blobs(self.path), self.items)

    def test_run_again_converges(self):
        self.job("run", "job.yaml")
        after = self.path.read_bytes()
        again = self.job("run", "job.yaml")
        self.assertIn("begun before", again.err)
        self.assertEqual(self.path.read_bytes(), after)
        # What was added since is moved; what was moved is looked at once.
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"tenant": self.items[0].tenant, "secret": {"blob": self.items[0].blob}}) + "\n")
        self.job("run", "job.yaml")
        self.assert_moved(self.jsonl_blobs(self.path), [*self.items, self.items[0]])

    def test_a_dry_run_writes_nothing_and_is_no_job(self):
        dry = self.job_json("run", "job.yaml", "--dry-run")
        self.assertEqual((dry["Found"], dry["DryRun"]), (self.count, True))
        self.assertEqual(self.path.read_bytes(), self.original)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(["home", "job.yaml", "passphrase", "users.jsonl", "v", "v.lock"]))
        self.job("status", "job.yaml", check=255)
        self.assertEqual(self.job_json("status", "job.yaml", "--dry-run")["Found"], self.count)
        self.job("run", "job.yaml", "--dry-run")
        self.assertEqual(len(self.job_json("list")["Jobs"]), 1)
        self.job("run", "job.yaml")
        self.assert_moved(self.jsonl_blobs(self.path), self.items)

    def test_short_form_is_kept_and_found_again(self):
        words = ["--jsonl", "users.jsonl", "--blob", "/secret/blob", "--context", "tenant={/tenant}", "--destination-key-id", "alias/new"]
        first = self.job("run", *words)
        kept = first.err.split("kept as ")[1].split(";")[0]
        self.assertTrue(kept.endswith(".yaml"), first.err)
        self.assertIn("keyturn-cli job undo " + os.path.basename(kept)[:-5], first.out)
        one = self.job_json("status", kept)
        self.assertEqual(one["State"], "done")
        again = self.job_json("run", *words)
        self.assertEqual(again["Job"], one["Job"], "the same words are the same job")
        self.assertEqual(self.job_json("status", one["Job"][:8])["Job"], one["Job"], "an id names it")
        self.assertEqual(self.job_json("status", one["Name"])["Job"], one["Job"], "so does its name")
        self.assertEqual(self.job_json("status", one["Journal"])["Job"], one["Job"])
        self.job("undo", kept)
        self.assertEqual(self.path.read_bytes(), self.original)

    def test_a_named_journal_folder(self):
        self.job("run", "job.yaml", "--journal", "state")
        self.assertTrue((self.folder / "state" / "job.journal").exists())
        self.assertEqual((self.folder / "state").stat().st_mode & 0o777, 0o700)
        self.assertEqual((self.folder / "state" / "job.journal").stat().st_mode & 0o777, 0o600)
        self.job("status", "job.yaml", check=255)
        self.assertEqual(self.job_json("status", "job.yaml", "--journal", "state")["State"], "done")
        self.assertEqual(self.job_json("verify", "--journal", "state")["State"], "verified", "the only job there")
        self.job("undo", "--journal", "state")
        self.assertEqual(self.path.read_bytes(), self.original)

    def test_plan_writes_a_job_file(self):
        words = ["--jsonl", "users.jsonl", "--blob", "/secret/blob", "--context", "tenant={/tenant}", "--destination-key-id",
                 "alias/new", "--source-key-id", "alias/old", "--in-flight", "4", "--rate", "12.5", "--reason", "compromise"]
        self.job("plan", *words, "--write", "kept.yaml")
        text = (self.folder / "kept.yaml").read_text()
        for line in ("kind: jsonl", "blob: /secret/blob", "source-keys: [alias/old]", "in-flight: 4", "rate: 12.5", "reason: compromise"):
            self.assertIn(line, text)
        self.job("plan", *words, "--write", "kept.yaml", check=255)
        self.job("plan", *words, "--write", "kept.yaml", "--replace")
        self.job("run", "kept.yaml", "--rate", "0")
        self.assert_moved(self.jsonl_blobs(self.path), self.items)
        planned = self.job_json("plan", "kept.yaml")
        self.assertIsInstance(planned, dict)

    def test_a_changed_job_file_is_another_job(self):
        self.job("run", "job.yaml")
        self.write("job.yaml", (self.folder / "job.yaml").read_text().replace("alias/new", "alias/third"))
        refused = self.job("run", "job.yaml", check=252)
        self.assertIn("--new", refused.err)
        self.job("run", "job.yaml", "--new")
        self.assert_moved(self.jsonl_blobs(self.path), self.items, key=self.third)
        self.assertEqual(len(self.job_json("list")["Jobs"]), 2)
        # A job that could not begin gives way to the mended file.
        self.job_file("other.yaml", "source: {kind: jsonl, paths: [nowhere.jsonl]}\nfind: {blob: /b}\ndestination-key: alias/new\n")
        self.assertNotEqual(self.job("run", "other.yaml", check=None).exit, 0)
        self.job_file("other.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: '{/tenant}'}\ndestination-key: alias/new\n")
        self.job("run", "other.yaml")
        self.assert_moved(self.jsonl_blobs(self.path), self.items)

    def test_contexts(self):
        third = ["--jsonl", "users.jsonl", "--blob", "/secret/blob", "--destination-key-id", "alias/new", "--context", "tenant={/tenant}"]
        self.job("run", *third, "--destination-context", "tenant=new-{/id}")
        self.assert_moved(self.jsonl_blobs(self.path), self.items, tenants=[f"new-{i}" for i in range(self.count)])
        self.path.write_bytes(self.original)
        self.job("run", *third, "--drop-context")
        self.assert_moved(self.jsonl_blobs(self.path), self.items, tenants=[""] * self.count)
        lines = [json.dumps({"ctx": {"tenant": item.tenant}, "secret": {"blob": item.blob}}) for item in self.items]
        self.write("with.jsonl", "\n".join(lines) + "\n")
        self.job("run", "--jsonl", "with.jsonl", "--blob", "/secret/blob", "--destination-key-id", "alias/new", "--context-from", "/ctx")
        self.assert_moved(self.jsonl_blobs(self.folder / "with.jsonl"), self.items)

    def test_reports(self):
        self.job("run", "job.yaml")
        report = self.job("report", "job.yaml").out
        body = json.loads(report)
        self.assertEqual(len(body["items"]), self.count)
        self.assertNotIn(self.items[0].blob, report)
        self.assertNotIn("MARKERplaintext", report)
        listed = self.job("report", "job.yaml", "--format", "csv").out
        self.assertEqual(sum(line.startswith(("users", "/", '"')) or ".jsonl" in line for line in listed.splitlines()) >= self.count, True)
        said = self.job("report", "job.yaml", "--format", "html", "--out", "report.html")
        self.assertEqual(said.out, "")
        page = (self.folder / "report.html").read_text()
        self.assertIn("<html", page)
        for outside in ("http://", "https://", "<script", "src="):
            self.assertNotIn(outside, page)
        self.job("report", "job.yaml", "--format", "pdf", check=252)

    def test_words_that_are_off(self):
        for words, told in [
                ([], "job takes one of"), (["rn", "job.yaml"], "Maybe you meant: job run"), (["run"], "No job is named"),
                (["run", "job.yaml", "--blob", "/x"], "said in the file"), (["run", "a.yaml", "b.yaml"], "one job file"),
                (["run", "--jsonl", "x"], "--blob: "), (["run", "--jsonl", "x", "--csv", "y"], "one kind of source"),
                (["run", "--jsonl", "x", "--blob", "/b", "--destination-key-id", "k", "--in-flight", "0"], "--in-flight: must be"),
                (["run", "--jsonl", "x", "--blob", "/b", "--destination-key-id", "k", "--rate", "fast"], "--rate: must be"),
                (["run", "--jsonl", "x", "--blob", "/b", "--destination-key-id", "k", "--context", "a"], "NAME=VALUE"),
                (["run", "--jsonl", "x", "--blob", "/b", "--destination-key-id", "k", "--context", "a={"], "character 1"),
                (["run", "--jsonl", "x", "--blob", "/b", "--destination-key-id", "k", "--context", "a=1", "--context", "a=2"], "two values"),
                (["run", "--jsonl", "x", "--blob", "/b"], "--destination-key-id: "), (["status"], "No job is named"),
                (["run", "job.yaml", "--progress", "loud"], "--progress takes"), (["resume", "job.yaml", "--blob", "x"], "Unknown options"),
                (["list", "job.yaml"], "takes no job")]:
            with self.subTest(" ".join(words)):
                self.assertIn(told, self.job(*words, check=252).err)
        self.job("status", "nowhere.yaml", check=255)
        self.job("run", "nowhere.yaml", check=255)
        faults = self.write("bad.yaml", "keyturn-job: 1\nsource: {kind: jsonl, paths: [x]}\nfind: {blob: x}\nsafty: {}\n")
        told = self.job("run", faults.name, check=252).err
        for line in ("line 3, column 14: find.blob:", "line 4, column 1: safty:", "destination-key: is missing"):
            self.assertIn(line, told)
        self.assertEqual(self.path.read_bytes(), self.original)

    def test_help(self):
        shown = self.job("help").out
        for word in ("--jsonl", "--context-from", "--journal DIR", "--progress", "Exit codes: 0", "130", "finalise"):
            self.assertIn(word, shown)
        self.assertIn("job ...", self.run_cli("help", check=0).out)
        for words in (["--help"], ["-h"], ["run", "--help"], ["run", "help"], ["plan", "--jsonl", "x", "--help"]):
            with self.subTest(" ".join(words)):
                self.assertEqual(self.run_cli("job", *words, check=0).out, shown)


class Faults(JobCase):
    """What is wrong with one item concerns that item: exit code 3, a cause and a place, and the rest is moved."""

    def test_strays_broken_lines_and_others(self):
        lines = [json.dumps({"tenant": item.tenant, "secret": {"blob": item.blob}}) for item in self.items[:20]]
        lines[3] = '{"tenant": "t-3", "secret": {"blob": '
        lines[5] = json.dumps({"tenant": "t-5"})
        lines[7] = json.dumps({"tenant": "t-7", "secret": {"blob": "bm8gY2lwaGVydGV4dA=="}})
        lines[9] = json.dumps({"tenant": "wrong", "secret": {"blob": self.items[9].blob}})
        lines[11] = json.dumps({"secret": {"blob": self.items[11].blob}})
        stray = self.kms("encrypt", "--key-id", "alias/third", "--plaintext", "eA==", "--encryption-context", "tenant=t-13").json
        lines[13] = json.dumps({"tenant": "t-13", "secret": {"blob": stray["CiphertextBlob"]}})
        moved = self.kms("encrypt", "--key-id", "alias/new", "--plaintext", "eA==", "--encryption-context", "tenant=t-15").json
        lines[15] = json.dumps({"tenant": "t-15", "secret": {"blob": moved["CiphertextBlob"]}})
        path = self.write("users.jsonl", "\n".join(lines) + "\n")
        self.job_file("job.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: '{/tenant}'}\nsource-keys: [alias/old]\ndestination-key: alias/new\n")
        run = self.job_json("run", "job.yaml", check=3)
        causes = {cause["Cause"]: (cause["Count"], cause["Examples"][0]) for cause in run["NotMoved"]}
        for cause, line in {"bad-syntax": 4, "not-a-ciphertext": 8, "context-mismatch": 10, "bad-template": 12, "stray-key": 14}.items():
            self.assertIn(cause, causes)
            self.assertIn(f"line {line}", causes[cause][1], cause)
        self.assertEqual(run["Skipped"], 1)
        after = path.read_text().splitlines()
        for i in (3, 5, 7, 9, 11, 13, 15):
            self.assertEqual(after[i], lines[i])
        good = [i for i in range(20) if i not in (3, 5, 7, 9, 11, 13, 15)]
        self.assert_moved([json.loads(after[i])["secret"]["blob"] for i in good], [self.items[i] for i in good])
        text = self.job("run", "job.yaml", check=3)
        self.assertIn("stray-key: It is under a key that the job does not name", text.out)
        self.assertNotRegex(text.out, r"line (\d+): line \1\b", "a line is named once")

    def test_read_only_files_and_links(self):
        folder = self.write_files("secrets", self.items[:3])
        for i in range(3):
            self.write(f"secrets/{i:05}.blob", self.items[0].blob)
        (folder / "link").symlink_to("/etc/hostname")
        words = ["--files", "secrets", "--context", "tenant=t-0", "--destination-key-id", "alias/new"]
        run = self.job_json("run", *words, check=None)
        moved = [(folder / f"{i:05}.blob").read_text() for i in range(3)]
        self.assert_moved(moved, [self.items[0]] * 3)
        self.assertGreaterEqual(run["Done"], 3)
        self.assertTrue((folder / "link").is_symlink())

    def test_stop_after_failures_pauses(self):
        self.write_jsonl("users.jsonl", self.items)
        self.job_file("job.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: never}\ndestination-key: alias/new\nsafety: {stop-after-failures: 5, batch: 10}\n")
        stopped = self.job("run", "job.yaml", check=255)
        self.assertIn("stop-after-failures", stopped.err)
        status = self.job_json("status", "job.yaml")
        self.assertEqual(status["State"], "paused")
        self.assertGreaterEqual(status["Failed"], 5)

    def test_tampered_and_foreign_journals_are_refused(self):
        path = self.write_jsonl("users.jsonl", self.items)
        self.job_file("job.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: '{/tenant}'}\ndestination-key: alias/new\n")
        self.job("run", "job.yaml", "--journal", "state")
        journal = self.folder / "state" / "job.journal"
        whole, after = journal.read_bytes(), path.read_bytes()
        database = sqlite3.connect(journal)
        database.execute("update record set body = cast(substr(body, 1, length(body) - 1) || x'00' as blob) where sequence = 3")
        database.commit()
        database.close()
        for verb in ("resume", "undo", "verify", "finalise", "report", "run"):
            refused = self.job(verb, "job.yaml", "--journal", "state", check=255)
            self.assertIn("othing was touched", refused.err)
        journal.write_bytes(b"not a journal at all")
        self.job("undo", "job.yaml", "--journal", "state", check=255)
        journal.write_bytes(whole)
        # Another vault has another key.
        self.make_vault("other")
        foreign = self.run_cli("--vault", "other", "--passphrase-file", "passphrase", "job", "undo", "job.yaml", "--journal", "state",
                               check=253)
        self.assertIn("vault", foreign.err)
        self.assertEqual(path.read_bytes(), after)
        self.job("undo", "job.yaml", "--journal", "state")

    def test_a_key_file_is_never_replaced_by_another_source(self):
        self.write_jsonl("users.jsonl", self.items)
        words = ["--jsonl", "users.jsonl", "--blob", "/secret/blob", "--context", "tenant={/tenant}", "--destination-key-id", "alias/new",
                 "--journal", "state"]
        made = self.job("run", *words, "--journal-key-file", "mine.key")
        self.assertIn("mine.key", made.err)
        self.assertEqual((self.folder / "mine.key").stat().st_mode & 0o777, 0o600)
        missing = self.job("verify", "--journal", "state", check=253)
        self.assertIn("--journal-key-file", missing.err)
        self.assertEqual(self.job_json("verify", "--journal", "state", "--journal-key-file", "mine.key")["KeySource"], "key file")
        self.job("verify", "--journal", "state", KEYTURN_JOURNAL_KEY_FILE="mine.key")
        self.write("other.key", "0" * 64)
        self.job("verify", "--journal", "state", "--journal-key-file", "other.key", check=255)


class Stopping(JobCase):
    count = 3000

    def setUp(self):
        super().setUp()
        self.path = self.write_jsonl("users.jsonl", self.items)
        self.job_file("job.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: '{/tenant}'}\ndestination-key: alias/new\nsafety: {batch: 20, rate: 400}\n")

    def wait_for_work(self, process):
        """Until something was moved: the first line of progress that says so."""
        for line in process.stderr:
            if line.startswith("{") and json.loads(line).get("done", 0) > 0:
                return
        self.fail("it never moved anything")

    def interrupt(self, signals):
        process = self.start("run", "job.yaml", "--progress", "json")
        self.wait_for_work(process)
        for _ in range(signals):
            process.send_signal(2)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        return out, err

    def finish(self):
        self.write("job.yaml", (self.folder / "job.yaml").read_text().replace(", rate: 400", ""))
        run = self.job_json("resume", "job.yaml", "--rate", "0")
        self.assertEqual((run["State"], run["Done"], run["Failed"]), ("done", self.count, 0))
        self.assert_moved(self.jsonl_blobs(self.path), self.items)

    def test_ctrl_c_once_and_twice(self):
        out, err = self.interrupt(1)
        self.assertIn("Stopping after the present batch", err)
        self.assertRegex(out, r"(?m)^State +paused$")
        status = self.job_json("status", "job.yaml")
        self.assertEqual((status["State"], status["Active"]), ("paused", False))
        self.assertGreater(status["Done"], 0)
        self.assertLess(status["Done"], self.count)
        self.interrupt(2)
        self.finish()

    def test_pause_from_another_process(self):
        process = self.start("run", "job.yaml", "--progress", "json")
        self.wait_for_work(process)
        running = self.job_json("status", "job.yaml")
        self.assertEqual((running["State"], running["Active"]), ("running", True))
        self.assertIn(str(process.pid), running["Activity"])
        self.assertIn("at work", self.job("list").out)
        taken = self.job("run", "job.yaml", check=None)
        self.assertNotEqual(taken.exit, 0)
        paused = self.job_json("pause", "job.yaml")
        self.assertEqual((paused["State"], paused["Active"]), ("paused", False))
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("nothing to pause", self.job("pause", "job.yaml").err)
        self.finish()

    def test_killed_and_resumed(self):
        process = self.start("run", "job.yaml", "--progress", "json")
        self.wait_for_work(process)
        process.kill()
        process.communicate(timeout=60)
        status = self.job_json("status", "job.yaml")
        self.assertEqual((status["State"], status["Active"]), ("running", False))
        self.assertIn("interrupted", status["Activity"])
        self.finish()

    def test_json_progress_is_lines_of_json(self):
        run = self.job("run", "job.yaml", "--rate", "0", "--progress", "json", "--output", "json")
        events = [json.loads(line) for line in run.err.splitlines()]
        self.assertEqual(events[-1]["event"], "end")
        self.assertEqual((events[-1]["outcome"], events[-1]["done"]), ("done", self.count))
        for member in ("itemsPerSecond", "remainingSeconds", "ceilingPerSecond", "position", "total", "throttled"):
            self.assertIn(member, events[0])
        self.assertEqual(run.json["Done"], self.count)


class Progress(JobCase):
    """The bar on a real terminal, and what stands in its place elsewhere."""

    def setUp(self):
        super().setUp()
        self.write_jsonl("users.jsonl", self.items)
        self.job_file("job.yaml", "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\n"
                      "context: {tenant: '{/tenant}'}\ndestination-key: alias/new\nsafety: {batch: 20, rate: 120}\n")
        self.words = ["--vault", "v", "--passphrase-file", "passphrase", "job", "run", "job.yaml", "--new"]

    def test_the_bar_fits_the_terminal_and_goes_at_the_end(self):
        shown, out, status = with_terminal_for_errors(self, *self.words, columns=80, later=40)
        self.assertEqual(status, 0, shown)
        redraw = "\r\x1b[K"
        drawn = shown[shown.index(redraw):].split(redraw)[1:]
        self.assertEqual(drawn[-1], "", "the bar is gone at the end")
        told = [text for text in drawn if "% " in text]
        self.assertGreater(len(told), 3, "it is drawn again and again: " + shown)
        for text in drawn:
            self.assertLess(len(text), 40 if text in told[1:] else 80, "a line that wraps could not be taken back")
            self.assertNotRegex(text, r"\b0 bytes|\b0%|%  0 items|\x1b|\n|…")
        self.assertRegex(told[0], r"^\[#+\.+\] \d+%  \d+ items  \d+/s")
        self.assertTrue(any(re.search(r"\d%  \d+ items  \d+/s  \d+ s left$", text) for text in told), shown)
        self.assertRegex(out, r"(?m)^State +done$")
        self.assertNotIn("\x1b", out)

    def test_no_bar_elsewhere(self):
        piped = self.job("run", "job.yaml", "--rate", "0")
        self.assertEqual(piped.err, "")
        self.assertNotIn("\x1b", piped.out)
        shown, _, _ = with_terminal_for_errors(self, *self.words, "--progress", "none", "--rate", "0")
        self.assertNotIn("items", shown)
        shown, out, _ = with_terminal_for_errors(self, *self.words, "--progress", "json", "--rate", "0")
        self.assertNotIn("\x1b", out)
        self.assertEqual(json.loads(shown.splitlines()[-1])["event"], "end")


if __name__ == "__main__":
    main()
