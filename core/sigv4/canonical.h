// SPDX-License-Identifier: Apache-2.0
// The three pure functions of Signature Version 4, each with a result that can be looked at: canonical
// request, string to sign, signature. Everything else in this module is made of them. Any thread.
// Canonical requests may hold a session token, so they are SecretText; the other texts hold no secret.
// Errors: BadEncoding for a header name or value that cannot be signed unambiguously.
#pragma once

#include "sigv4/request.h"

#include "base/secret_bytes.h"

namespace keyturn::sigv4 {

struct CanonicalOptions {
    bool normalizePath = true; ///< remove "." and "..", collapse "//"; S3 alone wants false
    /// Sign these headers only (lower case, sorted, ';' between): what a verifier reads from the request.
    /// Empty: all headers but those that proxies and clients change on the way.
    std::string_view onlySignedHeaders;
    /// Stands in for the body's own SHA-256 when not empty (UNSIGNED-PAYLOAD, streaming).
    std::string_view payloadHash;
};

struct CanonicalRequest {
    SecretText text;
    std::string signedHeaders; ///< "content-type;host;x-amz-date"
    std::string sha256Hex;     ///< of `text`
};

Result<CanonicalRequest> canonicalRequest(const RequestView &request, const CanonicalOptions &options);

std::string stringToSign(const Scope &scope, std::string_view canonicalRequestSha256Hex);

/// The day's key for one region and service; may be kept for as long as the secret key may.
SecretBytes signingKey(const SecretBytes &secretKey, const Scope &scope);
/// 64 lower-case hex digits.
std::string signature(const SecretBytes &signingKey, std::string_view stringToSign);

/// SHA-256 as 64 lower-case hex digits.
std::string sha256Hex(ByteView bytes);

} // namespace keyturn::sigv4
