# SPDX-License-Identifier: Apache-2.0
"""Signs requests with the installed botocore: JSON lines on standard input, one Authorization header a line out.

A request: {"url", "headers": [[name, value]...], "body" (base64), "access", "secret", "token" or null,
"region", "service", "time" (YYYYMMDDTHHMMSSZ)}. The first line out is botocore's version.
"""

import base64
import datetime
import json
import sys

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class _Clock:
    """Stands in for botocore.auth's `datetime` module, so that the moment of signing is the request's."""

    moment = None

    class datetime(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return _Clock.moment


def sign(one):
    _Clock.moment = datetime.datetime.strptime(one["time"], "%Y%m%dT%H%M%SZ")
    request = AWSRequest(method="POST", url=one["url"], data=base64.b64decode(one["body"]))
    for name, value in one["headers"]:
        request.headers[name] = value
    credentials = Credentials(one["access"], one["secret"], one["token"])
    botocore.auth.SigV4Auth(credentials, one["service"], one["region"]).add_auth(request)
    return request.headers["Authorization"]


def main():
    botocore.auth.datetime = _Clock
    print(botocore.__version__)
    for line in sys.stdin:
        print(sign(json.loads(line)))


main()
