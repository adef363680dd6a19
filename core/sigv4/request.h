// SPDX-License-Identifier: Apache-2.0
// The HTTP request that is signed or verified: views only, nothing is copied, so a session token or a body
// with a secret stays where its owner keeps it. Plain values, no thread rule; the caller owns what the views
// see. Follows the AWS Signature Version 4 specification.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_text.h"

#include <span>
#include <string>
#include <string_view>

namespace keyturn::sigv4 {

struct HeaderView {
    std::string_view name;
    std::string_view value;
};

struct RequestView {
    std::string_view method;
    std::string_view path;  ///< as it goes on the wire; empty means "/"
    std::string_view query; ///< as it goes on the wire, without '?'
    std::span<const HeaderView> headers;
    ByteView body;
};

/// Who signs, when, and for what. Plain text: none of it is secret.
struct Scope {
    std::string accessKeyId;
    Timestamp time;
    std::string region;
    std::string service;
};

/// "20150830T123600Z".
std::string formatAmzDate(Timestamp time);
/// Exactly that form and a real moment. Errors: BadEncoding.
Result<Timestamp> parseAmzDate(std::string_view text);
/// "20150830/us-east-1/kms/aws4_request".
std::string credentialScope(const Scope &scope);

} // namespace keyturn::sigv4
