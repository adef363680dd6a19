// SPDX-License-Identifier: Apache-2.0
// Signs a request in its headers or in its query. Pure: the caller puts the returned headers on the wire in
// the order given. Any thread. The secret key and the session token are only viewed. Errors: BadEncoding,
// Usage (a request that already carries a signature).
#pragma once

#include "sigv4/canonical.h"

#include <chrono>

namespace keyturn::sigv4 {

/// When the session token joins: AWS services want it signed; a few want it added after signing.
enum class TokenPlacement { Signed, AddedAfterSigning };

struct SigningKeys {
    std::string_view accessKeyId;
    const SecretBytes &secretKey;
    const SecretBytes &sessionToken; ///< empty: none
};

struct SigningOptions {
    std::string_view region;
    std::string_view service;
    Timestamp time;
    bool normalizePath = true;
    bool signBody = false; ///< adds x-amz-content-sha256 (header signing only)
    TokenPlacement token = TokenPlacement::Signed;
    std::chrono::seconds validFor{3600}; ///< X-Amz-Expires (query signing only)
};

/// What to add to the request, and each intermediate value.
struct SignedHeaders {
    std::string amzDate;       ///< X-Amz-Date
    std::string contentSha256; ///< x-amz-content-sha256; empty unless signBody
    std::string authorization; ///< Authorization
    CanonicalRequest canonical;
    std::string stringToSign;
    std::string signature;
};
/// X-Amz-Security-Token is the session token itself, sent whenever there is one.
Result<SignedHeaders> signInHeaders(const RequestView &request, const SigningKeys &keys,
                                    const SigningOptions &options);

struct SignedQuery {
    SecretText query; ///< the whole query, ready for the wire; holds the session token
    CanonicalRequest canonical;
    std::string stringToSign;
    std::string signature;
};
Result<SignedQuery> signInQuery(const RequestView &request, const SigningKeys &keys,
                                const SigningOptions &options);

} // namespace keyturn::sigv4
