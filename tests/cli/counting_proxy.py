# SPDX-License-Identifier: Apache-2.0
"""Stands before a KMS endpoint on loopback: counts and records what passes, signs it anew for the endpoint, and when told to
throttles, fails, cuts answers off or waits. A test's own thread; no process."""

import datetime
import hashlib
import hmac
import http.client
import json
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def signed_headers(host, target, body, key_id, secret, region):
    """The headers of a signed KMS request (SigV4)."""
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    headers = {"content-type": "application/x-amz-json-1.1", "host": host, "x-amz-date": stamp, "x-amz-target": target}
    names = ";".join(sorted(headers))
    canonical = "\n".join(["POST", "/", "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names,
                           hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{region}/kms/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in (day, region, "kms", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return headers


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that was killed goes without a word."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class CountingProxy:
    """faults: {"throttle": 0.1, "fail": 0.1, "lose": 0.1, "wait": seconds}: the share of ReEncrypt calls that meet each.
    "lose" passes the call on and cuts the answer off. expired: access key ids that are good no more."""

    def __init__(self, host, port, key_id, secret, region="us-east-1"):
        self.endpoint = (host, port, key_id, secret, region)
        self.operations = Counter()
        self.requests = []  # (operation, body)
        self.callers = Counter()  # by access key id
        self.faults, self.expired, self.random, self.lock = {}, set(), random.Random(7), threading.Lock()
        self.local = threading.local()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802 (the library's name)
                proxy.handle(self)

            def finish(self):
                super().finish()
                connection = getattr(proxy.local, "connection", None)
                if connection:
                    connection.close()

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        target = request.headers.get("X-Amz-Target", "")
        operation = target.rpartition(".")[2]
        caller = request.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        with self.lock:
            self.callers[caller] += 1
            self.operations[operation] += 1
            self.requests.append((operation, json.loads(body or b"{}")))
            fault = self.draw() if operation == "ReEncrypt" else None
        if self.faults.get("wait"):
            time.sleep(self.faults["wait"])
        if caller in self.expired:
            return self.answer(request, 400, b'{"__type":"ExpiredTokenException","message":"The security token is expired"}')
        if fault == "throttle":
            return self.answer(request, 400, b'{"__type":"ThrottlingException","message":"Rate exceeded"}')
        if fault == "fail":
            return self.answer(request, 500, b'{"__type":"KMSInternalException"}')
        status, reply = self.pass_on(target, body)
        if fault == "lose":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.shutdown(socket.SHUT_RDWR)
            request.close_connection = True
            return None
        return self.answer(request, status, reply)

    def draw(self):
        share = self.random.random()
        for name in ("throttle", "fail", "lose"):
            share -= self.faults.get(name, 0)
            if share < 0:
                return name
        return None

    def pass_on(self, target, body):
        host, port, key_id, secret, region = self.endpoint
        for _ in range(2):  # a connection that was idle for long may be closed
            connection = getattr(self.local, "connection", None) or http.client.HTTPConnection(host, port, timeout=60)
            self.local.connection = connection
            try:
                connection.request("POST", "/", body, signed_headers(f"{host}:{port}", target, body, key_id, secret, region))
                reply = connection.getresponse()
                return reply.status, reply.read()
            except (http.client.HTTPException, OSError):
                connection.close()
                self.local.connection = None
        return 503, b'{"__type":"DependencyTimeoutException"}'

    @staticmethod
    def answer(request, status, body):
        request.send_response(status)
        request.send_header("Content-Type", "application/x-amz-json-1.1")
        request.send_header("x-amzn-RequestId", "11111111-2222-3333-4444-555555555555")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
