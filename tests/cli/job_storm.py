# SPDX-License-Identifier: Apache-2.0
"""Kill storms: keyturn-cli job, killed with SIGKILL at random moments and gone on with, over and over. At the end every
item is under the new key once, opens to the same plaintext, every other byte is as it was, nothing is left behind, and
the report agrees with what stands there. Where a job is through before its kills are used up it is undone, under kills
too, and begun again: an undo must restore every byte.

usage: job_storm.py [kind ...]      KEYTURN_STORM_ITEMS, KEYTURN_STORM_KILLS (for each kind), KEYTURN_STORM_SEED"""

import base64
import hashlib
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
import unittest

from job_session import JobCase

ITEMS = int(os.environ.get("KEYTURN_STORM_ITEMS", "2000"))
KILLS = int(os.environ.get("KEYTURN_STORM_KILLS", "20"))
SEED = int(os.environ.get("KEYTURN_STORM_SEED", str(random.SystemRandom().randrange(1 << 32))))

BLOB = re.compile(rb"[A-Za-z0-9+/=]{100,}")
SOPS = """password: ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CCCC,type:str] # kept
sops:
    kms:
        - arn: arn:aws:kms:us-east-1:111122223333:key/{key}
          context:
              tenant: acme
          created_at: "2024-01-01T00:00:00Z"
          enc: {blob}
    lastmodified: "2024-01-01T00:00:00Z"
    mac: ENC[AES256_GCM,data:DDDD,iv:EEEE,tag:FFFF,type:str]
    version: 3.8.1
"""


def without_blobs(content):
    return {name: BLOB.sub(b"<blob>", text) for name, text in content.items()}


class Storm(JobCase):
    count = ITEMS

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.kills = {"run": 0, "undo": 0}
        print(f"{self.id().rpartition('.')[2]}: {ITEMS} items, {KILLS} kills, seed {SEED}", flush=True)

    # One storm

    def run_once(self, verb, limit):
        """Runs the verb and kills it after a random time; True: it came to its end before."""
        process = self.start(verb, "job.yaml")
        try:
            out, err = process.communicate(timeout=self.random.uniform(0, limit))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.kills[verb] += 1
            return False
        self.assertEqual(process.returncode, 0, out + err)
        return True

    def storm(self, job, content, blobs, masked=None):
        """content(): every byte that may change, by name. blobs(): the ciphertexts in order. masked(): content without them."""
        masked = masked or (lambda: without_blobs(content()))
        self.job_file("job.yaml", job + "destination-key: alias/new\n")
        original, kept, names = content(), masked(), self.names()
        begun = time.monotonic()
        self.job("run", "job.yaml")
        took = time.monotonic() - begun
        self.assertTrue(masked() == kept, "an undisturbed run changes nothing else")
        self.job("undo", "job.yaml")
        self.assertTrue(content() == original, "an undo restores every byte")
        verb, rounds = "run", 0
        while sum(self.kills.values()) < KILLS:
            if self.run_once(verb, took):
                rounds += 1
                self.assertEqual(content() == original, verb == "undo", verb)
                verb = "undo" if verb == "run" else "run"
        if verb == "undo":
            self.job("undo", "job.yaml")
            self.assertTrue(content() == original, "an undo restores every byte")
        self.job("run", "job.yaml")
        self.assert_moved(blobs(), self.items)
        self.assertTrue(masked() == kept, "digests equal those of an undisturbed run")
        self.assert_report_agrees(blobs())
        self.job("verify", "job.yaml")
        self.job("finalise", "job.yaml")
        self.assertEqual(self.names(), names, "nothing is left behind")
        self.assert_moved(blobs(), self.items)
        print(f"    killed {self.kills['run']} times in run, {self.kills['undo']} in undo, {rounds} times through; "
              f"an undisturbed run takes {took:.2f} s", flush=True)

    def names(self):
        """Those beside the sources; SQLite's own files come and go."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                      if "home" not in path.parts and path.name != "job.yaml"
                      and not path.name.endswith((".lock", "-wal", "-shm", "-journal")))

    def assert_report_agrees(self, blobs):
        report = json.loads(self.job("report", "job.yaml").out)
        live = sorted(hashlib.sha256(base64.b64decode(blob)).hexdigest() for blob in blobs)
        told = sorted(item["after"] for item in report["items"] if item.get("after"))
        self.assertEqual(told, live)

    # Each kind of source

    def read(self, *names):
        return {name: (self.folder / name).read_bytes() for name in names}

    def read_folder(self, name):
        """Without the copies that undo keeps beside: they go with finalise."""
        return self.read(*sorted(f"{name}/{path.name}" for path in (self.folder / name).iterdir() if path.name[0] != "."))


class Tables(Storm):
    def test_jsonl(self):
        path = self.write_jsonl("users.jsonl", self.items)
        self.storm("source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\ncontext: {tenant: '{/tenant}'}\n",
                   lambda: self.read("users.jsonl"), lambda: self.jsonl_blobs(path))

    def test_csv(self):
        path = self.write_csv("users.csv", self.items)
        self.storm("source: {kind: csv, paths: [users.csv]}\nfind: {blob: secret}\ncontext: {tenant: '{tenant}'}\n",
                   lambda: self.read("users.csv"),
                   lambda: [line.rpartition(",")[2].strip() for line in path.read_text().split("\n")[1:-1]])

    def test_sqlite(self):
        path = self.write_sqlite("users.db", self.items)

        def rows(columns):
            database = sqlite3.connect(path)
            found = database.execute(f"select {columns} from users order by id").fetchall()
            database.close()
            return found

        self.storm("source: {kind: sqlite, paths: [users.db], table: users}\nfind: {blob: secret}\ncontext: {tenant: '{tenant}'}\n",
                   lambda: rows("*"), lambda: self.sqlite_blobs(path), lambda: rows("id, tenant, note, typeof(secret)"))


class Documents(Storm):
    """One context for all of a job; many small files, so fewer items."""

    count = max(ITEMS // 10, 20)
    tenant = "acme"

    def test_files(self):
        self.write_files("secrets", self.items)
        self.storm("source: {kind: files, paths: [secrets]}\ncontext: {tenant: acme}\n", lambda: self.read_folder("secrets"),
                   lambda: [content.decode().strip() for content in self.read_folder("secrets").values()])

    def test_text(self):
        (self.folder / "env").mkdir()
        for i in range(0, len(self.items), 10):
            self.write_text(f"env/{i:06}.env", self.items[i:i + 10])
        self.storm("source: {kind: text, paths: [env]}\ncontext: {tenant: acme}\n", lambda: self.read_folder("env"),
                   lambda: [blob.decode() for content in self.read_folder("env").values() for blob in BLOB.findall(content)])

    def test_sops(self):
        (self.folder / "sops").mkdir()
        for i, item in enumerate(self.items):
            self.write(f"sops/{i:06}.yaml", SOPS.format(key=self.old, blob=item.blob))
        self.storm("source: {kind: sops, paths: [sops]}\n", lambda: self.read_folder("sops"),
                   lambda: [blob.decode() for content in self.read_folder("sops").values() for blob in BLOB.findall(content)],
                   lambda: {name: re.sub(rb"(created_at|arn): .*", rb"\1", content)
                            for name, content in without_blobs(self.read_folder("sops")).items()})


if __name__ == "__main__":
    known = {"jsonl": "Tables", "csv": "Tables", "sqlite": "Tables", "files": "Documents", "text": "Documents", "sops": "Documents"}
    kinds = sys.argv[1:] or list(known)
    unittest.main(argv=[sys.argv[0], *[f"{known[kind]}.test_{kind}" for kind in kinds]], verbosity=1)
