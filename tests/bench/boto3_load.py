# SPDX-License-Identifier: Apache-2.0
"""ReEncrypt by boto3 in threads: boto3_load.py URL SECONDS THREADS... prints "THREADS POOL CALLS_A_SECOND" for each,
once with boto3's own pool of ten connections and once with a connection for each thread."""

import sys
import threading
import time

import boto3
from botocore.config import Config


def measure(url, seconds, threads, pool):
    client = boto3.client(
        "kms",
        endpoint_url=url,
        region_name="eu-central-1",
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="secret",
        config=Config(max_pool_connections=pool, proxies={}),
    )
    key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890a"
    counts = [0] * threads
    start = threading.Barrier(threads + 1)
    state = {"counting": False, "going": True}

    def work(index):
        start.wait()
        while state["going"]:
            client.re_encrypt(
                CiphertextBlob=b"c" * 180,
                SourceKeyId=key + "b",
                DestinationKeyId=key + "c",
                SourceEncryptionContext={"tenant": "one"},
                DestinationEncryptionContext={"tenant": "one"},
            )
            if state["counting"]:
                counts[index] += 1

    workers = [threading.Thread(target=work, args=(i,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    start.wait()
    time.sleep(0.5)  # connections are open by then
    begun = time.monotonic()
    state["counting"] = True
    time.sleep(seconds)
    state["counting"] = False
    elapsed = time.monotonic() - begun
    state["going"] = False
    for worker in workers:
        worker.join()
    return sum(counts) / elapsed


for count in sys.argv[3:]:
    for connections in (10, int(count)):
        rate = measure(sys.argv[1], float(sys.argv[2]), int(count), connections)
        print(count, connections, f"{rate:.1f}", flush=True)
