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

from cli_session import KEYTURN
from job_session import JobCase
from private_postgres import PrivatePostgres, programs
from served_vault import ServedVault

ITEMS = int(os.environ.get("KEYTURN_STORM_ITEMS", "1000"))
KILLS = int(os.environ.get("KEYTURN_STORM_KILLS", "20"))
SEED = int(os.environ.get("KEYTURN_STORM_SEED", str(random.SystemRandom().randrange(1 << 32))))

BLOB = re.compile(rb"[A-Za-z0-9+/=]{100,}")
# What a document may change beside its ciphertexts: the key that it names, and SOPS's time.
KEY = re.compile(rb"(?:arn:aws:kms:[a-z0-9-]+:\d+:key/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(rb'created_at: "[^"]*"')
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
PULUMI = """# kept
secretsprovider: awskms:///arn:aws:kms:us-east-1:111122223333:key/{key}?region=us-east-1&context_tenant=acme
encryptedkey: {blob}
config:
  app:password:
    secure: v1:AAAA:BBBB
"""


def without_blobs(content):
    return {name: TIME.sub(b"<time>", KEY.sub(b"<key>", BLOB.sub(b"<blob>", text))) for name, text in content.items()}


class Storm(JobCase):
    count = ITEMS
    patience = (0,)  # exit codes after which the same verb goes on; 0: it is through

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.kills, self.through, self.begun = {"run": 0, "undo": 0}, 0, time.monotonic()
        print(f"{self.id().rpartition('.')[2]}: {len(self.items)} items, {KILLS} kills, seed {SEED}", flush=True)

    # One storm

    def settle(self, verb):
        """The verb without kills, to its end; seconds."""
        begun = time.monotonic()
        for _ in range(100):
            done = self.job(verb, "job.yaml", check=None)
            self.assertIn(done.exit, self.patience, done.out + done.err)
            if done.exit == 0:
                self.through += 1
                return time.monotonic() - begun
        return self.fail(f"{verb} never comes to its end")

    def run_once(self, verb, limit):
        """Runs the verb and kills it after a random time; True: it came to its end before."""
        process = self.start(verb, "job.yaml")
        try:
            # Often soon, so that many kills meet one run, at the place where it stands by then.
            out, err = process.communicate(timeout=self.random.uniform(0, limit * self.random.choice((0.1, 0.3, 1))))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.kills[verb] += 1
            if sum(self.kills.values()) % 25 == 0:
                print(f"    {sum(self.kills.values())} kills after {time.monotonic() - self.begun:.0f} s", flush=True)
            return False
        self.assertIn(process.returncode, self.patience, out + err)
        self.through += process.returncode == 0
        return process.returncode == 0

    def storm(self, job, content, blobs, masked=None):
        """content(): every byte that may change, by name. blobs(): the ciphertexts in order. masked(): content without them."""
        masked = masked or (lambda: without_blobs(content()))
        self.job_file("job.yaml", job + "destination-key: alias/new\n")
        original, kept, names = content(), masked(), self.names()
        took = {"run": self.settle("run")}
        self.assertTrue(masked() == kept, "an undisturbed run changes nothing else")
        took["undo"] = self.settle("undo")
        self.assertTrue(content() == original, "an undo restores every byte")
        verb, in_a_row = "run", 0
        while sum(self.kills.values()) < KILLS:
            through = self.run_once(verb, took[verb])
            in_a_row += not through
            if not through and in_a_row >= max(3, KILLS // 4):
                self.settle(verb)  # so that few kills meet both
                through = True
            if through:
                self.assertEqual(content() == original, verb == "undo", verb)
                verb, in_a_row = "undo" if verb == "run" else "run", 0
        if verb == "undo":
            self.settle("undo")
            self.assertTrue(content() == original, "an undo restores every byte")
        self.settle("run")
        self.assert_moved(blobs(), self.items)
        self.assertTrue(masked() == kept, "digests equal those of an undisturbed run")
        self.assert_report_agrees(blobs())
        moved = content()
        self.settle("verify")
        self.settle("finalise")
        self.assertEqual(self.names(), names, "nothing is left behind")
        self.assertTrue(content() == moved, "finalise takes nothing but the copies")
        print(f"    killed {self.kills['run']} times in run, {self.kills['undo']} in undo; {self.through} verbs came through; "
              f"an undisturbed run takes {took['run']:.2f} s, all of it {time.monotonic() - self.begun:.0f} s", flush=True)

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

    def assert_written_once_a_verb(self, rows):
        """rows: how often each row was written, by the database's own count. Run and undo each write it once, kills or not."""
        writes = self.through - 2  # verify and finalise write none
        self.assertEqual({count for _, count in rows}, {writes})
        self.assertEqual(len(rows), len(self.items))

    # Each kind of source

    def read(self, *names):
        return {name: (self.folder / name).read_bytes() for name in names}

    def read_folder(self, name):
        """Without the copies that undo keeps beside: they go with finalise."""
        return self.read(*sorted(f"{name}/{path.name}" for path in (self.folder / name).iterdir() if path.name[0] != "."))


class Tables(Storm):
    JSONL = "source: {kind: jsonl, paths: [users.jsonl]}\nfind: {blob: /secret/blob}\ncontext: {tenant: '{/tenant}'}\n"

    def test_jsonl(self):
        path = self.write_jsonl("users.jsonl", self.items)
        self.storm(self.JSONL, lambda: self.read("users.jsonl"), lambda: self.jsonl_blobs(path))

    def test_csv(self):
        path = self.write_csv("users.csv", self.items)
        self.storm("source: {kind: csv, paths: [users.csv]}\nfind: {blob: secret}\ncontext: {tenant: '{tenant}'}\n",
                   lambda: self.read("users.csv"),
                   lambda: [line.rpartition(",")[2].strip() for line in path.read_text().split("\n")[1:-1]])


class Databases(Storm):
    """The database counts how often each row is written."""

    def test_sqlite(self):
        path = self.write_sqlite("users.db", self.items)

        def rows(statement):
            database = sqlite3.connect(path)
            with database:
                found = database.execute(statement).fetchall()
            database.close()
            return found

        rows("create table writes (id integer)")
        rows("create trigger counted after update on users begin insert into writes values (new.id); end")
        self.storm("source: {kind: sqlite, paths: [users.db], table: users}\nfind: {blob: secret}\ncontext: {tenant: '{tenant}'}\n",
                   lambda: rows("select * from users order by id"), lambda: self.sqlite_blobs(path),
                   lambda: rows("select id, tenant, note, typeof(secret) from users order by id"))
        self.assert_written_once_a_verb(rows("select id, count(*) from writes group by id"))

    @unittest.skipUnless(programs(), "PostgreSQL's server is not installed")
    def test_postgres(self):
        postgres = PrivatePostgres()
        self.addCleanup(postgres.remove)
        lines = "".join(f"{i + 1}\t{item.tenant}\t{item.blob}\tnote {i}\n" for i, item in enumerate(self.items))
        postgres.sql("create table users (id bigint primary key, tenant text not null, secret text, note text);\n"
                     f"copy users from stdin;\n{lines}\\.\n"
                     "create table writes (id bigint);\n"
                     "create function count_write() returns trigger language plpgsql as\n"
                     "  $$ begin insert into writes values (new.id); return new; end $$;\n"
                     "create trigger counted after update on users for each row execute function count_write();\n")
        self.storm(f"source: {{kind: postgresql, connection: '{postgres.connection}', table: users}}\n"
                   "find: {blob: secret}\ncontext: {tenant: '{tenant}'}\n",
                   lambda: postgres.sql("select * from users order by id"),
                   lambda: [row[0] for row in postgres.sql("select secret from users order by id")],
                   lambda: postgres.sql("select id, tenant, note from users order by id"))
        self.assert_written_once_a_verb([(row[0], int(row[1])) for row in
                                         postgres.sql("select id, count(*) from writes group by id")])


class Documents(Storm):
    """One context for all of a job."""

    tenant = "acme"
    CONTEXT = "context: {tenant: acme}\n"

    def documents(self, kind, ending, texts, context=CONTEXT):
        """One document for each text, all ciphertexts of one in order."""
        (self.folder / kind).mkdir()
        for i, text in enumerate(texts):
            self.write(f"{kind}/{i:06}{ending}", text)
        self.storm(f"source: {{kind: {kind}, paths: [{kind}]}}\n{context}", lambda: self.read_folder(kind),
                   lambda: [blob.decode() for content in self.read_folder(kind).values() for blob in BLOB.findall(content)])

    def many(self, each, items_each):
        """Texts of JSON; each: an object for (number, item)."""
        for begin in range(0, len(self.items), items_each):
            yield [each(begin + i, item) for i, item in enumerate(self.items[begin:begin + items_each])]

    def test_files(self):
        self.documents("files", ".blob", (item.blob + "\n" for item in self.items))

    def test_text(self):
        lines = [f'export SECRET_{i}="{item.blob}" # späße\n' for i, item in enumerate(self.items)]
        self.documents("text", ".env", ("".join(lines[i:i + 10]) for i in range(0, len(lines), 10)))

    def test_sops(self):
        self.documents("sops", ".yaml", (SOPS.format(key=self.old, blob=item.blob) for item in self.items), context="")

    def test_pulumi(self):
        self.documents("pulumi", ".yaml", (PULUMI.format(key=self.old, blob=item.blob) for item in self.items), context="")

    def test_tink(self):
        self.documents("tink", ".json", (json.dumps({"encryptedKeyset": item.blob, "keysetInfo": {"primaryKeyId": i}}, indent=1)
                                         for i, item in enumerate(self.items)))

    def test_credstash(self):
        self.documents("credstash", ".json", (json.dumps(some, indent=2) for some in self.many(
            lambda i, item: {"name": f"n{i}", "version": "1".zfill(19), "key": item.blob, "contents": "QUJD", "hmac": "00"}, 100)))

    def test_mongodb(self):
        self.documents("mongodb", ".json", ("\n".join(map(json.dumps, some)) + "\n" for some in self.many(
            lambda i, item: {"_id": i, "keyMaterial": {"$binary": {"base64": item.blob, "subType": "00"}}, "status": 0,
                             "masterKey": {"provider": "aws", "region": "us-east-1", "key": self.old}}, 100)))

    def test_parquet(self):
        self.documents("parquet-keys", ".json", (json.dumps(dict(some)) for some in self.many(
            lambda i, item: (f"key{i}", json.dumps({"keyMaterialType": "PKMT1", "internalStorage": False, "isFooterKey": False,
                                                    "masterKeyID": self.old, "doubleWrapping": False, "wrappedDEK": item.blob})), 100)))


class Remote(Storm):
    """The service throttles, fails and loses answers, and the job is killed besides."""

    patience = (0, 3, 254, 255)  # what got no answer is left for the next run

    def test_remote(self):
        self.served = ServedVault(self)
        self.served.proxy.faults = {"throttle": 0.02, "fail": 0.02, "lose": 0.02}
        path = self.write_jsonl("users.jsonl", self.items)

        def blobs():
            self.served.stop()  # the probe opens the vault itself
            return self.jsonl_blobs(path)

        self.storm(Tables.JSONL + "safety: {rate: 0, in-flight: 32}\n", lambda: self.read("users.jsonl"), blobs)

    def settle(self, verb):
        self.served.start()
        return super().settle(verb)

    @property
    def service(self):
        return ["--endpoint-url", self.served.proxy.url, "--region", "us-east-1"]

    def job(self, *words, check=0, **more):
        return self.run_cli(*self.service, "job", *words, check=check, DBUS_SESSION_BUS_ADDRESS="", **self.served.keys, **more)

    def start(self, *words):
        return subprocess.Popen([KEYTURN, *self.service, "job", *words], cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                                env=self.environment(DBUS_SESSION_BUS_ADDRESS="", **self.served.keys), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)


if __name__ == "__main__":
    known = {name.removeprefix("test_"): case.__name__ for case in (Tables, Databases, Documents, Remote) for name in vars(case)
             if name.startswith("test_")}
    kinds = sys.argv[1:] or list(known)
    unittest.main(argv=[sys.argv[0], *[f"{known[kind]}.test_{kind}" for kind in kinds]], verbosity=1)
