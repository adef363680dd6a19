# SPDX-License-Identifier: Apache-2.0
"""A proxy on loopback that plays every HTTPS host: it notes host, Region and access key id of each request and answers as
KMS or STS would. Its certificates come from a CA of its own, made with openssl. For test_precedence.py; fake_aws.py
answers with more care."""

import re
import socket
import ssl
import subprocess
import threading
from pathlib import Path

ASSUMED = ("<AssumeRole{0}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRole{0}Result><Credentials>"
           "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token"
           "</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::"
           "111122223333:assumed-role/r/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser></AssumeRole{0}Result>"
           "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRole{0}Response>")
SCOPE = re.compile(r"Credential=([^/]*)/\d+/([^/]*)/([^/]*)/aws4_request")


class Authority:
    """A CA, and a key for all hosts; certificates are made when they are needed."""

    def __init__(self, folder):
        self.folder, self.lock, self.contexts = Path(folder), threading.Lock(), {}
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
                     "ca.pem", "-days", "2", "-subj", "/CN=Keyturn test CA", "-addext", "basicConstraints=critical,CA:TRUE")
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "host.key")

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    @property
    def bundle(self):
        return str(self.folder / "ca.pem")

    def context(self, host):
        with self.lock:
            if host not in self.contexts:
                name = f"host{len(self.contexts)}"
                (self.folder / f"{name}.ext").write_text(f"subjectAltName=DNS:{host}\n")
                self.openssl("req", "-new", "-key", "host.key", "-subj", "/CN=host", "-out", f"{name}.csr")
                self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                             "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.folder / f"{name}.pem", self.folder / "host.key")
                self.contexts[host] = context
            return self.contexts[host]


def read_message(stream):
    """The first line, the header fields, the body; nothing at the end of the stream."""
    first = stream.readline().decode("latin-1").strip()
    fields = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return first, fields, stream.read(int(fields.get("content-length", 0)))


class Proxy:
    """One run of one program: `requests` is what it asked, in order."""

    def __init__(self, authority):
        self.authority, self.requests, self.by_socks = authority, [], []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection, connection.makefile("rb") as stream:
                host = self.socks(connection, stream) if stream.peek(1)[:1] == b"\x05" else self.connect(connection, stream)
                with self.authority.context(host.rpartition(":")[0]).wrap_socket(connection, server_side=True) as secure:
                    self.talk(host, secure)
        except (OSError, IndexError):
            pass  # a client that trusts nobody, or that has gone

    @staticmethod
    def connect(connection, stream):
        first, _, _ = read_message(stream)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return first.split()[1]

    def socks(self, connection, stream):
        """SOCKS 5 without a password, to a host by its name."""
        stream.read(stream.read(2)[1])
        connection.sendall(b"\x05\x00")
        asked = stream.read(4)
        if asked != b"\x05\x01\x00\x03":
            raise OSError("no name to connect to")
        host = stream.read(stream.read(1)[0]).decode() + f":{int.from_bytes(stream.read(2), 'big')}"
        connection.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        self.by_socks.append(host)
        return host

    def talk(self, host, secure):
        with secure.makefile("rb") as stream:
            while True:
                first, fields, body = read_message(stream)
                if not first:
                    return
                signed = SCOPE.search(fields.get("authorization", ""))
                key, region, service = signed.groups() if signed else (None, None, None)
                self.requests.append({"host": host, "path": first.split()[1], "key": key, "region": region, "service": service,
                                      "token": fields.get("x-amz-security-token")})
                status, kind, answer = self.respond(host.rpartition(":")[0], first.split()[:2], fields, body)
                secure.sendall(b"HTTP/1.1 %d Answer\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                               % (status, kind.encode(), len(answer), answer.encode()))

    def respond(self, _host, _line, fields, body):
        """Status, content type and body of an answer; _line is method and target."""
        answer, kind = self.answer(fields, body)
        return 200, kind, answer

    @staticmethod
    def answer(fields, body):
        if "x-amz-target" in fields:
            return '{"Keys": [], "Truncated": false}', "application/x-amz-json-1.1"
        return ASSUMED.format("WithWebIdentity" if b"WithWebIdentity" in body else ""), "text/xml"

    def close(self):
        self.listener.close()
