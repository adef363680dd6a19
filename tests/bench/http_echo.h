// SPDX-License-Identifier: Apache-2.0
// HttpEcho: answers every request on loopback with a body of given bytes, by Boost.Beast's own reading and
// writing on one thread: what the HTTP library costs when nothing is done. For benchmarks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace keyturn::bench {

class HttpEcho {
public:
    /// `answer`: the body of every answer.
    explicit HttpEcho(std::string answer);
    ~HttpEcho();
    std::uint16_t port() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::bench
