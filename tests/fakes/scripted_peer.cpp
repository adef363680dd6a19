// SPDX-License-Identifier: Apache-2.0
#include "fakes/scripted_peer.h"

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <stdexcept>
#include <thread>

namespace keyturn::test {

namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

std::string lowerCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

PeerRequest parseHead(const std::string &head) {
    PeerRequest request;
    request.head = head;
    const auto lineEnd = head.find("\r\n");
    const std::string first = head.substr(0, lineEnd);
    const auto blank = first.find(' ');
    request.method = first.substr(0, blank);
    request.target = first.substr(blank + 1, first.rfind(' ') - blank - 1);
    for (std::size_t at = lineEnd + 2; at < head.size();) {
        const auto end = std::min(head.find("\r\n", at), head.size());
        const std::string line = head.substr(at, end - at);
        const auto colon = line.find(':');
        if (colon != std::string::npos) {
            const auto value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
            request.headers.emplace_back(lowerCase(line.substr(0, colon)), line.substr(value));
        }
        at = end + 2;
    }
    return request;
}

} // namespace

struct ScriptedPeer::Impl {
    class Connection;

    PeerScript script;
    Context tls{nullptr, &SSL_CTX_free};
    int listener = -1;
    std::uint16_t port = 0;
    std::atomic<bool> stopping = false;
    std::thread acceptor;
    mutable std::mutex mutex;
    std::vector<PeerRequest> requests;
    std::list<std::pair<int, std::thread>> connections; ///< socket and its thread
    int connectionCount = 0;

    void acceptAll();
    void serve(int socket, int number);
};

class ScriptedPeer::Impl::Connection final : public PeerConnection {
public:
    Connection(Impl &peer, int socket, int number)
        : m_peer(peer)
        , m_socket(socket)
        , m_number(number) {}

    bool shakeHands() {
        if (!m_peer.tls) {
            return true;
        }
        m_session.reset(SSL_new(m_peer.tls.get()));
        SSL_set_fd(m_session.get(), m_socket);
        return SSL_accept(m_session.get()) == 1;
    }

    std::optional<PeerRequest> readRequest() override {
        std::size_t end = 0;
        while ((end = m_buffer.find("\r\n\r\n")) == std::string::npos) {
            if (!readMore()) {
                return std::nullopt;
            }
        }
        PeerRequest request = parseHead(m_buffer.substr(0, end));
        m_buffer.erase(0, end + 4);
        const std::string length = request.header("content-length");
        const std::size_t size = length.empty() ? 0 : std::stoul(length);
        while (m_buffer.size() < size) {
            if (!readMore()) {
                return std::nullopt;
            }
        }
        request.body = m_buffer.substr(0, size);
        m_buffer.erase(0, size);
        request.connection = m_number;
        const std::lock_guard lock(m_peer.mutex);
        request.number = int(m_peer.requests.size()) + 1;
        m_peer.requests.push_back(request);
        return request;
    }

    bool waitForBytes() override {
        pollfd waiting{m_socket, POLLIN, 0};
        char byte = 0;
        return poll(&waiting, 1, -1) == 1 && recv(m_socket, &byte, 1, MSG_PEEK) == 1;
    }

    bool write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto sent = m_session ? SSL_write(m_session.get(), bytes.data(), int(bytes.size()))
                                        : send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return false;
            }
            bytes.remove_prefix(std::size_t(sent));
        }
        return true;
    }

    void reset() override {
        const linger hard{1, 0};
        setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        m_wasReset = true;
    }

    void hold() override {
        while (readMore()) {
            m_buffer.clear();
        }
    }

    int number() const override { return m_number; }
    /// TLS wants a goodbye, but not from a connection that was to be reset.
    void farewell() {
        if (m_session && !m_wasReset) {
            SSL_shutdown(m_session.get());
        }
    }

private:
    bool readMore() {
        char chunk[16 * 1024];
        const auto size = m_session ? SSL_read(m_session.get(), chunk, sizeof chunk)
                                    : recv(m_socket, chunk, sizeof chunk, 0);
        if (size <= 0) {
            return false;
        }
        m_buffer.append(chunk, std::size_t(size));
        return true;
    }

    Impl &m_peer;
    const int m_socket;
    const int m_number;
    Session m_session{nullptr, &SSL_free};
    std::string m_buffer;
    bool m_wasReset = false;
};

void ScriptedPeer::Impl::acceptAll() {
    while (!stopping) {
        const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            continue;
        }
        const std::lock_guard lock(mutex);
        const int number = ++connectionCount;
        connections.emplace_back(socket, std::thread([this, socket, number] { serve(socket, number); }));
    }
}

void ScriptedPeer::Impl::serve(int socket, int number) {
    {
        Connection connection(*this, socket, number);
        if (connection.shakeHands()) {
            script(connection);
            connection.farewell();
        }
    }
    // Closed under the lock, so that the destructor never shuts down a number that was given out again.
    const std::lock_guard lock(mutex);
    for (auto &[known, thread] : connections) {
        if (known == socket) {
            known = -1;
        }
    }
    close(socket);
}

ScriptedPeer::ScriptedPeer(PeerScript script, std::optional<CertificateFiles> tls, int newestTlsVersion)
    : m_impl(std::make_unique<Impl>()) {
    signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
    m_impl->script = std::move(script);
    if (tls) {
        m_impl->tls.reset(SSL_CTX_new(TLS_server_method()));
        if (newestTlsVersion != 0) {
            SSL_CTX_set_max_proto_version(m_impl->tls.get(), newestTlsVersion);
            SSL_CTX_set_security_level(m_impl->tls.get(), 0); // old versions need it
        }
        if (SSL_CTX_use_certificate_file(m_impl->tls.get(), tls->certificate.c_str(), SSL_FILETYPE_PEM) !=
                1 ||
            SSL_CTX_use_PrivateKey_file(m_impl->tls.get(), tls->key.c_str(), SSL_FILETYPE_PEM) != 1) {
            throw std::runtime_error("the peer's certificate cannot be used");
        }
    }
    m_impl->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(m_impl->listener, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        listen(m_impl->listener, 64) != 0 ||
        getsockname(m_impl->listener, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        throw std::runtime_error("the peer cannot listen on loopback");
    }
    m_impl->port = ntohs(address.sin_port);
    m_impl->acceptor = std::thread([impl = m_impl.get()] { impl->acceptAll(); });
}

ScriptedPeer::~ScriptedPeer() {
    m_impl->stopping = true;
    shutdown(m_impl->listener, SHUT_RDWR); // wakes accept
    m_impl->acceptor.join();
    {
        const std::lock_guard lock(m_impl->mutex);
        for (const auto &[socket, thread] : m_impl->connections) {
            if (socket >= 0) {
                shutdown(socket, SHUT_RDWR);
            }
        }
    }
    for (auto &[socket, thread] : m_impl->connections) {
        thread.join();
    }
    close(m_impl->listener);
}

std::uint16_t ScriptedPeer::port() const {
    return m_impl->port;
}

std::string ScriptedPeer::url() const {
    return std::string(m_impl->tls ? "https" : "http") + "://127.0.0.1:" + std::to_string(m_impl->port);
}

int ScriptedPeer::connections() const {
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->connectionCount;
}

std::vector<PeerRequest> ScriptedPeer::requests() const {
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->requests;
}

std::string PeerRequest::header(std::string_view lowerCaseName) const {
    for (const auto &[name, value] : headers) {
        if (name == lowerCaseName) {
            return value;
        }
    }
    return {};
}

std::string httpAnswer(int status, std::string_view body,
                       const std::vector<std::pair<std::string, std::string>> &headers) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
    bool hasType = false;
    bool hasLength = false;
    for (const auto &[name, value] : headers) {
        text += name + ": " + value + "\r\n";
        hasType = hasType || lowerCase(name) == "content-type";
        hasLength = hasLength || lowerCase(name) == "content-length";
    }
    text += hasType ? "" : "Content-Type: application/x-amz-json-1.1\r\n";
    text += hasLength ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + std::string(body);
}

PeerScript answerAll(std::function<std::string(const PeerRequest &)> answer) {
    return [answer = std::move(answer)](PeerConnection &connection) {
        while (const auto request = connection.readRequest()) {
            connection.write(answer(*request));
        }
    };
}

} // namespace keyturn::test
