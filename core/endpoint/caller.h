// SPDX-License-Identifier: Apache-2.0
// From a whole HTTP request to a call: who signed it, which operation, its members. Pure but for the access
// keys, which it looks up. One thread at a time. Errors, as AWS makes them: MissingAuthenticationToken,
// IncompleteSignature, UnrecognizedClient, InvalidSignature; then UnknownOperation, Serialization; and
// VaultLocked while nobody can be recognised.
#pragma once

#include "base/clock.h"
#include "endpoint/http_request.h"
#include "kms/access_keys.h"

#include <memory>
#include <string_view>

namespace keyturn::endpoint {

/// Whose signature it is. The signature is good for five minutes either way of `now`; equal requests within a
/// second carry equal signatures, so there is no cache against replays.
Result<std::shared_ptr<const kms::AccessKeyEntry>> authenticate(const HttpRequest &request,
                                                                const kms::AccessKeyStore &keys,
                                                                std::string_view region, Timestamp now);

/// What X-Amz-Target names; nullptr for what is no operation.
const kms::OperationInfo *operationOf(const HttpRequest &request);

Result<kms::AnyRequest> decode(const HttpRequest &request, const kms::OperationInfo &operation);

} // namespace keyturn::endpoint
