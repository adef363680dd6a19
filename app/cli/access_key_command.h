// SPDX-License-Identifier: Apache-2.0
// What "keyturn-cli access-key" and "keyturn-cli serve" share: how an access key is described by options.
#pragma once

#include "argument_parser.h"
#include "kms/access_keys.h"

#include <span>
#include <vector>

namespace keyturn::cli {

/// --name, --principal-arn, --allow.
std::vector<ArgumentSpec> accessKeyOptions();
Outcome<kms::NewAccessKey> accessKeyWish(const ParsedArguments &options);

} // namespace keyturn::cli
