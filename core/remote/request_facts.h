// SPDX-License-Identifier: Apache-2.0
// What a request or a reply says that matters beyond its operation, read from the field tables so that it
// holds for every operation: which keys it names, whether it is a dry run, grant tokens. Internal to this
// module; pure functions, any thread.
#pragma once

#include "kms/operation.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::remote {

/// Keys and aliases that it names, without the ARN around them.
std::vector<std::string> namesIn(std::span<const kms::Field> fields, const void *object);
/// The text of a member, or nullptr.
const std::string *textOf(std::span<const kms::Field> fields, const void *object, std::string_view name);
bool isDryRun(const kms::AnyRequest &request);
/// A dry run of such an operation, at an endpoint that ignores DryRun, would change something.
bool changesSomething(const kms::OperationInfo &operation);
/// Adds to GrantTokens what fits; nothing where the operation takes none.
void addGrantTokens(kms::AnyRequest &request, const std::vector<std::string> &tokens);
/// KeySpec from the older CustomerMasterKeySpec, AWSAccountId from the ARN: for services that leave them out.
void fillMissingMembers(const kms::OperationInfo &operation, kms::AnyReply &reply);

} // namespace keyturn::remote
