// SPDX-License-Identifier: Apache-2.0
// DelayedServer: answers KMS requests on loopback so many milliseconds after they have come, in one thread
// and with as little work as can be: what is measured against it is the client. ReEncrypt gets a fixed
// answer, which names the source key ending in "c" where the request does (a job proves so what it moved),
// else the one ending in "b"; ListKeys gets pages of 1,000 entries without delay, as many as were asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace keyturn::bench {

class DelayedServer {
public:
    DelayedServer(std::chrono::microseconds delay, int pages);
    ~DelayedServer();

    std::string url() const;
    std::uint64_t answered() const;
    /// CPU time of its thread so far.
    double cpuSeconds() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::bench
