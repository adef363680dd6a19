// SPDX-License-Identifier: Apache-2.0
// HttpRequest: a request as it came, headers in order and untouched, which is what a signature is checked
// against; and Refusal: why one is not taken. Plain values, no thread rule. Views see the request's own
// memory, so it stays where it is.
#pragma once

#include "endpoint/wiped_buffer.h"
#include "sigv4/request.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::endpoint {

struct HttpRequest {
    std::string_view method;
    std::string_view target;
    int version = 11; ///< 10 or 11
    std::vector<sigv4::HeaderView> headers;
    WipedBuffer body;

    /// The first of that name (lower case); nullptr: none.
    const sigv4::HeaderView *header(std::string_view lowerCaseName) const;
    std::size_t count(std::string_view lowerCaseName) const;
};

/// An answer that ends the connection: the request is not even looked at.
struct Refusal {
    int status = 400;
    std::string code; ///< name on the wire
    std::string message;
};

/// Equal but for the case of ASCII letters; `lowerCase` is lower case already.
bool equalsIgnoringCase(std::string_view text, std::string_view lowerCase);

} // namespace keyturn::endpoint
