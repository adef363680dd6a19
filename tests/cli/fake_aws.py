# SPDX-License-Identifier: Apache-2.0
"""Identity Center, STS and KMS under their own names, behind the proxy of tls_proxy.py. Every signature is computed again;
credentials are good only if this fake has handed them out. Every secret that it gives holds MARKER."""

import datetime
import hashlib
import hmac
import json
import re
import sys
import threading
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import recording_peer  # noqa: E402
from tls_proxy import Proxy  # noqa: E402

ACCOUNT = "111122223333"
PAGE = "https://device.sso.us-east-1.amazonaws.com/"
SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d+)/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?"
                    r"Signature=([0-9a-f]{64})$")
JSON, XML = "application/json", "text/xml"


def signature(secret, method, target, fields, body):
    """What SigV4 makes of a request, by the names that it says are signed."""
    _, day, region, service, names, _ = SIGNED.match(fields["authorization"]).groups()
    path, _, query = target.partition("?")
    headers = "".join(f"{name}:{fields[name]}\n" for name in names.split(";"))
    canonical = "\n".join([method, path, query, headers, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", fields["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + secret.encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class FakeAws(Proxy):
    """calls: (service, operation, access key id or "", what was asked), in order."""

    def __init__(self, authority):
        self.lock, self.calls = threading.Lock(), []
        self.keys = {"AKBASE": {"secret": "base-secret-MARKER", "token": None, "arn": f"arn:aws:iam::{ACCOUNT}:user/base"}}
        self.polls, self.asked_at, self.code_life = [], [], 600
        self.tokens, self.token_life = 0, 28800
        self.role_life, self.expired, self.trust, self.mfa_code = 3600, set(), {}, "123456"
        super().__init__(authority)

    def named(self, service):
        """Operations of a service in order."""
        with self.lock:
            return [operation for each, operation, _, _ in self.calls if each == service]

    def of(self, service, operation):
        with self.lock:
            return [(key, asked) for each, name, key, asked in self.calls if (each, name) == (service, operation)]

    def respond(self, host, line, fields, body):
        service = host.split(".")[0]
        with self.lock:
            return {"oidc": self.oidc, "portal": self.portal, "sts": self.sts, "kms": self.kms}[service](line, fields, body)

    def new_keys(self, prefix, arn):
        number = len(self.keys)
        key = f"{prefix}{number}"
        self.keys[key] = {"secret": f"secret-MARKER-{number}", "token": f"token-MARKER-{number}", "arn": arn}
        return key, self.keys[key], time.time() + self.role_life

    def fault(self, line, fields, body):
        """The code of what is wrong with a signature; nothing when it is good."""
        signed = SIGNED.match(fields.get("authorization", ""))
        if not signed:
            return "MissingAuthenticationTokenException"
        keys = self.keys.get(signed[1])
        if keys is None or keys["token"] != fields.get("x-amz-security-token"):
            return "UnrecognizedClientException"
        if signed[1] in self.expired:
            return "ExpiredTokenException"
        return None if signature(keys["secret"], *line, fields, body) == signed[6] else "InvalidSignatureException"

    # OIDC: registers clients, starts logins, answers polls from the list; at its end the login is confirmed.
    def oidc(self, line, _fields, body):
        asked = json.loads(body)
        self.calls.append(("oidc", line[1], "", asked))
        if line[1] == "/client/register":
            return 200, JSON, json.dumps({"clientId": "client", "clientSecret": "client-MARKER", "clientSecretExpiresAt":
                                          int(time.time()) + 90 * 86400})
        if line[1] == "/device_authorization":
            return 200, JSON, json.dumps({"deviceCode": "device-MARKER", "userCode": "ABCD-EFGH", "verificationUri": PAGE,
                                          "verificationUriComplete": PAGE + "?user_code=ABCD-EFGH", "expiresIn": self.code_life,
                                          "interval": 1})
        return self.token(asked)

    def token(self, asked):
        if asked.get("grantType") == "refresh_token":
            good = asked.get("refreshToken") == f"refresh-MARKER-{self.tokens}"
            return self.new_token() if good else (400, JSON, '{"error": "invalid_grant"}')
        if (asked.get("deviceCode"), asked.get("clientSecret")) != ("device-MARKER", "client-MARKER"):
            return 401, JSON, '{"error": "invalid_client"}'
        self.asked_at.append(time.monotonic())
        if not self.polls:
            return self.new_token()
        return 400, JSON, json.dumps({"error": self.polls.pop(0)})

    def new_token(self):
        self.tokens += 1
        return 200, JSON, json.dumps({"accessToken": f"access-MARKER-{self.tokens}", "tokenType": "Bearer", "expiresIn":
                                      self.token_life, "refreshToken": f"refresh-MARKER-{self.tokens}"})

    def portal(self, line, fields, _body):
        asked = dict(urllib.parse.parse_qsl(line[1].partition("?")[2]))
        self.calls.append(("portal", line[1].partition("?")[0], "", asked))
        if fields.get("x-amz-sso_bearer_token") != f"access-MARKER-{self.tokens}":
            return 401, JSON, '{"message": "Session token not found or invalid"}'
        key, keys, end = self.new_keys("ASIASSO", f"arn:aws:sts::{ACCOUNT}:assumed-role/{asked['role_name']}/me")
        return 200, JSON, json.dumps({"roleCredentials": {"accessKeyId": key, "secretAccessKey": keys["secret"], "sessionToken":
                                                          keys["token"], "expiration": int(end * 1000)}})

    # STS: `trust` says what a role asks for: {role ARN: {form member: value}}.
    def sts(self, line, fields, body):
        asked = dict(urllib.parse.parse_qsl(body.decode()))
        signed = SIGNED.match(fields.get("authorization", ""))
        self.calls.append(("sts", asked["Action"], signed[1] if signed else "", asked))
        if code := self.fault(line, fields, body):
            return self.refused(code, "The signature is not good.")
        if asked["Action"] == "GetCallerIdentity":
            arn = self.keys[signed[1]]["arn"]
            return 200, XML, (f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><UserId>AIDA</UserId>"
                              f"<Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
        if "SerialNumber" in asked and asked.get("TokenCode") != self.mfa_code:
            return self.refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
        if any(asked.get(member) != value for member, value in self.trust.get(asked["RoleArn"], {}).items()):
            return self.refused("AccessDenied", f"User: {self.keys[signed[1]]['arn']} is not authorized to perform: sts:AssumeRole")
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{asked['RoleArn'].rpartition('/')[2]}/{asked['RoleSessionName']}"
        key, keys, end = self.new_keys("ASIAROLE", arn)
        end = datetime.datetime.fromtimestamp(end, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return 200, XML, (f"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>"
                          f"{keys['secret']}</SecretAccessKey><SessionToken>{keys['token']}</SessionToken><Expiration>{end}"
                          f"</Expiration></Credentials><AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>AROA:s</AssumedRoleId>"
                          "</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>")

    @staticmethod
    def refused(code, message):
        return 403, XML, (f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
                          "<RequestId>1</RequestId></ErrorResponse>")

    def kms(self, line, fields, body):
        operation = fields.get("x-amz-target", "").removeprefix("TrentService.")
        signed = SIGNED.match(fields.get("authorization", ""))
        self.calls.append(("kms", operation, signed[1] if signed else "", json.loads(body or b"{}")))
        if code := self.fault(line, fields, body):
            return 400, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": "Refused."})
        status, reply = recording_peer.answer(operation, json.loads(body or b"{}"))
        self.after_kms(signed[1])
        return status, "application/x-amz-json-1.1", json.dumps(reply)

    def after_kms(self, key):
        """A hook for tests: what happens once a call with this key was answered."""
