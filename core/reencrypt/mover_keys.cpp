// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/mover_keys.h"

#include "base/encoding.h"
#include "kms/identifier.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t groupsMax = 100'000;
constexpr std::size_t awsGroupOffset = 5;
constexpr std::size_t awsGroupSize = 32;
constexpr std::size_t headerSize = 52; ///< of a Keyturn ciphertext, up to and with the material's version
constexpr std::size_t headerKeyOffset = 16;
constexpr std::size_t headerKeySize = 16;

bool isKeyturn(ByteView ciphertext) {
    return ciphertext.size() > headerSize && asText(ciphertext.first(4)) == "KTCB";
}

bool isAws(ByteView ciphertext) {
    return ciphertext.size() > awsGroupOffset + awsGroupSize && ciphertext[0] == 1 &&
           (ciphertext[1] == 1 || ciphertext[1] == 2) && ciphertext[3] == 0 && ciphertext[4] == 0x78;
}

/// Documents may say anything where a key should stand.
bool isKeyName(std::string_view text) {
    return !text.empty() && text.size() <= 2048 &&
           std::all_of(text.begin(), text.end(), [](char each) { return each > ' ' && each < 0x7f; });
}

} // namespace

std::string groupOf(ByteView ciphertext) {
    if (isKeyturn(ciphertext)) {
        return std::string(asText(ciphertext.first(headerSize)));
    }
    if (isAws(ciphertext)) {
        return std::string(asText(ciphertext.subspan(awsGroupOffset, awsGroupSize)));
    }
    return {};
}

std::string headerKeyOf(ByteView ciphertext) {
    if (!isKeyturn(ciphertext)) {
        return {};
    }
    std::string hex = toHex(ciphertext.subspan(headerKeyOffset, headerKeySize));
    for (const std::size_t position : {20U, 16U, 12U, 8U}) {
        hex.insert(position, 1, '-');
    }
    return hex;
}

bool sameKey(std::string_view a, std::string_view b) {
    if (a == b) {
        return true;
    }
    const auto first = kms::parseKeyIdentifier(a);
    const auto second = kms::parseKeyIdentifier(b);
    if (first.resource != second.resource) {
        return false;
    }
    // Two ARNs of one id are two keys when they stand in different Regions or accounts.
    return !(first.isArn() && second.isArn());
}

bool KeyChooser::isListed(std::string_view key) const {
    return m_spec.sourceKeys.empty() ||
           std::any_of(m_spec.sourceKeys.begin(), m_spec.sourceKeys.end(), [&](const std::string &listed) {
               return sameKey(listed, key) || kms::parseKeyIdentifier(listed).isAlias();
           });
}

std::vector<std::string> KeyChooser::candidates(const std::string &group, const MoveRequest &request) const {
    if (m_spec.sourceKeys.size() == 1) {
        return m_spec.sourceKeys;
    }
    if (isKeyName(request.keyHint) && isListed(request.keyHint)) {
        return {request.keyHint};
    }
    const auto known = m_groups.find(group);
    if (known != m_groups.end() && !known->second.key.empty() && isListed(known->second.key)) {
        std::vector<std::string> keys{known->second.key};
        keys.insert(keys.end(), m_spec.sourceKeys.begin(), m_spec.sourceKeys.end());
        return keys;
    }
    const std::string header = headerKeyOf(request.ciphertext);
    if (!header.empty() && isListed(header)) {
        return {header};
    }
    std::vector<std::string> keys = m_spec.sourceKeys;
    const auto last = std::find(keys.begin(), keys.end(), m_lastFitted);
    if (last != keys.end()) {
        std::rotate(keys.begin(), last, last + 1);
    }
    return keys;
}

bool KeyChooser::isLikelyMoved(const std::string &group, const MoveRequest &request) const {
    const auto known = m_groups.find(group);
    if (known != m_groups.end()) {
        return known->second.moved;
    }
    const std::string header = headerKeyOf(request.ciphertext);
    return !header.empty() && request.context == request.newContext && isDestination(header);
}

KeyChooser::Group &KeyChooser::groupFacts(const std::string &group) {
    if (m_groups.size() >= groupsMax) {
        m_groups.clear();
    }
    return m_groups[group];
}

void KeyChooser::fitted(const std::string &group, const std::string &key) {
    groupFacts(group).key = key;
    const auto listed = std::find_if(m_spec.sourceKeys.begin(), m_spec.sourceKeys.end(),
                                     [&](const std::string &each) { return sameKey(each, key); });
    if (listed != m_spec.sourceKeys.end()) {
        m_lastFitted = *listed;
    }
}

void KeyChooser::wasMoved(const std::string &group, bool moved) {
    groupFacts(group).moved = moved;
}

bool KeyChooser::isDestination(std::string_view key) const {
    return sameKey(key, m_spec.destinationKey) || (!m_destination.empty() && sameKey(key, m_destination));
}

bool KeyChooser::staysUnderItsKey() const {
    return std::any_of(m_spec.sourceKeys.begin(), m_spec.sourceKeys.end(),
                       [&](const std::string &key) { return isDestination(key); });
}

bool KeyChooser::isAboutDestination(const Error &error, const std::string &source) const {
    const std::string &said = error.serviceMessage;
    if (said.find("kms:ReEncryptTo") != std::string::npos) {
        return true;
    }
    const auto names = [&](std::string_view key) {
        return !key.empty() && said.find(kms::parseKeyIdentifier(key).resource) != std::string::npos;
    };
    return (names(m_spec.destinationKey) || names(m_destination)) &&
           (!names(source) || isDestination(source));
}

} // namespace keyturn::reencrypt
