// SPDX-License-Identifier: Apache-2.0
// Checks the Authorization header of a received request, in the order and with the messages of AWS. The
// signature is compared in constant time, and an unknown access key costs the same work as a known one.
// Pure, any thread; the key lookup is the caller's and owns what it returns for as long as verify runs.
// Errors (ErrorOrigin::Service, wire names): MissingAuthenticationToken, IncompleteSignature,
// UnrecognizedClient, InvalidSignature.
#pragma once

#include "sigv4/request.h"

#include "base/secret_bytes.h"

#include <chrono>
#include <functional>

namespace keyturn::sigv4 {

struct VerifierOptions {
    std::string_view service;
    std::string_view region; ///< empty: any region is taken
    Timestamp now;
    std::chrono::minutes window{5}; ///< how far the request's time may be off, either way
    /// Regions that are taken besides `region`; null or empty: none.
    const std::function<bool(std::string_view)> *otherRegions = nullptr;
};

/// What a good signature proves.
struct VerifiedRequest {
    std::string accessKeyId;
    std::string region;
    Timestamp time;
};

/// The secret key of an access key id, or null when there is none.
using SecretKeyLookup = std::function<const SecretBytes *(std::string_view accessKeyId)>;

Result<VerifiedRequest> verify(const RequestView &request, const VerifierOptions &options,
                               const SecretKeyLookup &lookup);

} // namespace keyturn::sigv4
