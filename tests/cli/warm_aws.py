# SPDX-License-Identifier: Apache-2.0
"""Debian's `aws` without its start: a process that has loaded the program already forks for each command, which costs a
fraction of importing it anew. Each command has a process, environment, folder and output of its own."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
from pathlib import Path

LOCALE = "C.UTF-8"
HOME = "/home-of-the-command"  # while awscli is imported


class WarmAws:
    """At most `count` commands at a time, from any thread. run() is subprocess.run() as the suites use it."""

    def __init__(self, count):
        self.idle = queue.Queue()
        self.servers = []
        for _ in range(count):
            server = subprocess.Popen(["/usr/bin/python3", "-B", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      env={"PATH": "/usr/bin:/bin", "LC_ALL": LOCALE, "HOME": HOME})
            self.servers.append(server)
            self.idle.put(server)

    def run(self, words, folder, environment):
        assert environment["LC_ALL"] == LOCALE, "the locale is settled when Python starts"
        server = self.idle.get()
        try:
            with tempfile.TemporaryDirectory(prefix="keyturn-aws-") as name:
                out, err = Path(name) / "out", Path(name) / "err"
                server.stdin.write(json.dumps({"words": words, "folder": str(folder), "environment": environment,
                                               "out": str(out), "err": str(err)}) + "\n")
                server.stdin.flush()
                code = int(server.stdout.readline())
                return subprocess.CompletedProcess(words, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))
        finally:
            self.idle.put(server)

    def close(self):
        for server in self.servers:
            server.stdin.close()
            server.wait()
            server.stdout.close()


def become(command):
    """In the child: the command's environment, folder and files, then what /usr/bin/aws does."""
    import time

    os.chdir(command["folder"])
    data_path = os.environ["AWS_DATA_PATH"]  # set by awscli when it is imported
    os.environ.clear()
    os.environ.update({**command["environment"], "AWS_DATA_PATH": data_path})
    time.tzset()
    for module in [module for name, module in sys.modules.items() if name.startswith(("awscli", "botocore"))]:
        for name, value in list(vars(module).items()):
            if isinstance(value, str) and value.startswith(HOME):  # caches in the home, found at the import
                setattr(module, name, os.environ["HOME"] + value.removeprefix(HOME))
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for target, (name, mode) in enumerate([(os.devnull, os.O_RDONLY), (command["out"], flags), (command["err"], flags)]):
        opened = os.open(name, mode, 0o600)
        os.dup2(opened, target)
        os.close(opened)
    sys.argv = ["/usr/bin/aws", *command["words"]]
    import awscli.clidriver

    return awscli.clidriver.main()


def serve():
    import awscli.clidriver  # noqa: F401
    import awscli.customizations.configure.configure  # noqa: F401
    import botocore.endpoint  # noqa: F401
    import botocore.httpsession  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = become(json.loads(line))
            except SystemExit as ended:
                code = ended.code
            with contextlib.suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 0 if code is None else 1)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
