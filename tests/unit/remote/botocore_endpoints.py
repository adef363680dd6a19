# SPDX-License-Identifier: Apache-2.0
"""Prints where the installed botocore finds KMS: Region, FIPS, dual stack, URL, partition; tab-separated.

Every Region of every partition that its data lists, and one that nobody lists.
"""

import botocore.loaders
from botocore.endpoint_provider import EndpointProvider, RuleSetStandardLibrary

loader = botocore.loaders.Loader()
partitions = loader.load_data("partitions")
rules = loader.load_service_model("kms", "endpoint-rule-set-1")
provider = EndpointProvider(rules, partitions)
library = RuleSetStandardLibrary(partitions)

for partition in partitions["partitions"]:
    dual_stack_known = partition["outputs"]["supportsDualStack"]
    for region in [*partition["regions"], "xx-nowhere-9"]:
        for fips in (False, True):
            for dual_stack in (False, True):
                # Older data has no dual stack where newer data has: nothing to compare with.
                if dual_stack and not dual_stack_known:
                    continue
                endpoint = provider.resolve_endpoint(
                    Region=region, UseFIPS=fips, UseDualStack=dual_stack
                )
                name = library.aws_partition(region)["name"]
                print(region, int(fips), int(dual_stack), endpoint.url, name, sep="\t")
