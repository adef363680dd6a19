// SPDX-License-Identifier: Apache-2.0
#include "endpoint/server.h"

#include "endpoint/connection.h"
#include "endpoint/request_rules.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <random>
#include <thread>
#include <tuple>
#include <unordered_set>

namespace keyturn::endpoint {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// How often connections are looked at: a fraction of the shortest time that matters.
std::chrono::milliseconds checkPeriod(const ServerLimits &limits) {
    const auto shortest = std::min({limits.headerTime, limits.bodyTime, limits.idleTime, limits.writeTime});
    return std::clamp(shortest / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(250));
}

std::string dateText(std::time_t seconds) {
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    const std::size_t length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return std::string(text, length);
}

} // namespace

class Server::Impl final : public Host {
public:
    Impl()
        : m_acceptor(m_context)
        , m_timer(m_context) {}
    ~Impl() override { stop(); }

    Status listen();
    void run();
    void stop();
    std::uint16_t port() const { return m_port; }
    std::size_t connectionCount() const { return m_connectionCount.load(std::memory_order_relaxed); }

    std::string newRequestId() override;
    const std::string &httpDate() override;
    void closed(Connection &connection) override;

private:
    void accept();
    void accepted(tcp::socket socket);
    void makeRoom();
    void checkLater();
    void check();
    void beginStop();
    void stopWhenDone();

    asio::io_context m_context{1};
    tcp::acceptor m_acceptor;
    asio::steady_timer m_timer;
    std::unordered_set<std::shared_ptr<Connection>> m_connections;
    std::atomic<std::size_t> m_connectionCount = 0;
    std::uint16_t m_port = 0;
    bool m_checking = false;
    bool m_acceptLater = false;
    std::chrono::steady_clock::time_point m_stopBy;
    std::string m_idPrefix;
    std::uint64_t m_idCount = 0;
    std::time_t m_dateSeconds = -1;
    std::string m_date;
    std::once_flag m_stopped;
    std::thread m_thread;
};

Status Server::Impl::listen() {
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error || !address.is_loopback()) {
        return fail(ErrorCode::Usage, "address: only loopback addresses are served, as 127.0.0.1");
    }
    const tcp::endpoint endpoint(address, options.port);
    m_acceptor.open(endpoint.protocol(), error);
    if (!error) {
        m_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        m_acceptor.bind(endpoint, error);
    }
    if (!error) {
        m_acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return fail(ErrorCode::ConnectionFailed,
                    "port " + std::to_string(options.port) + " cannot be served: " + error.message(),
                    ErrorOrigin::System);
    }
    m_port = m_acceptor.local_endpoint(error).port();
    hosts = allowedHosts(m_port, options.moreHosts);
    mailbox = std::make_shared<Mailbox>(m_context);
    std::random_device random;
    char prefix[32];
    std::snprintf(prefix, sizeof prefix, "%08x-%04x-%04x-", random(), random() & 0xffffU,
                  (random() & 0x0fffU) | 0x4000U);
    m_idPrefix = prefix;
    return {};
}

void Server::Impl::run() {
    accept();
    m_thread = std::thread([this] { m_context.run(); });
}

/// A UUID in form: random digits of this run and a count.
std::string Server::Impl::newRequestId() {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::uint64_t count = m_idCount++;
    std::string id = m_idPrefix;
    for (int shift = 48; shift >= 0; shift -= 4) {
        if (shift == 44) {
            id.append("000-");
        }
        id += shift == 48 ? '8' : digits[(count >> shift) & 15];
    }
    return id;
}

const std::string &Server::Impl::httpDate() {
    const auto seconds = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::seconds>(options.clock->now()));
    if (seconds != m_dateSeconds) {
        m_dateSeconds = seconds;
        m_date = dateText(seconds);
    }
    return m_date;
}

void Server::Impl::accept() {
    m_acceptor.async_accept([this](const error_code &error, tcp::socket socket) {
        if (!m_acceptor.is_open()) {
            return;
        }
        if (!error) {
            accepted(std::move(socket));
            return accept();
        }
        makeRoom(); // out of descriptors, perhaps
        m_acceptLater = true;
        checkLater();
    });
}

void Server::Impl::accepted(tcp::socket socket) {
    if (m_connections.size() >= options.limits.connections) {
        makeRoom();
    }
    if (m_connections.size() >= options.limits.connections) {
        return; // all are at work: the new one is closed
    }
    auto connection = std::make_shared<Connection>(*this, std::move(socket));
    m_connections.insert(connection);
    m_connectionCount = m_connections.size();
    connection->start();
    checkLater();
}

/// Closes the connection that can best be spared: not at work, before all one that has never signed a
/// request, and of these the one that has been so for longest.
void Server::Impl::makeRoom() {
    const auto rank = [](const Connection &one) {
        return std::tuple(one.isBusy(), one.isKnown(), one.since());
    };
    const auto spared = std::min_element(m_connections.begin(), m_connections.end(),
                                         [&](const auto &a, const auto &b) { return rank(*a) < rank(*b); });
    if (spared != m_connections.end() && !(*spared)->isBusy()) {
        const std::shared_ptr<Connection> connection = *spared;
        connection->close();
    }
}

void Server::Impl::closed(Connection &connection) {
    m_connections.erase(connection.shared_from_this());
    m_connectionCount = m_connections.size();
    if (stopping) {
        stopWhenDone();
    }
}

/// The timer runs only while there is somebody to look at.
void Server::Impl::checkLater() {
    if (m_checking) {
        return;
    }
    m_checking = true;
    m_timer.expires_after(checkPeriod(options.limits));
    m_timer.async_wait([this](const error_code &error) {
        m_checking = false;
        if (!error) {
            check();
        }
    });
}

void Server::Impl::check() {
    const auto now = std::chrono::steady_clock::now();
    const std::vector<std::shared_ptr<Connection>> all(m_connections.begin(), m_connections.end());
    for (const auto &connection : all) {
        if (stopping && now >= m_stopBy) {
            connection->close();
        } else {
            connection->check(now);
        }
    }
    if (m_acceptLater && m_acceptor.is_open()) {
        m_acceptLater = false;
        accept();
    }
    if (!m_connections.empty() || m_acceptLater) {
        checkLater();
    }
}

void Server::Impl::beginStop() {
    stopping = true;
    m_stopBy = std::chrono::steady_clock::now() + options.limits.stopTime;
    error_code ignored;
    m_acceptor.close(ignored);
    const std::vector<std::shared_ptr<Connection>> all(m_connections.begin(), m_connections.end());
    for (const auto &connection : all) {
        connection->finish();
    }
    stopWhenDone();
}

void Server::Impl::stopWhenDone() {
    if (m_connections.empty()) {
        m_timer.cancel();
        m_context.stop();
    }
}

void Server::Impl::stop() {
    std::call_once(m_stopped, [this] {
        if (m_thread.joinable()) {
            asio::post(m_context, [this] { beginStop(); });
            m_thread.join();
        }
        if (mailbox) {
            mailbox->close();
        }
    });
}

Server::Server(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(std::shared_ptr<kms::KmsService> service,
                                              std::shared_ptr<kms::AccessKeyStore> keys,
                                              ServerOptions options) {
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    impl->service = std::move(service);
    impl->keys = std::move(keys);
    if (auto listening = impl->listen(); !listening) {
        return failFrom(listening);
    }
    impl->run();
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const {
    return m_impl->port();
}

std::string Server::url() const {
    const bool isV6 = m_impl->options.address.find(':') != std::string::npos;
    const std::string host = isV6 ? "[" + m_impl->options.address + "]" : m_impl->options.address;
    return "http://" + host + ":" + std::to_string(port());
}

std::size_t Server::connectionCount() const {
    return m_impl->connectionCount();
}

void Server::stop() {
    m_impl->stop();
}

} // namespace keyturn::endpoint
