// SPDX-License-Identifier: Apache-2.0
// RequestReader: bytes of a connection to requests, by Boost.Beast's parser and stricter than it: no
// Transfer-Encoding, one Content-Length, no bare line feeds, no folded lines, bounds on everything. One
// reader a connection; reads one request after the other. One thread. Makes no errors: a request that cannot
// be taken is a Refusal, and then the connection is of no more use. Follows reliability-security.md 0.2, 5.4.
#pragma once

#include "endpoint/http_request.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace keyturn::endpoint {

struct ReaderLimits {
    std::size_t headerBytes = 16 * 1024;
    std::size_t headerFields = 64;
    std::size_t bodyBytes = 256 * 1024;
};

class RequestReader {
public:
    enum class State : std::uint8_t {
        Start,   ///< no byte yet
        Header,  ///< within the headers
        Body,    ///< the headers are whole: request() has them
        Complete ///< the request is whole; next() goes on to another
    };

    explicit RequestReader(ReaderLimits limits);
    ~RequestReader();

    /// Takes what it can of `bytes`, which begin with what was left before, and says how much. Bytes behind a
    /// whole request are left.
    std::size_t feed(std::string_view bytes);
    State state() const;
    /// Of the request that cannot be taken; nullptr while all is well.
    const Refusal *refusal() const;
    const HttpRequest &request() const;
    /// Content-Length of the request whose headers are whole; 0 without one.
    std::size_t bodySize() const;
    /// Whether the client wants to go on behind this request.
    bool keepAlive() const;
    /// Forgets the request and wipes its body.
    void next();

private:
    class Parser;
    const ReaderLimits m_limits;
    std::unique_ptr<Parser> m_parser;
};

} // namespace keyturn::endpoint
