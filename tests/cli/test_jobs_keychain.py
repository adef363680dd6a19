# SPDX-License-Identifier: Apache-2.0
"""A job over a database that wants a password, which lies in the OS keychain alone. Runs inside
tests/fakes/with_keyring.sh."""

import unittest

from job_session import JobCase, main
from private_postgres import PrivatePostgres, programs

PASSWORD = "MARKERdatabasePassword"


@unittest.skipUnless(programs(), "PostgreSQL's server is not installed")
class DatabasePassword(JobCase):
    count = 20

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.postgres = PrivatePostgres()
        cls.addClassCleanup(cls.postgres.remove)
        cls.postgres.sql(f"create role rotate login superuser password '{PASSWORD}';\n")
        with open(f"{cls.postgres.folder}/data/pg_hba.conf", "w", encoding="ascii") as rules:
            rules.write("local all rotate scram-sha-256\nlocal all all trust\n")
        cls.postgres.sql("select pg_reload_conf()")

    def fill(self):
        rows = "\n".join(f"{i + 1}\t{item.tenant}\t{item.blob}" for i, item in enumerate(self.items))
        self.postgres.sql("drop table if exists users;\ncreate table users (id bigint primary key, tenant text, secret text);\n"
                          f"copy users from stdin;\n{rows}\n\\.\n")

    def job_over(self, name, more=""):
        connection = self.postgres.connection.replace("user=keyturn", "user=rotate")
        self.job_file(name, f"source: {{kind: postgresql, connection: '{connection}', table: users{more}}}\n"
                      "find: {blob: secret}\ncontext: {tenant: '{tenant}'}\ndestination-key: alias/new\n")

    def assert_kept_secret(self):
        self.assertNotIn(PASSWORD, "".join(self.seen))
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "password":
                self.assertNotIn(PASSWORD.encode(), path.read_bytes(), path)

    def test_from_the_keychain_and_nowhere_else(self):
        self.fill()
        self.job_over("without.yaml")
        refused = self.job("run", "without.yaml", check=255).err
        self.assertIn("no password supplied", refused)
        self.assertNotIn("endpoint", refused)
        self.job_over("job.yaml", ", password-in-keychain: production")
        missing = self.job("run", "job.yaml", check=255)
        self.assertIn("job password production", missing.err)
        self.write("password", PASSWORD + "\n")
        self.run_cli("job", "password", "production", "--password-file", "password", check=0)
        self.job("plan", "job.yaml")
        self.assertEqual(self.job_json("run", "job.yaml")["Done"], self.count)
        self.assertIn("password-in-keychain: production", self.job("report", "job.yaml").out)
        self.assert_moved([row[0] for row in self.postgres.sql("select secret from users order by id")], self.items)
        self.assert_kept_secret()
        self.run_cli("job", "password", "production", "--remove", check=0)
        self.job("verify", "job.yaml", check=255)

    def test_a_shared_job_too(self):
        self.fill()
        self.job_over("job.yaml", ", password-in-keychain: shared, shared: true")
        self.run_cli("job", "password", "shared", "--password-file", "-", stdin=PASSWORD + "\n", check=0)
        self.job("work", "job.yaml")
        self.job("verify", "job.yaml")
        self.job("report", "job.yaml")
        self.assert_kept_secret()

    def test_words_that_are_wrong(self):
        self.assertIn("takes one name", self.run_cli("job", "password", check=252).err)
        self.assertIn("no terminal", self.run_cli("job", "password", "x", check=253).err)
        self.write_sqlite("app.db", self.items)
        self.job_file("lite.yaml", "source: {kind: sqlite, paths: [app.db], table: users, password-in-keychain: x}\n"
                      "find: {blob: secret}\ndestination-key: alias/new\n")
        self.assertIn("password-in-keychain", self.job("run", "lite.yaml", check=252).err)


if __name__ == "__main__":
    main()
