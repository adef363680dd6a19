# SPDX-License-Identifier: Apache-2.0
"""A vault that keyturn-cli serves, in a folder of its own, and clients of it: boto3, Debian's aws, the SDK for
JavaScript. A client answers ("ok", reply) or (code, message, status); status 0 where a client does not tell it; None for
an operation that its model does not have."""

import atexit
import base64
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

KEYTURN = os.environ["KEYTURN_CLI"]
KEPT = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


def environment(folder, **more):
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC",
            **kept, **more}


def lacking():
    """What the vault has no handler for, by its own table: operation, and the reason that it gives."""
    source = (Path(__file__).parent.parent.parent / "core/vault/handlers/dispatch.cpp").read_text(encoding="utf-8")
    reasons = dict(re.findall(r'string_view (\w+) =\s*"([^"]*)"', source))
    return {operation: reasons[name] for operation, name in re.findall(r"absent\(OperationId::(\w+), (\w+)\)", source)}


class Vault:
    """The file; kept until close()."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="keyturn-served-")
        self.folder = Path(self._folder.name)
        self.passphrase = self.folder / "passphrase"
        self.passphrase.write_text("correct horse\n", encoding="utf-8")
        self.passphrase.chmod(0o600)
        self.cli("vault", "create", "--kdf-memory-mib", "19", "--region", "eu-central-1")

    def close(self):
        self._folder.cleanup()

    def command(self, *words):
        return [KEYTURN, "--vault", "v", "--passphrase-file", "passphrase", *words]

    def cli(self, *words, code=0):
        done = subprocess.run(self.command(*words), cwd=self.folder, env=environment(self.folder), capture_output=True,
                              text=True, timeout=120, check=False)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def access_key(self, name, *allow):
        """(id, secret) of a key that is kept."""
        file = f"key-{name}"
        words = ["access-key", "create", "--name", name, "--credentials-file", file]
        self.cli(*words, *(["--allow", ",".join(allow)] if allow else []))
        return credentials_of(self.folder / file)


def credentials_of(file):
    text = Path(file).read_text(encoding="utf-8")
    return re.search(r"aws_access_key_id = (\S+)", text)[1], re.search(r"aws_secret_access_key = (\S+)", text)[1]


class Served:
    """keyturn-cli serve, running."""

    def __init__(self, vault, *words):
        self.vault = vault
        self.process = subprocess.Popen(vault.command("serve", "--wait", "20", *words), cwd=vault.folder, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment(vault.folder), text=True)
        atexit.register(self.process.kill)  # a test that fails leaves no server; one that ended gets no signal
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("serve said nothing: " + self.process.stderr.read())
        self.told = json.loads(line)
        self.url, self.region = self.told["endpoint"], self.told["region"]
        self.key = credentials_of(self.told["credentialsFile"])

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


class Boto3:
    name, knows_newer = "boto3", False

    def __init__(self, served, key=None, attempts=1, region=None):
        import boto3
        from botocore.config import Config

        key = key or served.key
        session = boto3.session.Session(aws_access_key_id=key[0], aws_secret_access_key=key[1], region_name=region or served.region)
        self._client = session.client("kms", endpoint_url=served.url, config=Config(
            parameter_validation=False, retries={"total_max_attempts": attempts}, proxies={}))

    def call(self, operation, **members):
        from botocore.exceptions import ClientError

        method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
        if not hasattr(self._client, method):
            return None
        try:
            reply = getattr(self._client, method)(**members)
        except ClientError as error:
            told = error.response["Error"]
            return told["Code"], told["Message"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        reply.pop("ResponseMetadata")
        return "ok", reply


class AwsCli:
    name, knows_newer = "aws", False

    def __init__(self, served, key=None):
        key = key or served.key
        self._served = served
        home = served.vault.folder / "aws-home"
        (home / ".aws").mkdir(parents=True, exist_ok=True)
        (home / ".aws" / "config").write_text("[default]\nparameter_validation = false\nmax_attempts = 1\n", encoding="utf-8")
        self._environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC", "AWS_PAGER": "",
                             "AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1], "PYTHONDONTWRITEBYTECODE": "1"}

    @staticmethod
    def _wire(value):
        if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        if isinstance(value, dict):
            return {name: AwsCli._wire(member) for name, member in value.items()}
        return [AwsCli._wire(member) for member in value] if isinstance(value, list) else value

    def call(self, operation, **members):
        command = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", operation).lower()
        done = subprocess.run(["/usr/bin/aws", "kms", command, "--endpoint-url", self._served.url, "--region", self._served.region,
                               "--output", "json", "--no-paginate", "--cli-input-json", json.dumps(self._wire(members))],
                              env=self._environment, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode == 0:
            return "ok", bytes_of(json.loads(done.stdout or "{}"))
        if "Invalid choice" in done.stderr:
            return None
        told = re.search(r"An error occurred \((\S+)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: (.*)", done.stderr.strip() + " ", re.S)
        assert told, f"{operation}: {done.returncode} {done.stderr}"
        return told[1], told[2].strip(), 0


class JavaScript:
    name, knows_newer = "sdk for js", True

    def __init__(self, served, packages):
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).parent / "sdk_client.mjs"), str(packages)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={"PATH": os.environ["PATH"], "HOME": str(served.vault.folder), "KEYTURN_ENDPOINT": served.url,
                            "AWS_REGION": served.region, "AWS_ACCESS_KEY_ID": served.key[0],
                            "AWS_SECRET_ACCESS_KEY": served.key[1], "AWS_EC2_METADATA_DISABLED": "true"})

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)

    @staticmethod
    def _wire(value):
        if isinstance(value, bytes):
            return {"base64": base64.b64encode(value).decode()}
        if isinstance(value, dict):
            return {name: JavaScript._wire(member) for name, member in value.items()}
        return [JavaScript._wire(member) for member in value] if isinstance(value, list) else value

    def call(self, operation, **members):
        with self._lock:
            self._process.stdin.write(json.dumps({"operation": operation, "input": self._wire(members)}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            error = answer["error"]
            if error["message"] == "sdk[operation] is not a constructor":
                return None  # younger than the SDK's model
            # What has no message, the SDK calls by its name.
            message = "" if error["message"] in (error["name"], "UnknownError") else error["message"]
            return error["name"], message, error["status"]
        return "ok", bytes_of(answer["reply"])


_BLOBS = {"CiphertextBlob", "Plaintext", "PublicKey", "Signature", "Mac", "SharedSecret", "PrivateKeyPlaintext", "PrivateKeyCiphertextBlob",
          "ImportToken"}


def bytes_of(value, name=""):
    """Blobs of a reply as bytes, whoever decoded it."""
    if isinstance(value, dict):
        if set(value) == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: bytes_of(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [bytes_of(member) for member in value]
    return base64.b64decode(value) if name in _BLOBS and isinstance(value, str) else value
