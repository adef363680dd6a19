// SPDX-License-Identifier: Apache-2.0
// RawClient: a TCP connection to loopback that sends exactly the bytes it is told, and reads HTTP answers
// without a library; and requests with a good signature, to be spoiled. One thread a client. Waits at most 20
// seconds for anything.
#pragma once

#include "base/clock.h"
#include "base/secret_bytes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyturn::test {

struct RawAnswer {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;

    std::string header(const std::string &lowerCaseName) const;
    /// A text member of the body's JSON object, without escapes; empty: there is none.
    std::string member(std::string_view name) const;
};

class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    RawClient(RawClient &&other) noexcept;
    RawClient &operator=(RawClient &&) = delete;
    ~RawClient();

    bool isConnected() const { return m_socket >= 0; }
    /// False when the server has closed.
    bool send(std::string_view bytes);
    /// The next answer, whole; nothing when the connection ended before.
    std::optional<RawAnswer> read();
    /// Whether the server closes, whatever it still sends.
    bool waitForClose();
    /// Nothing more is sent; the server sees the end.
    void finishSending();
    void close();
    /// Ends the connection with a TCP reset.
    void reset();

private:
    bool receive();
    int m_socket = -1;
    std::string m_received;
};

/// A request to "/" as text, and what is signed of it.
struct SignedRequest {
    std::uint16_t port = 0;
    std::string target = "TrentService.ListKeys"; ///< X-Amz-Target
    std::string body = "{}";
    std::string accessKeyId = "AKIATEST";
    std::string secret = "secret-CANARY";
    std::string region = "eu-central-1";
    std::string service = "kms";
    std::string host; ///< empty: 127.0.0.1 and the port
    Timestamp time = systemClock()->now();
    std::vector<std::pair<std::string, std::string>> moreHeaders; ///< not signed

    std::string text() const;
    /// Only the lines of the headers, to be put behind another request line.
    std::string headers() const;
};

} // namespace keyturn::test
