# SPDX-License-Identifier: Apache-2.0
"""keyturn-cli in a folder of its own, for the tests of sessions: no keychain, no AWS files, a vault with a cheap KDF."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import tempfile
import termios
import unittest
from pathlib import Path

KEYTURN = os.environ["KEYTURN_CLI"]
# The session's keychain, and how sanitizers report.
KEPT = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
PASSPHRASE = "correct horse MARKERpassphrase"


class Answer:
    def __init__(self, result):
        self.exit, self.out, self.err = result.returncode, result.stdout, result.stderr

    @property
    def json(self):
        return json.loads(self.out)


class CliCase(unittest.TestCase):
    """Each test starts in an empty folder with an empty home."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="keyturn-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.write("passphrase", PASSPHRASE + "\n")
        self.seen = []

    def write(self, name, content, mode=0o600):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def environment(self, **more):
        home = str(self.folder / "home")
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {"PATH": "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8", "TZ": "UTC", **kept, **more}

    def run_cli(self, *words, stdin="", check=None, wrapper=(), **environment):
        """wrapper: a program that runs another, and its first words."""
        result = subprocess.run([*map(str, wrapper), KEYTURN, *map(str, words)], cwd=self.folder, env=self.environment(**environment),
                                input=stdin, capture_output=True, text=True, timeout=120, check=False)
        answer = Answer(result)
        self.seen.append(answer.out + answer.err)
        if check is not None:
            self.assertEqual(answer.exit, check, f"{words}\n{answer.out}\n{answer.err}")
        return answer

    def make_vault(self, name="v", *more):
        self.run_cli("vault", "create", "--vault", name, "--passphrase-file", "passphrase", "--kdf-memory-mib", "19", *more,
                     check=0)

    def vault(self, *words, check=0, **more):
        return self.run_cli("--vault", "v", "--passphrase-file", "passphrase", *words, check=check, **more)

    def kms(self, *words, check=0, **more):
        return self.vault("kms", *words, check=check, **more)

    def new_key(self, *words):
        return self.kms("create-key", *words).json["KeyMetadata"]["KeyId"]

    def encrypt(self, key, plaintext=b"secret", context=None):
        self.write("plain", plaintext)
        words = ["--encryption-context", json.dumps(context)] if context is not None else []
        return self.kms("encrypt", "--key-id", key, "--plaintext", "fileb://plain", *words).json["CiphertextBlob"]


def on_terminal(test, words, answers, **environment):
    """Runs the program on a terminal of its own; answers: (question to wait for, text to type or
    what makes it of all that was shown). What was shown, exit."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(test.folder)
        os.execve(KEYTURN, [KEYTURN, *words], test.environment(**environment))
    shown, waiting = b"", list(answers)
    while True:
        ready, _, _ = select.select([terminal], [], [], 60)
        test.assertTrue(ready, f"no more output after {shown!r}")
        try:
            part = os.read(terminal, 4096)
        except OSError:
            part = b""
        if not part:
            break
        shown += part
        if waiting and shown.decode(errors="replace").endswith(waiting[0][0]):
            text = waiting.pop(0)[1]
            os.write(terminal, (text(shown.decode()) if callable(text) else text).encode())
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return shown.decode(errors="replace"), os.waitstatus_to_exitcode(status)


def with_terminal_for_errors(test, *words, columns=0, later=0, **environment):
    """What is shown on a terminal that only standard error is, standard output, exit. columns 0: it does not know; later:
    columns once the program tells a share of its work."""
    ours, theirs = pty.openpty()

    def resize(width):
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))

    resize(columns)
    process = subprocess.Popen([KEYTURN, *map(str, words)], cwd=test.folder, env=test.environment(**environment),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        shown += part
        if not part:
            break
        if later and b"% " in shown:
            resize(later)
    out = process.stdout.read()
    process.stdout.close()
    os.close(ours)
    return shown.decode(), out.decode(), process.wait(timeout=60)
