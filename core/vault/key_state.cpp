// SPDX-License-Identifier: Apache-2.0
#include "vault/key_state.h"

#include "base/encoding.h"
#include "crypto/sha256.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

constexpr std::size_t uuidLength = 36;
constexpr std::string_view multiRegionPrefix = "mrk-";

constexpr bool isDashPosition(std::size_t index) {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

int hexValue(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return -1;
}

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
    return a && b ? std::min(*a, *b) : a ? a : b;
}

} // namespace

std::string formatUuid(const KeyId &id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(uuidLength, '-');
    std::size_t at = 0;
    for (const std::uint8_t byte : id) {
        if (isDashPosition(at)) {
            ++at;
        }
        text[at++] = digits[byte >> 4];
        text[at++] = digits[byte & 15];
    }
    return text;
}

std::optional<KeyId> parseUuid(std::string_view text) {
    if (text.size() != uuidLength) {
        return std::nullopt;
    }
    KeyId id{};
    std::size_t nibble = 0;
    for (std::size_t at = 0; at < uuidLength; ++at) {
        if (isDashPosition(at)) {
            if (text[at] != '-') {
                return std::nullopt;
            }
            continue;
        }
        const int value = hexValue(text[at]);
        if (value < 0) {
            return std::nullopt;
        }
        std::uint8_t &byte = id[nibble / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | value);
        ++nibble;
    }
    return id;
}

bool MaterialInfo::operator==(const MaterialInfo &other) const {
    const bool sameImport =
        imported && other.imported ? *imported == *other.imported : imported == other.imported;
    return sameImport && id == other.id && version == other.version && origin == other.origin &&
           since == other.since && externalId == other.externalId;
}

std::string formatMultiRegionId(const KeyId &id) {
    return std::string(multiRegionPrefix) + toHex(id);
}

std::optional<KeyId> parseKeyId(std::string_view text) {
    if (!text.starts_with(multiRegionPrefix)) {
        return parseUuid(text);
    }
    KeyId id{};
    const std::string_view digits = text.substr(multiRegionPrefix.size());
    const auto bytes = fromHex(digits);
    if (!bytes || bytes->size() != id.size() || toHex(*bytes) != digits) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), id.begin());
    return id;
}

std::string externalMaterialId(const MaterialId &id) {
    return toHex(crypto::sha256({asBytes("kv1/key-material-id"), ByteView(id)}));
}

const MaterialInfo *KeyState::findMaterial(const MaterialId &materialId) const {
    // Newest first: that is what most ciphertexts are made with.
    const auto found = std::find_if(materials.rbegin(), materials.rend(),
                                    [&](const MaterialInfo &info) { return info.id == materialId; });
    return found == materials.rend() ? nullptr : &*found;
}

bool KeyState::hasItsMaterials() const {
    return !materials.empty() && std::ranges::all_of(materials, &MaterialInfo::isPresent);
}

void KeyState::settleState() {
    if (isPendingDeletion()) {
        return;
    }
    if (!hasItsMaterials()) {
        state = kms::KeyState::PendingImport;
    } else if (state == kms::KeyState::PendingImport) {
        state = kms::KeyState::Enabled;
    }
}

std::optional<Timestamp> KeyState::materialExpires() const {
    std::optional<Timestamp> first;
    for (const auto *list : {&materials, &pendingRotation}) {
        for (const MaterialInfo &info : *list) {
            if (info.imported && info.imported->present) {
                first = earlier(first, info.imported->validTo);
            }
        }
    }
    return first;
}

std::optional<Timestamp> KeyState::due() const {
    std::optional<Timestamp> next;
    if (state == kms::KeyState::PendingDeletion) {
        next = deletionDate;
    } else if (state == kms::KeyState::Enabled && rotationEnabled && !isReplica) {
        next = nextRotation;
    }
    return isImported ? earlier(next, materialExpires()) : next;
}

} // namespace keyturn::vault
