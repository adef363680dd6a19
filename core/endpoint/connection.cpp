// SPDX-License-Identifier: Apache-2.0
#include "endpoint/connection.h"

#include "endpoint/caller.h"
#include "endpoint/request_rules.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace keyturn::endpoint {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t readBytes = 4096;
/// Memory that an idle connection keeps for its next request.
constexpr std::size_t keptInputBytes = 4096;
/// A body up to here is always taken; larger ones share a budget, so that many clients cannot fill memory.
constexpr std::size_t smallBodyBytes = 16 * 1024;
constexpr std::size_t largeBodiesBudget = 16 * 1024 * 1024;
/// What is read and thrown away behind a refusal, so that the client sees the answer and not a reset.
constexpr std::size_t drainBytes = 512 * 1024;
constexpr std::chrono::milliseconds drainTime{1'000};

} // namespace

void Mailbox::put(std::weak_ptr<Connection> connection, Answer answer) {
    const std::lock_guard lock(m_mutex);
    if (m_context == nullptr) {
        return;
    }
    m_letters.push_back({std::move(connection), std::move(answer)});
    if (m_letters.size() == 1) {
        asio::post(*m_context, [self = shared_from_this()] { self->deliver(); });
    }
}

void Mailbox::close() {
    std::vector<Letter> dropped;
    const std::lock_guard lock(m_mutex);
    m_context = nullptr;
    dropped.swap(m_letters);
}

void Mailbox::deliver() {
    std::vector<Letter> letters;
    {
        const std::lock_guard lock(m_mutex);
        letters.swap(m_letters);
    }
    for (Letter &letter : letters) {
        if (const auto connection = letter.connection.lock()) {
            connection->answered(std::move(letter.answer));
        }
    }
}

Connection::Connection(Host &host, Socket socket)
    : m_host(host)
    , m_socket(std::move(socket))
    , m_reader(
          {host.options.limits.headerBytes, host.options.limits.headerFields, host.options.limits.bodyBytes})
    , m_since(std::chrono::steady_clock::now()) {}

void Connection::start() {
    error_code ignored;
    m_socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    m_socket.non_blocking(true, ignored);
    read();
}

void Connection::enter(Phase phase) {
    m_phase = phase;
    m_since = std::chrono::steady_clock::now();
}

void Connection::read() {
    m_reading = true;
    const auto [where, room] = m_input.prepare(readBytes);
    m_socket.async_read_some(asio::buffer(where, room),
                             [self = shared_from_this()](const error_code &error, std::size_t count) {
                                 if (error) {
                                     self->close();
                                 } else {
                                     self->received(count);
                                 }
                             });
}

void Connection::received(std::size_t count) {
    m_reading = false;
    if (m_phase == Phase::Closed || m_phase == Phase::Writing) {
        return; // refused meanwhile: what comes is not looked at
    }
    if (m_phase == Phase::Draining) {
        m_drained += count;
        return m_drained > drainBytes ? close() : read();
    }
    m_input.commit(count);
    parse();
}

void Connection::parse() {
    m_input.consume(m_reader.feed(m_input.view()));
    if (m_reader.state() != RequestReader::State::Start && m_phase == Phase::Waiting) {
        enter(Phase::Header);
        m_begun = m_since;
        m_requestId = m_host.newRequestId();
    }
    if (const Refusal *refusal = m_reader.refusal()) {
        return refuse(*refusal);
    }
    const auto state = m_reader.state();
    if (!m_headersSeen && (state == RequestReader::State::Body || state == RequestReader::State::Complete)) {
        m_headersSeen = true;
        headersAreWhole();
        if (m_phase == Phase::Writing) {
            return; // refused
        }
    }
    if (state == RequestReader::State::Complete) {
        return call();
    }
    read();
}

void Connection::headersAreWhole() {
    enter(Phase::Body);
    m_keepAlive = m_reader.keepAlive();
    if (const auto refusal = refusalByHeaders(m_reader.request(), m_host.hosts)) {
        return refuse(*refusal);
    }
    const std::size_t size = m_reader.bodySize();
    if (size <= smallBodyBytes) {
        return;
    }
    if (m_host.largeBodies + size > largeBodiesBudget) {
        return refuse({503, "ServiceUnavailable", "Too many large requests at once."});
    }
    m_reservedBody = size;
    m_host.largeBodies += size;
}

void Connection::giveBackBody() {
    m_host.largeBodies -= m_reservedBody;
    m_reservedBody = 0;
}

/// The connection ends with it: what follows in the stream cannot be trusted, or was not read.
void Connection::refuse(const Refusal &refusal) {
    m_drains = true;
    answer(answerOf(refusal), false);
}

void Connection::call() {
    enter(Phase::Calling);
    const HttpRequest &request = m_reader.request();
    const Timestamp now = m_host.options.clock->now();
    const kms::OperationInfo *operation = operationOf(request);
    m_operation = operation != nullptr ? operation->name : std::string_view();
    auto caller =
        authenticate(request, {*m_host.keys, m_host.options.region, &m_host.options.otherRegions}, now);
    if (!caller) {
        return answer(answerOf(caller.error()), m_keepAlive);
    }
    m_known = true;
    m_accessKeyId = caller->key->facts.id;
    if (operation == nullptr) {
        return answer(answerOf(serviceError(ErrorCode::UnknownOperation)), m_keepAlive);
    }
    auto decoded = decode(request, *operation);
    if (!decoded) {
        return answer(answerOf(decoded.error()), m_keepAlive);
    }
    m_cancel.emplace();
    kms::CallContext context;
    if (m_host.options.limits.requestTime.count() > 0) {
        context.deadline = m_host.options.clock->steadyNow() + m_host.options.limits.requestTime;
    }
    context.cancel = m_cancel->token();
    context.requestId = m_requestId;
    context.region = std::move(caller->region);
    context.principal = {caller->key->facts.principalArn, m_accessKeyId, "endpoint"};
    auto completion = [mailbox = m_host.mailbox, self = weak_from_this()](Result<kms::AnyReply> reply) {
        // Written where it was made: the server's thread is the one that has most to do.
        mailbox->put(self, reply ? answerOf(*reply) : answerOf(reply.error()));
    };
    if (caller->key->allows(operation->id)) {
        m_host.service->submit(std::move(*decoded), std::move(context), std::move(completion));
    } else {
        m_host.keys->refuse(std::move(*decoded), std::move(context), std::move(completion));
    }
}

void Connection::answered(Answer made) {
    if (m_phase != Phase::Calling) {
        return; // the client has gone
    }
    answer(std::move(made), m_keepAlive);
}

void Connection::answer(Answer answer, bool keepAlive) {
    m_keepAlive = keepAlive && !m_host.stopping;
    m_cancel.reset();
    m_answer = std::move(answer);
    m_head = answerHead(m_answer, m_requestId, m_host.httpDate(), m_keepAlive);
    enter(Phase::Writing);
    note(m_answer);
    const std::string_view body = m_answer.body.view();
    const std::array<asio::const_buffer, 2> parts{asio::buffer(m_head),
                                                  asio::const_buffer(body.data(), body.size())};
    asio::async_write(m_socket, parts, [self = shared_from_this()](const error_code &error, std::size_t) {
        if (error) {
            self->close();
        } else {
            self->written();
        }
    });
}

void Connection::note(const Answer &answer) {
    if (!m_host.options.observer) {
        return;
    }
    RequestNote note;
    note.time = m_host.options.clock->now();
    note.took = std::chrono::duration_cast<std::chrono::microseconds>(m_since - m_begun);
    note.accessKeyId = m_accessKeyId;
    note.operation = m_operation;
    note.outcome = answer.outcome;
    note.requestId = m_requestId;
    note.status = answer.status;
    m_host.options.observer(note);
}

void Connection::written() {
    if (m_phase == Phase::Closed) {
        return;
    }
    m_answer = Answer();
    giveBackBody();
    if (!m_keepAlive) {
        return drain();
    }
    m_reader.next();
    m_headersSeen = false;
    m_accessKeyId.clear();
    m_operation = {};
    enter(Phase::Waiting);
    if (m_host.stopping) {
        return close();
    }
    if (m_input.empty()) {
        m_input.clear(keptInputBytes);
        return read();
    }
    // The next request is there already; a turn for the others first.
    asio::post(m_socket.get_executor(), [self = shared_from_this()] {
        if (self->m_phase == Phase::Waiting) {
            self->parse();
        }
    });
}

void Connection::drain() {
    if (!m_drains) {
        return close();
    }
    enter(Phase::Draining);
    error_code ignored;
    m_socket.shutdown(Socket::shutdown_send, ignored);
    if (!m_reading) { // of a request that did not come in time, one is under way
        read();
    }
}

void Connection::check(SteadyTime now) {
    const ServerLimits &limits = m_host.options.limits;
    const auto spent = now - m_since;
    switch (m_phase) {
    case Phase::Waiting:
        return spent > limits.idleTime ? close() : void();
    case Phase::Header:
    case Phase::Body:
        if (spent > (m_phase == Phase::Header ? limits.headerTime : limits.bodyTime)) {
            refuse({408, "RequestTimeoutException", "The request did not come in time."});
        }
        return;
    case Phase::Calling:
        return checkPeer();
    case Phase::Writing:
        return spent > limits.writeTime ? close() : void();
    case Phase::Draining:
        return spent > drainTime ? close() : void();
    case Phase::Closed:
        return;
    }
}

/// Nobody reads from the socket while the service works: a look whether the client has gone.
void Connection::checkPeer() {
    char byte = 0;
    error_code error;
    m_socket.receive(asio::buffer(&byte, 1), Socket::message_peek, error);
    if (error && error != asio::error::would_block && error != asio::error::try_again) {
        close();
    }
}

void Connection::finish() {
    if (m_phase != Phase::Calling && m_phase != Phase::Writing) {
        close();
    }
}

void Connection::close() {
    if (m_phase == Phase::Closed) {
        return;
    }
    m_phase = Phase::Closed;
    if (m_cancel) {
        m_cancel->cancel();
    }
    giveBackBody();
    error_code ignored;
    m_socket.close(ignored);
    m_host.closed(*this);
}

} // namespace keyturn::endpoint
