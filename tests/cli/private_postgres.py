# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of a test's own, on a socket in a folder; goes with the test."""

import glob
import os
import shutil
import subprocess
import tempfile
import time


def programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    return os.environ.get("KEYTURN_POSTGRES_PROGRAMS") or (os.path.dirname(found[-1]) if found else None)


class PrivatePostgres:
    def __init__(self):
        self.bin = programs()
        self.folder = tempfile.mkdtemp(prefix="keyturn-pg-")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "-D", f"{self.folder}/data", "-U", "keyturn", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.server = None
        self.start()

    def words(self, program, *more):
        user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        return ["setpriv", "--pdeathsig", "QUIT", *user, f"{self.bin}/{program}", *more]

    def run(self, program, *more, stdin=None):
        return subprocess.run(self.words(program, *more), input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/",
                              check=True).stdout

    def start(self):
        self.server = subprocess.Popen(self.words("postgres", "-D", f"{self.folder}/data", "-k", self.folder, "-c", "listen_addresses=",
                                                  "-c", "unix_socket_permissions=0777"),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        for _ in range(600):
            if subprocess.run(self.words("pg_isready", "-q", "-h", self.folder), cwd="/", check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not start")

    def stop(self):
        self.server.send_signal(2)
        self.server.wait(timeout=60)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def connection(self):
        return f"host={self.folder} dbname=postgres user=keyturn"

    def sql(self, text):
        """Rows as lists of texts."""
        out = self.run("psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "keyturn", "-d",
                       "postgres", "-f", "-", stdin=text)
        return [line.split("\t") for line in out.splitlines()]
