# SPDX-License-Identifier: Apache-2.0
"""The vault of a test, served on loopback, behind a peer that counts, records and misbehaves."""

import json
import subprocess

from cli_session import KEYTURN
from counting_proxy import CountingProxy


class ServedVault:
    def __init__(self, test):
        self.test, self.server, self.proxy = test, None, None
        self.start()
        test.addCleanup(self.stop)
        test.addCleanup(self.proxy.stop)

    def start(self):
        """Again after stop(), on another port behind the same peer."""
        if self.server:
            return
        self.server = subprocess.Popen([KEYTURN, "--vault", "v", "--passphrase-file", "passphrase", "serve", "--print-secret"],
                                       cwd=self.test.folder, env=self.test.environment(), stdout=subprocess.PIPE, text=True)
        said = json.loads(self.server.stdout.readline())
        host, port = said["endpoint"].removeprefix("http://").strip("/").rsplit(":", 1)
        self.url = said["endpoint"]
        self.keys = {"AWS_ACCESS_KEY_ID": said["accessKeyId"], "AWS_SECRET_ACCESS_KEY": said["secretAccessKey"]}
        self.endpoint = (host, int(port), said["accessKeyId"], said["secretAccessKey"])
        if self.proxy:
            self.proxy.endpoint = (*self.endpoint, self.proxy.endpoint[4])
        else:
            self.proxy = CountingProxy(*self.endpoint)

    def stop(self):
        """The vault can be opened by others then."""
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=30)
            self.server.stdout.close()
            self.server = None
