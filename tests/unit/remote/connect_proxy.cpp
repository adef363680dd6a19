// SPDX-License-Identifier: Apache-2.0
#include "connect_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace keyturn::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

bool sendAll(int socket, const std::string &bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto size = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (size <= 0) {
            return false;
        }
        sent += std::size_t(size);
    }
    return true;
}

/// Both ways until one side ends.
void relay(int one, int other) {
    std::array<pollfd, 2> ends{pollfd{one, POLLIN, 0}, pollfd{other, POLLIN, 0}};
    std::array<char, 16 * 1024> chunk{};
    while (poll(ends.data(), ends.size(), -1) > 0) {
        for (std::size_t i = 0; i < 2; ++i) {
            if (ends[i].revents == 0) {
                continue;
            }
            const auto size = recv(ends[i].fd, chunk.data(), chunk.size(), 0);
            if (size <= 0 || !sendAll(ends[1 - i].fd, std::string(chunk.data(), std::size_t(size)))) {
                return;
            }
        }
    }
}

} // namespace

struct ConnectProxy::Impl {
    ConnectProxyOptions options;
    int listener = -1;
    std::uint16_t port = 0;
    std::atomic<bool> stopping = false;
    std::thread acceptor;
    mutable std::mutex mutex; ///< guards what follows
    std::vector<std::string> heads;
    std::vector<int> sockets; ///< closed at the end only, so that no number is given out twice
    std::vector<std::thread> threads;
    int tunnels = 0;

    void acceptAll() {
        while (!stopping) {
            const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket >= 0) {
                const std::lock_guard lock(mutex);
                sockets.push_back(socket);
                threads.emplace_back([this, socket] {
                    serve(socket);
                    shutdown(socket, SHUT_RDWR);
                });
            }
        }
    }

    std::string readHead(int socket) {
        std::string head;
        char byte = 0;
        while (!head.ends_with("\r\n\r\n") && recv(socket, &byte, 1, 0) == 1) {
            head += byte;
        }
        return head;
    }

    void serve(int socket) {
        const std::string head = readHead(socket);
        {
            const std::lock_guard lock(mutex);
            heads.push_back(head);
        }
        if (options.silent) {
            readHead(socket); // until the client gives up
            return;
        }
        if (!options.refusal.empty()) {
            sendAll(socket, options.refusal);
            return;
        }
        if (!options.authorization.empty() &&
            head.find("Proxy-Authorization: " + options.authorization + "\r\n") == std::string::npos) {
            sendAll(socket, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
                            "realm=\"test\"\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        tunnel(socket);
    }

    void tunnel(int socket) {
        const int upstream = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(options.leadsTo);
        {
            const std::lock_guard lock(mutex);
            sockets.push_back(upstream);
            ++tunnels;
        }
        if (connect(upstream, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 &&
            sendAll(socket, "HTTP/1.1 200 Connection established\r\n\r\n")) {
            relay(socket, upstream);
        }
        shutdown(upstream, SHUT_RDWR);
    }
};

ConnectProxy::ConnectProxy(ConnectProxyOptions options)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->options = std::move(options);
    m_impl->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(m_impl->listener, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        listen(m_impl->listener, 16) != 0 ||
        getsockname(m_impl->listener, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        throw std::runtime_error("the proxy cannot listen on loopback");
    }
    m_impl->port = ntohs(address.sin_port);
    m_impl->acceptor = std::thread([impl = m_impl.get()] { impl->acceptAll(); });
}

ConnectProxy::~ConnectProxy() {
    m_impl->stopping = true;
    shutdown(m_impl->listener, SHUT_RDWR);
    m_impl->acceptor.join();
    {
        const std::lock_guard lock(m_impl->mutex);
        for (const int socket : m_impl->sockets) {
            shutdown(socket, SHUT_RDWR);
        }
    }
    for (std::thread &thread : m_impl->threads) {
        thread.join();
    }
    for (const int socket : m_impl->sockets) {
        close(socket);
    }
    close(m_impl->listener);
}

std::uint16_t ConnectProxy::port() const {
    return m_impl->port;
}

std::vector<std::string> ConnectProxy::heads() const {
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->heads;
}

int ConnectProxy::tunnels() const {
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->tunnels;
}

} // namespace keyturn::test
