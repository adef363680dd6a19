# SPDX-License-Identifier: Apache-2.0
"""Every vector runs through Debian's `aws` and through `keyturn-cli` against one recording peer: equal requests, exit
codes, standard output and error sentences. Where they differ, differences.txt says why; a row there that excuses
nothing fails too."""

import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from bad_vectors import BAD  # noqa: E402
from vectors import GOOD, make_files  # noqa: E402
from warm_aws import WarmAws  # noqa: E402

HERE = Path(__file__).parent
KEYTURN = os.environ["KEYTURN_CLI"]
ASPECTS = ("requests", "exit", "stdout", "stderr")
MARKER = "wJalrMARKERcredentialEXAMPLEKEY"


class Peer:
    """One recording peer in a process of its own, ended by its id."""

    def __init__(self, folder):
        self.record = folder / "requests.jsonl"
        self.record.touch()
        self.process = subprocess.Popen([sys.executable, "-B", str(HERE / "recording_peer.py"), str(self.record)],
                                        stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def requests(self):
        return [json.loads(line) for line in self.record.read_text(encoding="utf-8").splitlines()]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def environment(home):
    sanitizers = {name: os.environ[name] for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
    return {**sanitizers, "PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "America/New_York", "AWS_PAGER": "",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": MARKER, "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true", "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}


def request_facts(entry):
    body = json.loads(entry["body"], object_pairs_hook=list) if entry["body"] else []
    return {"operation": entry["operation"], "body": body, "signed": entry["signed"], "type": entry["type"],
            "path": entry["path"]}


def error_sentence(text):
    """Without the usage block, the program's name, and our hints."""
    text = re.sub(r"(?s)\nusage: .*?<operation> help\n|\nusage: .*?<subcommand> help\n", "\n", text)
    text = re.sub(r"^(aws|keyturn-cli): error:", "error:", text, flags=re.M)
    lines = text.split("\n")
    hint = next((i for i, line in enumerate(lines) if line.startswith("Hint: ")), None)
    return "\n".join(lines[:hint]).strip("\n")


def run_keyturn(words, folder, environment):
    return subprocess.run([KEYTURN, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120, check=False)


def run(program, vector):
    """One vector with a peer of its own, so that requests cannot mix."""
    with tempfile.TemporaryDirectory(prefix="keyturn-cli-") as name:
        folder = Path(name)
        make_files(folder)
        peer = Peer(folder)
        try:
            words = list(vector)
            if "kms" in words and "--endpoint-url" not in words:
                words += ["--endpoint-url", peer.url]
            result = program(words, folder, environment(folder))
            return {"requests": [request_facts(entry) for entry in peer.requests()], "exit": result.returncode,
                    "stdout": result.stdout.replace(peer.url, "{url}"),
                    "stderr": error_sentence(result.stderr).replace(peer.url, "{url}"),
                    "leak": MARKER in result.stdout + result.stderr}
        finally:
            peer.stop()


def read_differences(name):
    """Name of vector or case -> set of aspects."""
    known = {}
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, aspects, reason = (part.strip() for part in line.split("|", 2))
            assert reason, line
            known[name] = {aspect.strip() for aspect in aspects.split(",")}
    return known


class AgainstAws(unittest.TestCase):
    maxDiff = None

    def test_vectors(self):
        vectors = dict(GOOD + BAD)
        self.assertEqual(len(vectors), len(GOOD) + len(BAD), "names of vectors are unique")
        known, faults, equal = read_differences("differences.txt"), [], 0
        self.assertEqual(set(known) - set(vectors), set(), "differences.txt names vectors that are not there")
        warm = WarmAws(os.cpu_count())
        self.addCleanup(warm.close)
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            aws = {name: pool.submit(run, warm.run, words) for name, words in vectors.items()}
            ours = {name: pool.submit(run, run_keyturn, words) for name, words in vectors.items()}
        for name in vectors:
            a, k = aws[name].result(), ours[name].result()
            self.assertFalse(k["leak"], f"{name}: the secret access key is in the output")
            differing = {aspect for aspect in ASPECTS if a[aspect] != k[aspect]}
            equal += not differing
            for aspect in sorted(differing - known.get(name, set())):
                faults.append(f"{name} {vectors[name]}: {aspect}\n--- aws\n{a[aspect]}\n--- keyturn-cli\n{k[aspect]}")
            for aspect in sorted(known.get(name, set()) - differing):
                faults.append(f"{name}: differences.txt excuses {aspect}, but it is equal")
        print(f"{len(vectors)} vectors ({len(GOOD)} good, {len(BAD)} bad): {equal} equal in everything, "
              f"{len(vectors) - equal} with listed differences")
        self.assertFalse(faults, f"{len(faults)} differ\n\n" + "\n\n".join(faults))
        self.assertGreaterEqual(len(vectors), 60)


if __name__ == "__main__":
    sys.exit(unittest.main())
