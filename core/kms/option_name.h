// SPDX-License-Identifier: Apache-2.0
// How the AWS CLI writes the names of the service model: operations as commands, members as options. Pure
// function, any thread, no errors. Follows ecosystem.md section 3.
#pragma once

#include <string>
#include <string_view>

namespace keyturn::kms {

/// "ReEncrypt" to "re-encrypt", "XksKeyId" to "xks-key-id", "KMSKeyId" to "kms-key-id".
std::string optionName(std::string_view modelName);

} // namespace keyturn::kms
