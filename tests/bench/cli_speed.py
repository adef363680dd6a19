#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One call of the command line against one of Debian's: cli_speed.py KEYTURN_CLI REPORT

Runs inside tests/fakes/with_keyring.sh unlocked. `keyturn-cli kms re-encrypt` opens a vault through its keychain slot,
re-encrypts, records and locks; `aws kms re-encrypt` asks a server on loopback that answers at once with fixed bytes.
They run in turn, so that both see the same machine. The report has the form of Google Benchmark's, for gates.py.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROUNDS = 21
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
REPLY = json.dumps({"CiphertextBlob": "RUZHSA==", "SourceKeyId": KEY, "KeyId": KEY}).encode()
ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nConnection: close\r\n"
          b"Content-Length: %d\r\n\r\n%s" % (len(REPLY), REPLY))


def serve(listener):
    """Reads one request of any connection, whatever it asks, and answers."""
    while True:
        connection, _ = listener.accept()
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            head, _, body = request.partition(b"\r\n\r\n")
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            while len(body) < length:
                body += connection.recv(65536)
            connection.sendall(ANSWER)


class Calls:
    def __init__(self, keyturn, folder):
        self.keyturn, self.folder = keyturn, folder
        kept = {name: os.environ[name] for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR") if name in os.environ}
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8", "AWS_PAGER": "",
                            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1",
                            "AWS_EC2_METADATA_DISABLED": "true", **kept}

    def run(self, *words):
        """What it printed, and the seconds from start to end of its process."""
        begun = time.perf_counter()
        result = subprocess.run(words, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                                timeout=120, check=True)
        return result.stdout, time.perf_counter() - begun

    def make_vault(self):
        (self.folder / "passphrase").write_text("of a benchmark\n")
        (self.folder / "passphrase").chmod(0o600)
        opened = (self.keyturn, "--vault", "v", "--passphrase-file", "passphrase")
        self.run(*opened, "vault", "create", "--kdf-memory-mib", "19")
        keys = [json.loads(self.run(*opened, "kms", "create-key")[0])["KeyMetadata"]["KeyId"] for _ in range(2)]
        self.run(*opened, "kms", "encrypt", "--key-id", keys[0], "--plaintext", "c2VjcmV0", "--ciphertext-out", "blob")
        self.run(*opened, "vault", "slots", "add-keychain")
        return keys


def measure(keyturn, folder):
    calls = Calls(keyturn, folder)
    _, target = calls.make_vault()
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        words = ("kms", "re-encrypt", "--ciphertext-blob", "fileb://blob", "--destination-key-id", target)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            printed, seconds = calls.run(keyturn, "--vault", "v", *words)
            assert json.loads(printed)["KeyId"].endswith(target)
            ours.append(seconds)
            printed, seconds = calls.run("/usr/bin/aws", "--endpoint-url", url, *words)
            assert json.loads(printed) == json.loads(REPLY)
            theirs.append(seconds)
    return ours, theirs


def main(arguments):
    if len(arguments) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="keyturn-bench-") as folder:
        ours, theirs = measure(str(Path(arguments[1]).resolve()), Path(folder))
    result = {"name": "cliReEncryptWithKeychainSlot", "keyturn_ms": statistics.median(ours) * 1000,
              "aws_ms": statistics.median(theirs) * 1000, "keyturn_slowest_ms": max(ours) * 1000,
              "aws_fastest_ms": min(theirs) * 1000, "times_faster": statistics.median(theirs) / statistics.median(ours)}
    Path(arguments[2]).write_text(json.dumps({"benchmarks": [result]}, indent=4) + "\n")
    print(", ".join(f"{name} {value:.1f}" for name, value in result.items() if name != "name"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
