// SPDX-License-Identifier: Apache-2.0
#include "unit/ui/memory_scan.h"

#include "base/secret_bytes.h"

#include <QFile>
#include <QRandomGenerator>
#include <QStringList>

#include <array>
#include <cstdint>
#include <cstring>

namespace keyturn::test {
namespace {

constexpr char mask = static_cast<char>(0xA5);
constexpr std::size_t chunkBytes = 1024 * 1024;
constexpr quint64 largestRegion = quint64(4) << 30U;

char masked(char c) {
    return static_cast<char>(c ^ mask);
}

/// The readable and writable parts of this process.
QList<std::pair<quint64, quint64>> regions() {
    QList<std::pair<quint64, quint64>> found;
    QFile maps(QStringLiteral("/proc/self/maps"));
    if (maps.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : maps.readAll().split('\n')) {
            const QList<QByteArray> words = line.simplified().split(' ');
            const QList<QByteArray> ends = words.value(0).split('-');
            if (words.value(1).startsWith("rw") && ends.size() == 2) {
                const quint64 from = ends.at(0).toULongLong(nullptr, 16);
                const quint64 to = ends.at(1).toULongLong(nullptr, 16);
                // A sanitizer's shadow is terabytes of address space and no copy of anything.
                if (to - from < largestRegion) {
                    found.append({from, to});
                }
            }
        }
    }
    return found;
}

int countIn(const char *bytes, std::size_t size, const QByteArray &pattern) {
    const auto length = static_cast<std::size_t>(pattern.size());
    const char first = masked(pattern.at(0));
    int found = 0;
    for (std::size_t at = 0; at + length <= size; ++at) {
        const void *next = std::memchr(bytes + at, first, size - length - at + 1);
        if (next == nullptr) {
            break;
        }
        at = static_cast<std::size_t>(static_cast<const char *>(next) - bytes);
        std::size_t same = 0;
        while (same < length && masked(bytes[at + same]) == pattern.at(static_cast<qsizetype>(same))) {
            ++same;
        }
        found += same == length ? 1 : 0;
    }
    return found;
}

} // namespace

MemoryScan::MemoryScan(int characters) {
    constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    for (int i = 0; i < characters; ++i) {
        const auto pick = QRandomGenerator::system()->bounded(static_cast<int>(alphabet.size()));
        m_masked.append(masked(alphabet[static_cast<std::size_t>(pick)]));
    }
}

char MemoryScan::characterAt(int index) const {
    return masked(m_masked.at(index));
}

QList<MemoryScan::Pattern> MemoryScan::patterns() const {
    QByteArray utf16;
    QByteArray hex;
    QByteArray base64;
    constexpr std::string_view hexDigits = "0123456789abcdef";
    constexpr std::string_view base64Digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < size(); ++i) {
        const auto byte = static_cast<unsigned char>(characterAt(i));
        utf16.append(m_masked.at(i)).append(masked('\0'));
        hex.append(masked(hexDigits[byte >> 4U])).append(masked(hexDigits[byte & 0xFU]));
    }
    for (int i = 0; i + 2 < size(); i += 3) {
        std::uint32_t bits = 0;
        for (int j = 0; j < 3; ++j) {
            bits = (bits << 8U) | static_cast<unsigned char>(characterAt(i + j));
        }
        for (const unsigned shift : {18U, 12U, 6U, 0U}) {
            base64.append(masked(base64Digits[(bits >> shift) & 0x3FU]));
        }
    }
    return {{"UTF-8", m_masked}, {"UTF-16", utf16}, {"hex", hex}, {"base64", base64}};
}

QString MemoryScan::found() const {
    QList<Pattern> wanted = patterns();
    QFile memory(QStringLiteral("/proc/self/mem"));
    if (!memory.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return QStringLiteral("the memory cannot be read");
    }
    static std::array<char, chunkBytes> chunk;
    const auto own = reinterpret_cast<quint64>(chunk.data());
    const auto overlap = static_cast<quint64>(wanted.at(1).masked.size()); // the longest
    for (const auto &[from, to] : regions()) {
        for (quint64 at = from; at < to; at += chunkBytes - overlap) {
            const auto size = static_cast<qint64>(std::min<quint64>(chunkBytes, to - at));
            const bool isOwn = at < own + chunkBytes && own < at + static_cast<quint64>(size);
            if (isOwn || !memory.seek(static_cast<qint64>(at))) {
                continue;
            }
            const qint64 got = memory.read(chunk.data(), size);
            for (Pattern &pattern : wanted) {
                pattern.count +=
                    got > 0 ? countIn(chunk.data(), static_cast<std::size_t>(got), pattern.masked) : 0;
            }
        }
    }
    wipe(MutableByteView(reinterpret_cast<std::uint8_t *>(chunk.data()), chunk.size()));
    QStringList parts;
    for (const Pattern &pattern : wanted) {
        if (pattern.count > 0) {
            parts << QStringLiteral("%1: %2").arg(QLatin1String(pattern.name)).arg(pattern.count);
        }
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace keyturn::test
