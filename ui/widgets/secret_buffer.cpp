// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/secret_buffer.h"

#include <QChar>

#include <algorithm>
#include <array>
#include <cstring>

namespace keyturn::widgets {
namespace {

constexpr std::size_t firstCapacity = 64;
constexpr std::size_t mostBytesPerUnit = 3; // of UTF-8 for one UTF-16 unit
constexpr char32_t replacement = 0xFFFD;

struct CodePoint {
    char32_t value;
    std::size_t length;
};

std::size_t lengthByLead(std::uint8_t lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead < 0xE0) {
        return 2;
    }
    if (lead >= 0xE0 && lead < 0xF0) {
        return 3;
    }
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

CodePoint decode(ByteView text, std::size_t at) {
    const std::uint8_t lead = text[at];
    const std::size_t length = lengthByLead(lead);
    if (length == 1) {
        return {lead, 1};
    }
    if (length == 0 || at + length > text.size()) {
        return {replacement, 1};
    }
    char32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((text[at + i] & 0xC0U) != 0x80U) {
            return {replacement, 1};
        }
        value = (value << 6U) | (text[at + i] & 0x3FU);
    }
    return {value, length};
}

bool combines(char32_t value) {
    return QChar::isMark(value) || value == 0x200D; // zero width joiner
}

std::size_t encode(char32_t value, std::uint8_t *out) {
    const auto tail = [value](unsigned shift) {
        return static_cast<std::uint8_t>(0x80U | ((value >> shift) & 0x3FU));
    };
    if (value < 0x80) {
        out[0] = static_cast<std::uint8_t>(value);
        return 1;
    }
    if (value < 0x800) {
        out[0] = static_cast<std::uint8_t>(0xC0U | (value >> 6U));
        out[1] = tail(0);
        return 2;
    }
    if (value < 0x10000) {
        out[0] = static_cast<std::uint8_t>(0xE0U | (value >> 12U));
        out[1] = tail(6);
        out[2] = tail(0);
        return 3;
    }
    out[0] = static_cast<std::uint8_t>(0xF0U | (value >> 18U));
    out[1] = tail(12);
    out[2] = tail(6);
    out[3] = tail(0);
    return 4;
}

} // namespace

void SecretBuffer::insert(std::size_t at, ByteView utf8) {
    if (utf8.empty()) {
        return;
    }
    const std::size_t wanted = m_size + utf8.size();
    if (wanted > m_bytes.size()) {
        SecretBytes grown(std::max({firstCapacity, wanted, m_bytes.size() * 2}));
        if (m_size > 0) {
            std::memcpy(grown.data(), m_bytes.data(), m_size);
        }
        m_bytes = std::move(grown); // the old ones are wiped
    }
    std::memmove(m_bytes.data() + at + utf8.size(), m_bytes.data() + at, m_size - at);
    std::memcpy(m_bytes.data() + at, utf8.data(), utf8.size());
    m_size = wanted;
}

void SecretBuffer::erase(std::size_t from, std::size_t to) {
    if (from >= to) {
        return;
    }
    std::memmove(m_bytes.data() + from, m_bytes.data() + to, m_size - to);
    const std::size_t left = m_size - (to - from);
    wipe(m_bytes.mutableView().subspan(left, m_size - left));
    m_size = left;
}

void SecretBuffer::assign(ByteView utf8) {
    clear();
    insert(0, utf8);
}

void SecretBuffer::clear() {
    m_bytes.clear();
    m_size = 0;
}

SecretBytes SecretBuffer::take() {
    SecretBytes taken = std::move(m_bytes);
    taken.shrink(m_size);
    m_bytes = {};
    m_size = 0;
    return taken;
}

std::size_t SecretBuffer::next(std::size_t at) const {
    const ByteView text = view();
    if (at >= text.size()) {
        return text.size();
    }
    at += decode(text, at).length;
    while (at < text.size()) {
        const CodePoint point = decode(text, at);
        if (!combines(point.value)) {
            break;
        }
        at += point.length;
    }
    return at;
}

std::size_t SecretBuffer::previous(std::size_t at) const {
    // From the start: fields are short, and stepping back over broken bytes has its own surprises.
    std::size_t before = 0;
    for (std::size_t position = 0; position < at; position = next(position)) {
        before = position;
    }
    return before;
}

std::size_t SecretBuffer::charactersBefore(std::size_t position) const {
    std::size_t count = 0;
    for (std::size_t at = 0; at < position; at = next(at)) {
        ++count;
    }
    return count;
}

QString SecretBuffer::characterAt(std::size_t at) const {
    const std::size_t end = next(at);
    QString character;
    while (at < end) {
        const CodePoint point = decode(view(), at);
        const char32_t value = point.value;
        character.append(QString::fromUcs4(&value, 1));
        at += point.length;
    }
    return character;
}

SecretBytes secretUtf8(QStringView text) {
    SecretBytes bytes(static_cast<std::size_t>(text.size()) * mostBytesPerUnit);
    std::size_t size = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t value = text.at(i).unicode();
        if (text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate()) {
            value = QChar::surrogateToUcs4(text.at(i), text.at(i + 1));
            ++i;
        } else if (text.at(i).isSurrogate()) {
            continue;
        }
        std::array<std::uint8_t, 4> encoded{};
        const std::size_t length = encode(value, encoded.data());
        std::memcpy(bytes.data() + size, encoded.data(), length);
        size += length;
    }
    bytes.shrink(size);
    return bytes;
}

void wipeOwned(const QString &text) {
    if (!text.isDetached()) {
        return;
    }
    auto *units = reinterpret_cast<std::uint8_t *>(const_cast<QChar *>(text.constData()));
    wipe(MutableByteView(units, static_cast<std::size_t>(text.size()) * sizeof(QChar)));
}

} // namespace keyturn::widgets
