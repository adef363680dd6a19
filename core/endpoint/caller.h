// SPDX-License-Identifier: Apache-2.0
// From a whole HTTP request to a call: who signed it, which operation, its members. Pure but for the access
// keys, which it looks up. One thread at a time. Errors, as AWS makes them: MissingAuthenticationToken,
// IncompleteSignature, UnrecognizedClient, InvalidSignature; then UnknownOperation, Serialization; and
// VaultLocked while nobody can be recognised.
#pragma once

#include "base/clock.h"
#include "endpoint/http_request.h"
#include "kms/access_keys.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace keyturn::endpoint {

struct Caller {
    std::shared_ptr<const kms::AccessKeyEntry> key;
    std::string region; ///< that the request is signed for; empty: the server's own
};

/// Whom the server takes signatures of.
struct Signers {
    const kms::AccessKeyStore &keys;
    std::string_view region;
    const std::function<bool(std::string_view)> *otherRegions = nullptr; ///< taken besides; null: none
};

/// Whose signature it is. The signature is good for five minutes either way of `now`; equal requests within a
/// second carry equal signatures, so there is no cache against replays.
Result<Caller> authenticate(const HttpRequest &request, const Signers &signers, Timestamp now);

/// What X-Amz-Target names; nullptr for what is no operation.
const kms::OperationInfo *operationOf(const HttpRequest &request);

Result<kms::AnyRequest> decode(const HttpRequest &request, const kms::OperationInfo &operation);

} // namespace keyturn::endpoint
