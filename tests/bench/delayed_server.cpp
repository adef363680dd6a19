// SPDX-License-Identifier: Apache-2.0
#include "delayed_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <thread>
#include <unordered_map>

namespace keyturn::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int entriesPerPage = 1000;

std::string withHead(const std::string &body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nx-amzn-RequestId: bench\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A ciphertext in the form of AWS KMS, under the key that ends in "c".
std::string reEncryptAnswer(char sourceKeyEnd) {
    const std::string key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890a";
    return withHead("{\"CiphertextBlob\":\"AQICAHgA" + std::string(236, 'A') + "\",\"SourceKeyId\":\"" + key +
                    sourceKeyEnd + "\",\"KeyId\":\"" + key +
                    "c\",\"SourceEncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\","
                    "\"DestinationEncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}");
}

/// Page `number` of `pages`; the marker of a page is its number.
std::string listAnswer(int number, int pages) {
    std::string body = "{\"Keys\":[";
    std::array<char, 200> entry{};
    for (int i = 0; i < entriesPerPage; ++i) {
        std::snprintf(entry.data(), entry.size(),
                      "%s{\"KeyId\":\"%08x-12ab-34cd-56ef-%012x\",\"KeyArn\":\"arn:aws:kms:eu-central-1:"
                      "111122223333:key/%08x-12ab-34cd-56ef-%012x\"}",
                      i == 0 ? "" : ",", unsigned(number), unsigned(i), unsigned(number), unsigned(i));
        body += entry.data();
    }
    const bool more = number + 1 < pages;
    body += more ? "],\"NextMarker\":\"" + std::to_string(number + 1) + "\",\"Truncated\":true}"
                 : "],\"Truncated\":false}";
    return withHead(body);
}

bool isFromNewKey(const std::string &request) {
    constexpr std::string_view name = "\"SourceKeyId\"";
    const auto member = request.find(name);
    const auto begin = member == std::string::npos ? member : request.find('"', member + name.size());
    const auto end = begin == std::string::npos ? begin : request.find('"', begin + 1);
    return end != std::string::npos && request[end - 1] == 'c';
}

/// The whole first request, or nothing yet.
std::size_t requestSize(const std::string &bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) {
        return 0;
    }
    std::size_t length = 0;
    for (const char *name : {"content-length: ", "Content-Length: "}) {
        const auto at = bytes.find(name);
        if (at < end) {
            length = std::strtoul(bytes.c_str() + at + 16, nullptr, 10);
        }
    }
    return bytes.size() >= end + 4 + length ? end + 4 + length : 0;
}

} // namespace

struct DelayedServer::Impl {
    struct Due {
        Clock::time_point at;
        int socket;
        const std::string *answer;
    };

    std::chrono::microseconds delay{};
    int pages = 0;
    int listener = -1;
    int wake = -1;
    int events = -1;
    std::uint16_t port = 0;
    std::thread thread;
    std::atomic<std::uint64_t> answered = 0;
    const std::string fromOldKey = reEncryptAnswer('b');
    const std::string fromNewKey = reEncryptAnswer('c');
    std::unordered_map<int, std::string> buffers; ///< what has come, by socket
    std::deque<Due> due;                          ///< in order, as the delay is always the same

    void watch(int descriptor) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event);
    }
    void run();
    void acceptOne();
    void read(int socket);
    void take(int socket, const std::string &request);
    void sendDue();
    void write(int socket, const std::string &answer);
    void end(int socket);
};

void DelayedServer::Impl::acceptOne() {
    const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    buffers[socket];
    watch(socket);
}

void DelayedServer::Impl::end(int socket) {
    buffers.erase(socket);
    close(socket);
}

void DelayedServer::Impl::read(int socket) {
    std::array<char, 16 * 1024> chunk{};
    const auto size = recv(socket, chunk.data(), chunk.size(), 0);
    if (size <= 0) {
        end(socket);
        return;
    }
    std::string &buffer = buffers[socket];
    buffer.append(chunk.data(), std::size_t(size));
    while (const std::size_t whole = requestSize(buffer)) {
        take(socket, buffer.substr(0, whole));
        buffer.erase(0, whole);
    }
}

void DelayedServer::Impl::take(int socket, const std::string &request) {
    if (request.find("TrentService.ListKeys") == std::string::npos) {
        due.push_back({Clock::now() + delay, socket, isFromNewKey(request) ? &fromNewKey : &fromOldKey});
        return;
    }
    const auto marker = request.find("\"Marker\":\"");
    write(socket,
          listAnswer(marker == std::string::npos ? 0 : std::atoi(request.c_str() + marker + 10), pages));
}

void DelayedServer::Impl::write(int socket, const std::string &answer) {
    std::size_t sent = 0;
    while (sent < answer.size()) {
        const auto size = send(socket, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (size <= 0) {
            return; // gone; its end is read later
        }
        sent += std::size_t(size);
    }
    ++answered;
}

void DelayedServer::Impl::sendDue() {
    while (!due.empty() && due.front().at <= Clock::now()) {
        if (buffers.contains(due.front().socket)) {
            write(due.front().socket, *due.front().answer);
        }
        due.pop_front();
    }
}

void DelayedServer::Impl::run() {
    std::array<epoll_event, 64> ready{};
    for (;;) {
        timespec left{};
        if (!due.empty()) {
            const auto time = std::max(due.front().at - Clock::now(), Clock::duration::zero());
            left.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(time).count();
            left.tv_nsec = (time % std::chrono::seconds(1)).count();
        }
        const int count =
            epoll_pwait2(events, ready.data(), int(ready.size()), due.empty() ? nullptr : &left, nullptr);
        for (int i = 0; i < count; ++i) {
            const int descriptor = ready[std::size_t(i)].data.fd;
            if (descriptor == wake) {
                return;
            }
            descriptor == listener ? acceptOne() : read(descriptor);
        }
        sendDue();
    }
}

DelayedServer::DelayedServer(std::chrono::microseconds delay, int pages)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->delay = delay;
    m_impl->pages = pages;
    m_impl->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    m_impl->wake = eventfd(0, EFD_CLOEXEC);
    m_impl->events = epoll_create1(EPOLL_CLOEXEC);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(m_impl->listener, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        listen(m_impl->listener, 256) != 0 ||
        getsockname(m_impl->listener, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        std::abort();
    }
    m_impl->port = ntohs(address.sin_port);
    m_impl->watch(m_impl->listener);
    m_impl->watch(m_impl->wake);
    m_impl->thread = std::thread([impl = m_impl.get()] { impl->run(); });
}

DelayedServer::~DelayedServer() {
    eventfd_write(m_impl->wake, 1);
    m_impl->thread.join();
    for (const auto &[socket, buffer] : m_impl->buffers) {
        close(socket);
    }
    close(m_impl->listener);
    close(m_impl->wake);
    close(m_impl->events);
}

std::string DelayedServer::url() const {
    return "http://127.0.0.1:" + std::to_string(m_impl->port);
}

std::uint64_t DelayedServer::answered() const {
    return m_impl->answered;
}

double DelayedServer::cpuSeconds() const {
    clockid_t clock{};
    timespec time{};
    if (pthread_getcpuclockid(m_impl->thread.native_handle(), &clock) != 0 ||
        clock_gettime(clock, &time) != 0) {
        std::abort();
    }
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

} // namespace keyturn::bench
