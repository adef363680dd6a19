// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/mover_work.h"

#include "kms/call.h"
#include "kms/identifier.h"
#include "kms/operations/describe_key.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

/// Plaintexts are held in the secure heap of the process, half of which is left to others.
constexpr std::size_t secretBytesMax = 512 * 1024;
/// What a Keyturn ciphertext is longer than its plaintext; others are longer by about as much.
constexpr std::size_t ciphertextOverhead = 128;
constexpr std::size_t leastSecretBytes = 32;

} // namespace

MoveWork::MoveWork(MoverState &state, Purpose purpose, std::vector<MoveRequest> requests,
                   const CancelToken &cancel)
    : m_state(state)
    , m_purpose(purpose)
    , m_cancel(cancel)
    , m_items(requests.size())
    , m_open(requests.size()) {
    for (std::size_t index = 0; index < requests.size(); ++index) {
        m_items[index].request = std::move(requests[index]);
        m_ready.push_back(index);
    }
    m_context.cancel = m_cancel;
    m_context.jobId = m_state.services.jobId;
}

Result<std::vector<MoveResult>> MoveWork::run() {
    if (auto learned = learnDestination(); !learned) {
        return failFrom(learned);
    }
    while (m_inFlight > 0 || (m_open > 0 && !isStopping())) {
        submitReady();
        if (m_inFlight > 0) {
            receive();
        }
    }
    if (m_stop) {
        return fail(std::move(*m_stop));
    }
    std::vector<MoveResult> results;
    results.reserve(m_items.size());
    for (Item &item : m_items) {
        results.push_back(std::move(item.result));
    }
    return results;
}

/// What an alias points to, so that answers can be checked and faults told apart. Who may not ask learns it
/// from the first answer.
Status MoveWork::learnDestination() {
    if (m_state.destinationAsked || m_items.empty() ||
        !kms::parseKeyIdentifier(m_state.spec.destinationKey).isAlias()) {
        return {};
    }
    m_state.destinationAsked = true;
    ++m_state.calls;
    kms::DescribeKey::Request request;
    request.keyId = m_state.spec.destinationKey;
    auto reply =
        kms::callAndWait<kms::DescribeKey>(m_state.destinationService(), std::move(request), m_context);
    if (!reply) {
        const ErrorCode code = reply.error().code;
        const bool stops =
            code == ErrorCode::NotFound || code == ErrorCode::Cancelled || stopsTheJob(reply.error());
        return stops ? Status(failFrom(reply)) : Status{};
    }
    if (reply->keyMetadata && reply->keyMetadata->arn) {
        m_state.keys.learnDestination(*reply->keyMetadata->arn);
    }
    return {};
}

void MoveWork::submitReady() {
    while (!isStopping() && !m_ready.empty() && m_inFlight < m_state.inFlightMax) {
        const std::size_t index = m_ready.front();
        Item &item = m_items[index];
        if (!item.isStarted && !mayStart(item)) {
            return; // until others have ended
        }
        m_ready.pop_front();
        if (!item.isStarted) {
            item.isStarted = true;
            start(index); // may wait for another, and comes back then
            continue;
        }
        if (m_cancel.isCancelled()) {
            m_stop = clientError(ErrorCode::Cancelled, "stopped");
            return;
        }
        if (m_state.rate) {
            if (auto mayGo = m_state.rate->acquire(m_cancel); !mayGo) {
                m_stop = mayGo.error();
                return;
            }
        }
        submit(index);
    }
}

bool MoveWork::mayStart(Item &item) {
    if (item.secretBytes > 0 || (!mayDecrypt() && !m_state.isBetweenServices())) {
        return true;
    }
    const std::size_t size = item.request.ciphertext.size();
    const std::size_t bytes = std::max(leastSecretBytes, size - std::min(size, ciphertextOverhead));
    if (m_inFlight > 0 && m_secretBytes + bytes > secretBytesMax) {
        return false;
    }
    item.secretBytes = bytes;
    m_secretBytes += bytes;
    return true;
}

void MoveWork::ended(Item &item) {
    item.isDone = true;
    item.plaintext.clear();
    m_secretBytes -= item.secretBytes;
    item.secretBytes = 0;
    --m_open;
}

void MoveWork::submit(std::size_t index) {
    ++m_inFlight;
    ++m_state.calls;
    const Item &item = m_items[index];
    kms::KmsService &service =
        goesToDestination(item) ? m_state.destinationService() : *m_state.services.service;
    service.submit(requestOf(item), m_context, [inbox = m_inbox, index](Result<kms::AnyReply> reply) {
        const std::lock_guard lock(inbox->mutex);
        inbox->answers.emplace_back(index, std::move(reply));
        if (inbox->isWaiting) {
            inbox->isWaiting = false;
            inbox->filled.notify_one();
        }
    });
}

void MoveWork::receive() {
    std::vector<Answer> answers;
    {
        std::unique_lock lock(m_inbox->mutex);
        while (m_inbox->answers.empty()) {
            m_inbox->isWaiting = true;
            m_inbox->filled.wait(lock);
        }
        answers.swap(m_inbox->answers);
    }
    for (Answer &answer : answers) {
        take(answer.first, std::move(answer.second));
    }
}

void MoveWork::take(std::size_t index, Result<kms::AnyReply> answer) {
    --m_inFlight;
    if (isStopping()) {
        return; // only waiting for what is under way
    }
    if (answer) {
        if (m_state.rate) {
            m_state.rate->succeeded();
        }
        succeeded(index, std::move(*answer));
    } else {
        erred(index, std::move(answer.error()));
    }
}

void MoveWork::askNext(std::size_t index, Ask ask) {
    m_items[index].ask = ask;
    m_ready.push_front(index); // what has begun is finished first
}

void MoveWork::done(Item &item, ItemState state) {
    item.result.state = state;
    ended(item);
    if (m_purpose == Purpose::Move) {
        m_state.keys.wasMoved(item.group, state == ItemState::Skipped);
    }
}

void MoveWork::failed(Item &item, Cause cause, Error error) {
    item.result.state = ItemState::Failed;
    item.result.cause = cause;
    item.result.requestId = error.requestId.empty() ? item.result.requestId : error.requestId;
    item.result.error = std::move(error);
    if (cause != Cause::StrayKey && item.result.sourceKey.empty()) {
        item.result.sourceKey = item.key(); // that it was tried with: reports count by it
    }
    item.result.ciphertext.clear();
    ended(item);
}

void MoveWork::releaseWaiting(const std::string &group) {
    const auto waiting = m_waiting.find(group);
    if (waiting == m_waiting.end()) {
        return;
    }
    const std::vector<std::size_t> indexes = std::move(waiting->second);
    m_waiting.erase(waiting);
    for (const std::size_t index : indexes) {
        m_items[index].isStarted = false;
        m_ready.push_back(index);
    }
}

} // namespace keyturn::reencrypt
