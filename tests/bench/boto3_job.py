# SPDX-License-Identifier: Apache-2.0
"""A file of JSON Lines re-encrypted by boto3 in threads, each with its own connection, as people write it:
boto3_job.py URL IN OUT THREADS... tries each number of threads on the first 4,000 lines, then does the whole file with
the best one and prints "THREADS LINES_A_SECOND"."""

import base64
import itertools
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890a"
TRIED = 4000


def move(url, source, target, threads, lines):
    client = boto3.client(
        "kms",
        endpoint_url=url,
        region_name="eu-central-1",
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="secret",
        config=Config(max_pool_connections=threads, proxies={}),
    )

    def re_encrypt(line):
        record = json.loads(line)
        reply = client.re_encrypt(
            CiphertextBlob=base64.b64decode(record["secret"]),
            SourceKeyId=KEY + "b",
            DestinationKeyId=KEY + "c",
            SourceEncryptionContext={"tenant": "one"},
            DestinationEncryptionContext={"tenant": "one"},
        )
        record["secret"] = base64.b64encode(reply["CiphertextBlob"]).decode()
        return json.dumps(record, separators=(",", ":")) + "\n"

    begun = time.monotonic()
    count = 0
    with open(source, encoding="utf-8") as old, open(target, "w", encoding="utf-8") as new:
        with ThreadPoolExecutor(threads) as pool:
            for line in pool.map(re_encrypt, itertools.islice(old, lines)):
                new.write(line)
                count += 1
    return count / (time.monotonic() - begun)


def main(url, source, target, *counts):
    rates = {int(threads): move(url, source, target, int(threads), TRIED) for threads in counts}
    best = max(rates, key=rates.get)
    print(best, f"{move(url, source, target, best, None):.1f}")


main(*sys.argv[1:])
