// SPDX-License-Identifier: Apache-2.0
#include "inspect/der.h"

#include "inspect/byte_reader.h"

#include <limits>

namespace keyturn::inspect {
namespace {

constexpr std::uint8_t tagInteger = 0x02;
constexpr std::uint8_t tagOctetString = 0x04;
constexpr std::uint8_t tagObjectIdentifier = 0x06;
constexpr std::uint8_t tagSequence = 0x30;
constexpr std::uint8_t tagContext0 = 0xa0;
constexpr std::uint8_t tagContext0Primitive = 0x80;

/// Reads items of one level, one after the other.
class DerWalk {
public:
    explicit DerWalk(ByteView bytes)
        : m_rest(bytes) {}
    std::optional<DerItem> next(std::uint8_t tag) {
        const auto item = readDer(m_rest);
        if (!item || item->tag != tag) {
            return std::nullopt;
        }
        m_rest = m_rest.subspan(item->totalBytes);
        return item;
    }
    std::optional<DerItem> nextAny() {
        const auto item = readDer(m_rest);
        if (item) {
            m_rest = m_rest.subspan(item->totalBytes);
        }
        return item;
    }

private:
    ByteView m_rest;
};

void readGcmParameters(const DerItem &algorithm, CmsEncryptedData &out) {
    DerWalk walk(algorithm.content);
    const auto id = walk.next(tagObjectIdentifier);
    if (!id) {
        return;
    }
    const std::string text = objectIdentifierText(id->content);
    out.algorithm = text == "2.16.840.1.101.3.4.1.46" ? "AES-256-GCM" : "algorithm " + text;
    const auto parameters = walk.next(tagSequence);
    if (!parameters) {
        return;
    }
    DerWalk inner(parameters->content);
    if (const auto nonce = inner.next(tagOctetString)) {
        out.nonceBytes = nonce->content.size();
    }
    if (const auto tag = inner.next(tagInteger); tag && tag->content.size() == 1) {
        out.tagBytes = tag->content[0];
    }
}

} // namespace

std::optional<DerItem> readDer(ByteView bytes) {
    ByteReader reader(bytes);
    DerItem item;
    item.tag = reader.u8();
    std::size_t length = reader.u8();
    if (!reader.ok() || (item.tag & 0x1f) == 0x1f || length == 0x80) {
        return std::nullopt;
    }
    if (length > 0x80) {
        const std::size_t digits = length & 0x7f;
        if (digits > 4) {
            return std::nullopt;
        }
        length = 0;
        for (const std::uint8_t byte : reader.take(digits)) {
            length = length << 8 | byte;
        }
    }
    item.content = reader.take(length);
    if (!reader.ok()) {
        return std::nullopt;
    }
    item.totalBytes = reader.position();
    return item;
}

std::string objectIdentifierText(ByteView content) {
    std::string text;
    std::uint64_t arc = 0;
    bool first = true;
    for (std::size_t i = 0; i < content.size(); ++i) {
        if (arc > (std::numeric_limits<std::uint64_t>::max() >> 8)) {
            return {};
        }
        arc = arc << 7 | (content[i] & 0x7f);
        if (content[i] & 0x80) {
            continue;
        }
        if (first) {
            const std::uint64_t top = arc < 80 ? arc / 40 : 2;
            text = std::to_string(top) + "." + std::to_string(arc - top * 40);
            first = false;
        } else {
            text += "." + std::to_string(arc);
        }
        arc = 0;
    }
    return content.empty() || (content.back() & 0x80) ? std::string() : text;
}

std::optional<CmsEncryptedData> parseCmsEncryptedData(ByteView bytes) {
    const auto outer = readDer(bytes);
    if (!outer || outer->tag != tagSequence) {
        return std::nullopt;
    }
    CmsEncryptedData result;
    result.totalBytes = outer->totalBytes;
    DerWalk contentInfo(outer->content);
    const auto type = contentInfo.next(tagObjectIdentifier);
    if (!type || objectIdentifierText(type->content) != "1.2.840.113549.1.7.6") {
        return std::nullopt;
    }
    const auto wrapped = contentInfo.next(tagContext0);
    const auto data = wrapped ? DerWalk(wrapped->content).next(tagSequence) : std::nullopt;
    if (!data) {
        return std::nullopt;
    }
    DerWalk members(data->content);
    const auto version = members.next(tagInteger);
    const auto info = members.next(tagSequence);
    if (!version || !info) {
        return std::nullopt;
    }
    DerWalk encrypted(info->content);
    const auto contentType = encrypted.next(tagObjectIdentifier);
    const auto algorithm = encrypted.next(tagSequence);
    if (!contentType || !algorithm) {
        return std::nullopt;
    }
    readGcmParameters(*algorithm, result);
    if (const auto content = encrypted.nextAny();
        content && (content->tag == tagContext0Primitive || content->tag == tagContext0)) {
        result.contentBytes = content->content.size();
    }
    return result;
}

} // namespace keyturn::inspect
