// SPDX-License-Identifier: Apache-2.0
#include "fakes/raw_client.h"

#include "base/text.h"
#include "sigv4/signer.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace keyturn::test {

namespace {
constexpr int patienceMilliseconds = 20'000;
} // namespace

std::string RawAnswer::header(const std::string &lowerCaseName) const {
    const auto found = headers.find(lowerCaseName);
    return found == headers.end() ? std::string() : found->second;
}

std::string RawAnswer::member(std::string_view name) const {
    const std::string before = "\"" + std::string(name) + "\":\"";
    const auto from = body.find(before);
    if (from == std::string::npos) {
        return {};
    }
    const auto start = from + before.size();
    return body.substr(start, body.find('"', start) - start);
}

RawClient::RawClient(std::uint16_t port)
    : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (m_socket >= 0 && ::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        close();
    }
}

RawClient::RawClient(RawClient &&other) noexcept
    : m_socket(std::exchange(other.m_socket, -1))
    , m_received(std::move(other.m_received)) {}

RawClient::~RawClient() {
    close();
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool RawClient::receive() {
    pollfd waiting{m_socket, POLLIN, 0};
    if (m_socket < 0 || ::poll(&waiting, 1, patienceMilliseconds) <= 0) {
        return false;
    }
    char bytes[4096];
    const ssize_t count = ::recv(m_socket, bytes, sizeof bytes, 0);
    if (count <= 0) {
        return false;
    }
    m_received.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::optional<RawAnswer> RawClient::read() {
    std::size_t end = 0;
    while ((end = m_received.find("\r\n\r\n")) == std::string::npos) {
        if (!receive()) {
            return std::nullopt;
        }
    }
    RawAnswer answer;
    const std::string head = m_received.substr(0, end);
    m_received.erase(0, end + 4);
    bool isFirst = true;
    for (const std::string_view raw : split(head, '\n')) {
        const std::string_view line = trimmed(raw);
        if (std::exchange(isFirst, false)) {
            answer.status =
                std::atoi(std::string(line.substr(std::min<std::size_t>(line.size(), 9))).c_str());
            continue;
        }
        const auto colon = line.find(':');
        if (colon != std::string_view::npos) {
            answer.headers[toLowerAscii(line.substr(0, colon))] =
                std::string(trimmed(line.substr(colon + 1)));
        }
    }
    const auto size = static_cast<std::size_t>(std::atoi(answer.header("content-length").c_str()));
    while (m_received.size() < size) {
        if (!receive()) {
            return std::nullopt;
        }
    }
    answer.body = m_received.substr(0, size);
    m_received.erase(0, size);
    return answer;
}

bool RawClient::waitForClose() {
    for (;;) {
        pollfd waiting{m_socket, POLLIN, 0};
        if (::poll(&waiting, 1, patienceMilliseconds) <= 0) {
            return false;
        }
        char bytes[4096];
        if (::recv(m_socket, bytes, sizeof bytes, 0) <= 0) {
            return true;
        }
    }
}

void RawClient::finishSending() {
    ::shutdown(m_socket, SHUT_WR);
}

void RawClient::close() {
    if (m_socket >= 0) {
        ::close(std::exchange(m_socket, -1));
    }
}

void RawClient::reset() {
    const linger atOnce{1, 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    close();
}

std::string SignedRequest::headers() const {
    const std::string hostValue = host.empty() ? "127.0.0.1:" + std::to_string(port) : host;
    const std::string date = sigv4::formatAmzDate(time);
    const std::vector<sigv4::HeaderView> signedHeaders{
        {"Content-Type", "application/x-amz-json-1.1"}, {"Host", hostValue}, {"X-Amz-Target", target}};
    const SecretBytes secretKey = SecretBytes::copyOf(secret);
    const SecretBytes noToken;
    const auto made = sigv4::signInHeaders({"POST", "/", {}, signedHeaders, asBytes(body)},
                                           {accessKeyId, secretKey, noToken}, {region, service, time});
    if (!made) {
        std::abort();
    }
    std::string lines;
    for (const sigv4::HeaderView &header : signedHeaders) {
        lines.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    lines += "X-Amz-Date: " + made->amzDate + "\r\nAuthorization: " + made->authorization + "\r\n";
    for (const auto &[name, value] : moreHeaders) {
        lines += name + ": " + value + "\r\n";
    }
    return lines;
}

std::string SignedRequest::text() const {
    return "POST / HTTP/1.1\r\n" + headers() + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

} // namespace keyturn::test
