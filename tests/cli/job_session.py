# SPDX-License-Identifier: Apache-2.0
"""What the tests of jobs share: a vault full of ciphertexts, copied for each test, and a look at what became of them."""

import base64
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

from cli_session import CliCase, KEYTURN, PASSPHRASE

PROBE = os.environ["KEYTURN_JOB_PROBE"]


class Item(NamedTuple):
    """A ciphertext under alias/old, bound to {"tenant": tenant}; digest is SHA-256 of its plaintext."""

    blob: str
    tenant: str
    digest: str

    @property
    def raw(self):
        return base64.b64decode(self.blob)


class JobCase(CliCase):
    """Each test has a copy of one vault, with `count` ciphertexts in self.items."""

    count = 300
    tenant = ""  # of all of them; else each has its own

    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory(prefix="keyturn-jobs-")
        cls.addClassCleanup(made.cleanup)
        cls.made_vault = Path(made.name) / "v"
        out = subprocess.run([PROBE, "make", str(cls.made_vault), PASSPHRASE, str(cls.count), cls.tenant], stdout=subprocess.PIPE, text=True,
                             check=True).stdout.splitlines()
        cls.old, cls.new, cls.third = out[0].split("\t")
        cls.items = [Item(*line.split("\t")) for line in out[1:]]

    def setUp(self):
        super().setUp()
        shutil.copy(self.made_vault, self.folder / "v")

    # The program

    def job(self, *words, check=0, **more):
        return self.vault("job", *words, check=check, **more)

    def job_json(self, *words, check=0, **more):
        return self.job(*words, "--output", "json", check=check, **more).json

    def start(self, *words, **environment):
        """The program in the background, its output in pipes."""
        return subprocess.Popen([KEYTURN, "--vault", "v", "--passphrase-file", "passphrase", "job", *map(str, words)],
                                cwd=self.folder, env=self.environment(**environment), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    # Sources of every kind, each made of items

    def write_jsonl(self, name, items):
        lines = [json.dumps({"id": i, "tenant": item.tenant, "note": "späße \"x\"", "secret": {"blob": item.blob}})
                 for i, item in enumerate(items)]
        return self.write(name, "\n".join(lines) + "\n")

    def write_csv(self, name, items, separator=","):
        lines = [separator.join(["id", "tenant", "note", "secret"])]
        lines += [separator.join([str(i), item.tenant, '"a ""quoted"" note"' if separator == "," else "note", item.blob])
                  for i, item in enumerate(items)]
        return self.write(name, "\r\n".join(lines) + "\r\n")

    def write_sqlite(self, name, items, raw=False):
        with sqlite3.connect(self.folder / name) as database:
            database.execute("create table users (id integer primary key, tenant text not null, secret, note text)")
            database.executemany("insert into users values (?, ?, ?, 'note')",
                                 [(i + 1, item.tenant, item.raw if raw else item.blob) for i, item in enumerate(items)])
        database.close()
        return self.folder / name

    def write_files(self, name, items, raw=False):
        (self.folder / name).mkdir()
        for i, item in enumerate(items):
            self.write(f"{name}/{i:05}.blob", item.raw if raw else item.blob + "\n")
        return self.folder / name

    def write_text(self, name, items):
        lines = [f'# comment {i}\nexport SECRET_{i}="{item.blob}" # behind' for i, item in enumerate(items)]
        return self.write(name, "\n".join(lines) + "\n")

    # What became of them

    def opened(self, pairs, vault="v"):
        """[(key id, digest of the plaintext) or error] for [(base64, tenant)]; tenant "": no context."""
        lines = "".join(f"{blob}\t{tenant}\n" for blob, tenant in pairs)
        out = subprocess.run([PROBE, "open", str(self.folder / vault), PASSPHRASE], input=lines, stdout=subprocess.PIPE, text=True,
                             check=True).stdout.splitlines()
        return [tuple(line.split("\t")) if "\t" in line else line for line in out]

    def assert_moved(self, blobs, items, key=None, tenants=None):
        """Each is another ciphertext, under the new key, with the same plaintext."""
        self.assertEqual(len(blobs), len(items))
        tenants = tenants or [item.tenant for item in items]
        key = key or self.new
        found = self.opened(zip(blobs, tenants))
        wrong = [(i, got) for i, (got, item) in enumerate(zip(found, items)) if got != (key, item.digest)]
        self.assertEqual(wrong[:3], [], f"{len(wrong)} of {len(items)} are not moved")

    @staticmethod
    def jsonl_blobs(path):
        return [json.loads(line)["secret"]["blob"] for line in path.read_text().splitlines()]

    @staticmethod
    def sqlite_blobs(path, column="secret"):
        database = sqlite3.connect(path)
        rows = database.execute(f"select {column} from users order by id").fetchall()
        database.close()
        return [base64.b64encode(value).decode() if isinstance(value, bytes) else value for (value,) in rows]

    @staticmethod
    def masked(path, blobs):
        """The content with every ciphertext taken out: what must never change."""
        content = path.read_bytes()
        for i, blob in enumerate(blobs):
            content = content.replace(blob.encode(), b"<blob %d>" % i, 1)
        return hashlib.sha256(content).hexdigest()

    def job_file(self, name, text):
        return self.write(name, "keyturn-job: 1\n" + text)


def main():
    unittest.main()
