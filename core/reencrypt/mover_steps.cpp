// SPDX-License-Identifier: Apache-2.0
// What follows an answer of the service.
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/re_encrypt.h"
#include "reencrypt/mover_work.h"

namespace keyturn::reencrypt {
namespace {

std::string textOf(std::optional<std::string> &text) {
    return text ? std::move(*text) : std::string();
}

/// Services that do not know materials leave them out: that is no fault.
bool materialsDiffer(const std::string &a, const std::string &b) {
    return !a.empty() && !b.empty() && a != b;
}

} // namespace

void MoveWork::start(std::size_t index) {
    Item &item = m_items[index];
    item.group = groupOf(item.request.ciphertext);
    if (m_purpose == Purpose::Prove) {
        askNext(index, Ask::Look);
        return;
    }
    if (m_purpose == Purpose::Move && !m_state.keys.staysUnderItsKey() &&
        m_state.keys.isLikelyMoved(item.group, item.request)) {
        item.hasLooked = true;
        askNext(index, Ask::Look);
        return;
    }
    startTries(index);
}

void MoveWork::startTries(std::size_t index) {
    Item &item = m_items[index];
    item.tries = m_state.keys.candidates(item.group, item.request);
    item.tried = 0;
    if (!item.tries.empty()) {
        const Ask first = m_purpose == Purpose::Rehearse ? Ask::Rehearse
                          : m_state.isBetweenServices()  ? Ask::OpenSource
                                                         : Ask::Move;
        askNext(index, first);
        return;
    }
    // One of a group asks, the others wait for what it hears.
    const auto [waiting, isFirst] = m_waiting.try_emplace(item.group);
    if (!isFirst) {
        waiting->second.push_back(index);
        return;
    }
    item.hasAsked = true;
    askNext(index, Ask::Probe);
}

void MoveWork::succeeded(std::size_t index, kms::AnyReply reply) {
    Item &item = m_items[index];
    switch (item.ask) {
    case Ask::Move:
        return moved(index, reply);
    case Ask::Probe:
        return keyTold(index, reply);
    case Ask::Look:
        item.result.destinationKey = m_state.keys.destination();
        return done(item, m_purpose == Purpose::Prove ? ItemState::Verified : ItemState::Skipped);
    case Ask::Prove:
        return proven(index, reply);
    case Ask::OpenOld:
    case Ask::OpenSource:
        return opened(index, reply);
    case Ask::OpenNew:
        return compared(index, reply);
    case Ask::Seal:
        return sealed(index, reply);
    case Ask::Rehearse: // it took the DryRun for a request: allowed, and the answer is discarded
        item.result.sourceKey = item.key();
        return done(item, ItemState::Verified);
    }
}

void MoveWork::moved(std::size_t index, kms::AnyReply &any) {
    Item &item = m_items[index];
    auto &reply = any.as<kms::ReEncrypt>();
    item.result.requestId = any.requestId();
    item.result.sourceKey = textOf(reply.sourceKeyId);
    item.result.destinationKey = textOf(reply.keyId);
    item.result.sourceMaterial = textOf(reply.sourceKeyMaterialId);
    item.result.destinationMaterial = textOf(reply.destinationKeyMaterialId);
    if (!isWhereItBelongs(item)) {
        return unproven(item, "the service answered with other keys than it was asked for");
    }
    if (!reply.ciphertextBlob || reply.ciphertextBlob->empty() ||
        *reply.ciphertextBlob == item.request.ciphertext) {
        return unproven(item, "the service answered without a new ciphertext");
    }
    if (m_state.keys.destination() == m_state.spec.destinationKey && !item.result.destinationKey.empty()) {
        m_state.keys.learnDestination(item.result.destinationKey);
    }
    m_state.keys.fitted(item.group, item.result.sourceKey.empty() ? item.key() : item.result.sourceKey);
    const bool sameMaterial =
        !item.result.sourceMaterial.empty() && item.result.sourceMaterial == item.result.destinationMaterial;
    if (sameKey(item.result.sourceKey, item.result.destinationKey) &&
        item.request.context == item.request.newContext &&
        (sameMaterial || !m_state.keys.staysUnderItsKey())) {
        return done(item, ItemState::Skipped); // it was there already; the new one is not needed
    }
    item.result.ciphertext = std::move(*reply.ciphertextBlob);
    const std::string newGroup = groupOf(item.result.ciphertext);
    if (!newGroup.empty() && newGroup != item.group) {
        m_state.keys.fitted(newGroup, item.result.destinationKey);
        m_state.keys.wasMoved(newGroup, true);
    }
    checkNew(index);
}

/// The keys that the answer names are the ones that were meant; an alias cannot be compared.
bool MoveWork::isWhereItBelongs(const Item &item) const {
    const auto fits = [](const std::string &told, const std::string &asked) {
        return told.empty() || asked.empty() || asked.find("alias/") != std::string::npos ||
               sameKey(told, asked);
    };
    return fits(item.result.sourceKey, item.key()) &&
           fits(item.result.destinationKey, m_state.keys.destination());
}

void MoveWork::checkNew(std::size_t index) {
    Item &item = m_items[index];
    switch (m_state.level) {
    case Verification::Reply:
        return done(item, ItemState::Applied);
    case Verification::ReEncrypt:
        return askNext(index, Ask::Prove);
    case Verification::Decrypt:
        return askNext(index, item.plaintext.empty() ? Ask::OpenOld : Ask::OpenNew);
    }
}

void MoveWork::unproven(Item &item, std::string why) {
    failed(item, Cause::VerificationFailed, clientError(ErrorCode::BadReply, std::move(why)));
}

void MoveWork::keyTold(std::size_t index, kms::AnyReply &any) {
    Item &item = m_items[index];
    std::string key = m_state.isBetweenServices() ? textOf(any.as<kms::Decrypt>().keyId)
                                                  : textOf(any.as<kms::ReEncrypt>().sourceKeyId);
    if (key.empty()) {
        releaseWaiting(item.group);
        return unproven(item, "the service did not name the key of the ciphertext; list it in source-keys");
    }
    m_state.keys.fitted(item.group, key);
    releaseWaiting(item.group);
    if (m_purpose == Purpose::Rehearse) {
        item.result.sourceKey = std::move(key);
        return done(item, ItemState::Verified);
    }
    const bool isThere =
        !m_state.isBetweenServices() && sameKey(key, any.as<kms::ReEncrypt>().keyId.value_or(std::string()));
    if (isThere && item.request.context == item.request.newContext) {
        item.result.sourceKey = item.result.destinationKey = std::move(key);
        return done(item, ItemState::Skipped);
    }
    item.tries = {std::move(key)};
    item.tried = 0;
    askNext(index, m_state.isBetweenServices() ? Ask::OpenSource : Ask::Move);
}

void MoveWork::proven(std::size_t index, kms::AnyReply &any) {
    Item &item = m_items[index];
    auto &reply = any.as<kms::ReEncrypt>();
    const std::string key = textOf(reply.sourceKeyId);
    if (!key.empty() && !item.result.destinationKey.empty() && !sameKey(key, item.result.destinationKey)) {
        return unproven(item, "the new ciphertext is under another key than the service said");
    }
    if (materialsDiffer(textOf(reply.sourceKeyMaterialId), item.result.destinationMaterial)) {
        return unproven(item, "the new ciphertext is under another key material than the service said");
    }
    done(item, ItemState::Verified);
}

void MoveWork::opened(std::size_t index, kms::AnyReply &any) {
    Item &item = m_items[index];
    auto &reply = any.as<kms::Decrypt>();
    if (!reply.plaintext) {
        return unproven(item, "the service answered without a plaintext");
    }
    item.plaintext = std::move(*reply.plaintext);
    if (item.ask == Ask::OpenOld) {
        return askNext(index, Ask::OpenNew);
    }
    item.result.sourceKey = textOf(reply.keyId);
    item.result.sourceMaterial = textOf(reply.keyMaterialId);
    m_state.keys.fitted(item.group, item.result.sourceKey.empty() ? item.key() : item.result.sourceKey);
    askNext(index, Ask::Seal);
}

void MoveWork::sealed(std::size_t index, kms::AnyReply &any) {
    Item &item = m_items[index];
    auto &reply = any.as<kms::Encrypt>();
    item.result.requestId = any.requestId();
    item.result.destinationKey = textOf(reply.keyId);
    if (!reply.ciphertextBlob || reply.ciphertextBlob->empty()) {
        return unproven(item, "the service answered without a new ciphertext");
    }
    item.result.ciphertext = std::move(*reply.ciphertextBlob);
    checkNew(index);
}

void MoveWork::compared(std::size_t index, kms::AnyReply &any) {
    Item &item = m_items[index];
    const auto &reply = any.as<kms::Decrypt>();
    const bool equal = reply.plaintext && reply.plaintext->size() == item.plaintext.size() &&
                       equalConstantTime(reply.plaintext->view(), item.plaintext.view());
    if (!equal) {
        return unproven(item, "the new ciphertext holds something else than the old one");
    }
    done(item, ItemState::Verified);
}

} // namespace keyturn::reencrypt
