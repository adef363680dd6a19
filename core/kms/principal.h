// SPDX-License-Identifier: Apache-2.0
// Principal: on whose behalf a request is made. Plain value.
#pragma once

#include <string>

namespace keyturn::kms {

struct Principal {
    std::string arn;         ///< "arn:aws:iam::111122223333:root"; empty: whoever unlocked the vault
    std::string accessKeyId; ///< of a caller at the endpoint; empty inside the process
    std::string program;     ///< "console", "cli", "endpoint": for the log
};

} // namespace keyturn::kms
