# SPDX-License-Identifier: Apache-2.0
"""Which proxy the installed botocore takes: reads rows of URL and environment, prints the proxy or "-".

A row: URL, then NAME=VALUE for each variable, all separated by tabs.
"""

import os
import sys

from botocore.httpsession import ProxyConfiguration
from botocore.utils import get_environ_proxies

for line in sys.stdin:
    url, *variables = line.rstrip("\n").split("\t")
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
    for variable in variables:
        name, _, value = variable.partition("=")
        os.environ[name] = value
    proxy = ProxyConfiguration(proxies=get_environ_proxies(url)).proxy_url_for(url)
    print(proxy or "-")
