# SPDX-License-Identifier: Apache-2.0
"""Which host, which Region, whose key: files, environment and options of many kinds run through Debian's `aws` and through
`keyturn-cli`, both behind a proxy that plays every host. Where they differ, precedence_differences.txt says why."""

import concurrent.futures
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from precedence_cases import CASES  # noqa: E402
from test_against_aws import error_sentence, read_differences, run_keyturn  # noqa: E402
from tls_proxy import Authority, Proxy  # noqa: E402
from warm_aws import WarmAws  # noqa: E402

KEPT = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
ASPECTS = ("requests", "exit", "stderr")


def lay_out(folder, case, places):
    """The home of a person, and the environment that goes with it."""
    def filled(text):
        for name, place in places.items():
            text = text.replace("{" + name + "}", place)
        return text

    (folder / ".aws").mkdir()
    for name in ("config", "credentials"):
        if case[name]:
            (folder / ".aws" / name).write_bytes(filled(case[name]).encode())
    (folder / "token").write_text("web-identity-token")
    (folder / "other-config").write_text("[default]\nregion = ap-east-1\n")
    (folder / "other-credentials").write_text("[default]\naws_access_key_id = AKOTHER\naws_secret_access_key = s\n")
    environment = {name: filled(value) for name, value in case["env"].items()}
    return [filled(word) for word in case["options"]], environment


def run(program, case, authority):
    with tempfile.TemporaryDirectory(prefix="keyturn-cli-") as name:
        folder, proxy = Path(name), Proxy(authority)
        try:
            options, environment = lay_out(folder, case, {"folder": name, "ca": authority.bundle})
            kept = {name: os.environ[name] for name in KEPT if name in os.environ}
            if "ASAN_OPTIONS" in kept:  # whole stacks, so that lsan.supp can tell OpenSSL's own leak from ours
                kept["ASAN_OPTIONS"] += ":fast_unwind_on_malloc=0"
            base = {"PATH": "/usr/bin:/bin", "HOME": name, "LC_ALL": "C.UTF-8", "TZ": "UTC", "AWS_PAGER": "", "HTTPS_PROXY": proxy.url,
                    "AWS_EC2_METADATA_DISABLED": "true", "AWS_CA_BUNDLE": authority.bundle, "AWS_MAX_ATTEMPTS": "1"}
            result = program(["kms", "list-keys", *options], folder, {**kept, **base, **environment})
            return {"requests": proxy.requests, "exit": result.returncode,
                    "stderr": error_sentence(result.stderr).replace(name, "{folder}").replace(proxy.url, "{proxy}")}
        finally:
            proxy.close()


class Precedence(unittest.TestCase):
    maxDiff = None

    def test_cases(self):
        cases = {case["name"]: case for case in CASES}
        self.assertEqual(len(cases), len(CASES), "names of cases are unique")
        known, faults, equal = read_differences("precedence_differences.txt"), [], 0
        self.assertEqual(set(known) - set(cases), set(), "precedence_differences.txt names cases that are not there")
        with tempfile.TemporaryDirectory(prefix="keyturn-ca-") as folder:
            authority = Authority(folder)
            warm = WarmAws(os.cpu_count())
            self.addCleanup(warm.close)
            with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                aws = {name: pool.submit(run, warm.run, case, authority) for name, case in cases.items()}
                ours = {name: pool.submit(run, run_keyturn, case, authority) for name, case in cases.items()}
        for name, case in cases.items():
            a, k = aws[name].result(), ours[name].result()
            differing = {aspect for aspect in ASPECTS if a[aspect] != k[aspect]}
            equal += not differing
            for aspect in sorted(differing - known.get(name, set())):
                faults.append(f"{name} {case}: {aspect}\n--- aws\n{a[aspect]}\n--- keyturn-cli\n{k[aspect]}")
            for aspect in sorted(known.get(name, set()) - differing):
                faults.append(f"{name}: precedence_differences.txt excuses {aspect}, but it is equal")
        print(f"{len(cases)} cases: {equal} equal in host, Region, access key id, token, exit code and sentence, "
              f"{len(cases) - equal} with listed differences")
        self.assertFalse(faults, f"{len(faults)} differ\n\n" + "\n\n".join(faults))
        self.assertGreaterEqual(len(cases), 60)


if __name__ == "__main__":
    sys.exit(unittest.main())
