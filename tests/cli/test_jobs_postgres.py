# SPDX-License-Identifier: Apache-2.0
"""Jobs over PostgreSQL: one process, several that share one, and kills."""

import json
import random
import subprocess
import unittest

from cli_session import KEYTURN
from job_session import JobCase, main
from private_postgres import PrivatePostgres, programs
from served_vault import ServedVault


class PostgresCase(JobCase):
    count = 1500

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.postgres = PrivatePostgres()
        cls.addClassCleanup(cls.postgres.remove)

    def setUp(self):
        super().setUp()
        rows = "\n".join(f"{i + 1}\t{item.tenant}\tv1:{item.blob}\tnote {i}" for i, item in enumerate(self.items))
        self.postgres.sql("drop table if exists users; drop table if exists writes;\n"
                          "create table users (id bigint primary key, tenant text not null, secret text, note text);\n"
                          f"copy users from stdin;\n{rows}\n\\.\n"
                          "create table writes (id bigint);\n"
                          "create or replace function count_write() returns trigger language plpgsql as\n"
                          "  $$ begin insert into writes values (new.id); return new; end $$;\n"
                          "create trigger counted after update on users for each row execute function count_write();\n")
        self.others = self.postgres.sql("select id, tenant, note from users order by id")
        for (schema,) in self.postgres.sql("select nspname from pg_namespace where nspname like 'keyturn_job_%'"):
            self.postgres.sql(f"drop schema {schema} cascade;")

    def job_yaml(self, more="", source=""):
        self.job_file("job.yaml", f"source: {{kind: postgresql, connection: '{self.postgres.connection}', table: users{source}}}\n"
                      "find: {blob: secret, id: id}\ncontext: {tenant: '{tenant}'}\ndestination-key: alias/new\n" + more)

    def assert_done(self, writes=True):
        secrets = [row[0] for row in self.postgres.sql("select secret from users order by id")]
        self.assertTrue(all(secret.startswith("v1:") for secret in secrets))
        self.assert_moved([secret[3:] for secret in secrets], self.items)
        self.assertEqual(self.postgres.sql("select id, tenant, note from users order by id"), self.others)
        if writes:
            self.assertEqual(self.postgres.sql("select count(*), count(distinct id) from writes"), [[str(self.count)] * 2],
                             "each row is written exactly once")


@unittest.skipUnless(programs(), "PostgreSQL's server is not installed")
class Postgres(PostgresCase):
    def test_from_run_to_undo(self):
        original = self.postgres.sql("select * from users order by id")
        self.job_yaml()
        run = self.job_json("run", "job.yaml")
        self.assertEqual((run["Done"], run["Failed"]), (self.count, 0))
        self.assert_done()
        self.job("verify", "job.yaml")
        self.job("undo", "job.yaml")
        self.assertEqual(self.postgres.sql("select * from users order by id"), original)

    def test_short_form_and_a_password_in_the_connection(self):
        words = ["--table", "users", "--blob", "secret", "--context", "tenant={tenant}", "--destination-key-id", "alias/new"]
        refused = self.job("run", "--postgres", self.postgres.connection + " password=MARKERpassword", *words, check=252)
        self.assertIn("takes no password", refused.err)
        self.assertNotIn("MARKERpassword", refused.err)
        self.job("run", "--postgres", self.postgres.connection, *words)
        self.assert_done()

    def test_a_database_that_restarts(self):
        self.job_yaml("safety: {batch: 20, rate: 600}\n")
        process = self.start("run", "job.yaml", "--progress", "json")
        for line in process.stderr:
            if line.startswith("{") and json.loads(line).get("done", 0) > 0:
                break
        self.postgres.stop()
        self.postgres.start()
        _, err = process.communicate(timeout=120)
        if process.returncode != 0:  # it gave up waiting and paused
            self.job("resume", "job.yaml", "--rate", "0")
        self.assert_done()
        self.assertNotIn("goes on where it stopped", err)

    def test_kills(self):
        self.job_yaml("safety: {batch: 50}\n")
        chance, kills = random.Random(5), 0
        while kills < 20:
            process = self.start("run", "job.yaml")
            try:
                process.communicate(timeout=chance.uniform(0, 0.25))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
                continue
            self.job("undo", "job.yaml")  # through before its kills were used up
        self.job("run", "job.yaml")
        self.assert_done(writes=False)


@unittest.skipUnless(programs(), "PostgreSQL's server is not installed")
class Shared(PostgresCase):
    """Several workers on one job; the vault behind them is served."""

    count = 2000

    def setUp(self):
        super().setUp()
        served = ServedVault(self)
        self.url, self.keys, self.stop_server = served.url, served.keys, served.stop
        self.job_yaml("safety: {batch: 50, rate: 0}\nverify: reply\n", source=", shared: true")

    def work(self):
        words = [KEYTURN, "--endpoint-url", self.url, "--region", "us-east-1", "job", "work", "job.yaml", "--lease-seconds", "3",
                 "--output", "json"]
        return subprocess.Popen(words, cwd=self.folder, env=self.environment(**self.keys), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def assert_done(self, writes=True):
        self.stop_server()
        super().assert_done(writes)

    def test_three_workers_each_killed(self):
        chance, kills = random.Random(11), 0
        workers = [self.work() for _ in range(3)]
        while kills < 12:
            index = chance.randrange(3)
            try:
                workers[index].communicate(timeout=chance.uniform(0.05, 0.4))
            except subprocess.TimeoutExpired:
                workers[index].kill()
                workers[index].communicate()
                kills += 1
            workers[index] = self.work()
        for worker in workers:
            out, err = worker.communicate(timeout=300)
            self.assertEqual(worker.returncode, 0, out + err)
        status = json.loads(self.run_cli("job", "status", "job.yaml", "--output", "json", check=0).out)
        self.assertEqual((status["State"], status["Writes"]), ("done", self.count))
        self.assert_done()

    def test_other_verbs(self):
        self.assertIn("job work", self.run_cli("job", "run", "job.yaml", check=252).err)
        worker = self.work()
        out, err = worker.communicate(timeout=120)
        self.assertEqual(worker.returncode, 0, err)
        self.assertEqual(json.loads(out)["State"], "done")
        service = ["--endpoint-url", self.url, "--region", "us-east-1"]
        verified = json.loads(self.run_cli(*service, "job", "verify", "job.yaml", "--output", "json", check=0, **self.keys).out)
        self.assertEqual((verified["State"], verified["Items"]), ("verified", [{"State": "verified", "Count": self.count}]))
        report = json.loads(self.run_cli("job", "report", "job.yaml", check=0).out)
        self.assertEqual((report["counts"]["verified"], len(report["items"])), (self.count, self.count))
        (schema,), = self.postgres.sql("select nspname from pg_namespace where nspname like 'keyturn_job_%'")
        [[mac]] = self.postgres.sql(f"select mac from {schema}.item where row_key = '[1]'")
        self.postgres.sql(f"update {schema}.item set mac = '' where row_key = '[1]'")
        self.assertIn("item [1]", self.run_cli("job", "report", "job.yaml", check=255).err)
        self.postgres.sql(f"update {schema}.item set mac = '{mac}' where row_key = '[1]'")
        undone = self.run_cli("--endpoint-url", self.url, "--region", "us-east-1", "job", "undo", "job.yaml", check=0, **self.keys)
        self.assertIn("undone", undone.out)
        secrets = self.postgres.sql("select secret from users order by id")
        self.assertEqual([row[0][3:] for row in secrets], [item.blob for item in self.items])


if __name__ == "__main__":
    main()
