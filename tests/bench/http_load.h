// SPDX-License-Identifier: Apache-2.0
// HttpLoad: the same request over and over on many connections to loopback, one thread, one request a
// connection at a time; counts answers and takes their times. For benchmarks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keyturn::bench {

struct LoadResult {
    double wallSeconds = 0;
    double cpuSeconds = 0; ///< of the whole process
    int answers = 0;
    int failures = 0;              ///< not 200
    std::vector<double> latencies; ///< microseconds, ascending

    double perSecond() const { return answers / wallSeconds; }
    double cpuMicroseconds() const { return cpuSeconds * 1e6 / answers; }
    double latencyAt(double share) const;
};

LoadResult runHttpLoad(std::uint16_t port, const std::string &request, int connections, int requests);

} // namespace keyturn::bench
