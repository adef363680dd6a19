// SPDX-License-Identifier: Apache-2.0
#include "http_load.h"

#include "vault_load.h"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace keyturn::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void giveUp(const char *what) {
    std::perror(what);
    std::abort();
}

struct Connection {
    int socket = -1;
    std::string received;
    SteadyClock::time_point sent;
};

int connectTo(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 ||
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0) {
        giveUp("connect");
    }
    return socket;
}

void send(Connection &connection, const std::string &request) {
    connection.sent = SteadyClock::now();
    if (::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size())) {
        giveUp("send");
    }
}

/// The size of the whole answer that `received` begins with; 0: its headers are not there yet.
std::size_t answerSize(std::string_view received) {
    const auto end = received.find("\r\n\r\n");
    const auto length = received.find("Content-Length: ");
    if (end == std::string_view::npos || length > end) {
        return 0;
    }
    return end + 4 + std::strtoul(received.data() + length + 16, nullptr, 10);
}

} // namespace

double LoadResult::latencyAt(double share) const {
    return latencies[std::min(latencies.size() - 1, std::size_t(share * double(latencies.size())))];
}

LoadResult runHttpLoad(std::uint16_t port, const std::string &request, int connections, int requests) {
    std::vector<Connection> all(static_cast<std::size_t>(connections));
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].socket = connectTo(port);
        epoll_event event{EPOLLIN, {.u64 = i}};
        ::epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
    }
    LoadResult result;
    result.latencies.reserve(std::size_t(requests));
    const Stopwatch watch;
    int begun = 0;
    for (Connection &connection : all) {
        send(connection, request);
        ++begun;
    }
    std::vector<epoll_event> events(all.size());
    std::vector<char> bytes(64 * 1024);
    while (result.answers < requests) {
        const int ready = ::epoll_wait(poll, events.data(), int(events.size()), 20'000);
        if (ready <= 0) {
            giveUp("no answer");
        }
        for (int i = 0; i < ready; ++i) {
            Connection &connection = all[events[std::size_t(i)].data.u64];
            const ssize_t count = ::recv(connection.socket, bytes.data(), bytes.size(), 0);
            if (count <= 0) {
                giveUp("recv");
            }
            connection.received.append(bytes.data(), std::size_t(count));
            const std::size_t size = answerSize(connection.received);
            if (size == 0 || connection.received.size() < size) {
                continue;
            }
            result.failures += connection.received.starts_with("HTTP/1.1 200") ? 0 : 1;
            connection.received.clear();
            ++result.answers;
            result.latencies.push_back(
                std::chrono::duration<double, std::micro>(SteadyClock::now() - connection.sent).count());
            if (begun < requests) {
                send(connection, request);
                ++begun;
            }
        }
    }
    const Cost cost = watch.read(requests);
    result.wallSeconds = cost.wallSeconds;
    result.cpuSeconds = cost.cpuSeconds;
    for (const Connection &connection : all) {
        ::close(connection.socket);
    }
    ::close(poll);
    std::sort(result.latencies.begin(), result.latencies.end());
    return result;
}

} // namespace keyturn::bench
