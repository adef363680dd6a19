// SPDX-License-Identifier: Apache-2.0
// Connection: one client, one request at a time: read, refuse or call, answer, again. Everything here runs on
// the server's thread, but for completions, which come from anywhere and go through the Mailbox. Owned by its
// Host and by the handlers under way. Internal to this module.
#pragma once

#include "base/cancel.h"
#include "endpoint/answer.h"
#include "endpoint/request_note.h"
#include "endpoint/request_reader.h"
#include "endpoint/server.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace keyturn::endpoint {

class Connection;

/// Where answers of the service wait for the server's thread; the last to go.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
public:
    struct Letter {
        std::weak_ptr<Connection> connection; ///< locked on the server's thread only
        Answer answer;
    };
    explicit Mailbox(boost::asio::io_context &context)
        : m_context(&context) {}

    void put(std::weak_ptr<Connection> connection, Answer answer);
    /// Answers from now on are dropped.
    void close();

private:
    void deliver();

    std::mutex m_mutex;
    boost::asio::io_context *m_context;
    std::vector<Letter> m_letters;
};

/// What connections share; the server's implementation.
struct Host {
    ServerOptions options;
    std::shared_ptr<kms::KmsService> service;
    std::shared_ptr<kms::AccessKeyStore> keys;
    std::shared_ptr<Mailbox> mailbox;
    std::vector<std::string> hosts;
    std::size_t largeBodies = 0; ///< bytes that large bodies take at present
    bool stopping = false;

    virtual ~Host() = default;
    virtual std::string newRequestId() = 0;
    virtual const std::string &httpDate() = 0;
    virtual void closed(Connection &connection) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using SteadyTime = std::chrono::steady_clock::time_point;

    Connection(Host &host, Socket socket);

    void start();
    /// The service's answer to the request under way.
    void answered(Answer answer);
    /// Ends what took too long, and a request whose client has gone.
    void check(SteadyTime now);
    /// Ends at once when idle; otherwise when the request under way is answered.
    void finish();
    void close();

    bool isIdle() const { return m_phase == Phase::Waiting; }
    bool isBusy() const { return m_phase == Phase::Calling; }
    /// Somebody who has signed a request here is worth more than one who has not.
    bool isKnown() const { return m_known; }
    SteadyTime since() const { return m_since; }

private:
    enum class Phase : std::uint8_t { Waiting, Header, Body, Calling, Writing, Draining, Closed };

    void enter(Phase phase);
    void read();
    void received(std::size_t count);
    void parse();
    void headersAreWhole();
    void refuse(const Refusal &refusal);
    void call();
    void answer(Answer answer, bool keepAlive);
    void written();
    void drain();
    void note(const Answer &answer);
    void checkPeer();
    void giveBackBody();

    Host &m_host;
    Socket m_socket;
    RequestReader m_reader;
    WipedBuffer m_input;
    Phase m_phase = Phase::Waiting;
    SteadyTime m_since;
    bool m_headersSeen = false;
    bool m_known = false;
    bool m_keepAlive = true;
    bool m_drains = false;
    bool m_reading = false;
    std::size_t m_reservedBody = 0;
    std::size_t m_drained = 0;
    // Of the request under way.
    SteadyTime m_begun;
    std::string m_requestId;
    std::string m_accessKeyId;
    std::string_view m_operation;
    std::optional<CancelSource> m_cancel;
    // Of the answer under way.
    Answer m_answer;
    std::string m_head;
};

} // namespace keyturn::endpoint
