// SPDX-License-Identifier: Apache-2.0
// Normalisation form C by UAX #15 on secret memory. Qt's tables are asked once, for every character there is,
// so that no QString ever holds a character of a passphrase.
#include "vault/passphrase.h"

#include "base/secret_text.h"
#include "base/text.h"

#include <QChar>
#include <QString>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

namespace keyturn::vault {

namespace {

constexpr char32_t firstComposed = 0xC0;
constexpr char32_t lastComposed = 0x2FA1D;
constexpr char32_t hangulFirst = 0xAC00;
constexpr char32_t leadFirst = 0x1100;
constexpr char32_t vowelFirst = 0x1161;
constexpr char32_t trailBefore = 0x11A7;
constexpr char32_t leadCount = 19;
constexpr char32_t vowelCount = 21;
constexpr char32_t trailCount = 28;
constexpr char32_t hangulCount = leadCount * vowelCount * trailCount;

using Pair = std::array<char32_t, 2>; ///< the second is 0 where a character stands for a single other one

/// CompositionExclusions.txt: characters that normalisation takes apart and never puts together.
bool isExcluded(char32_t c) {
    constexpr std::array<std::pair<char32_t, char32_t>, 20> ranges{
        {{0x0958, 0x095F}, {0x09DC, 0x09DD}, {0x09DF, 0x09DF}, {0x0A33, 0x0A36},   {0x0A59, 0x0A5E},
         {0x0B5C, 0x0B5D}, {0x0F43, 0x0F43}, {0x0F4D, 0x0F4D}, {0x0F52, 0x0F52},   {0x0F57, 0x0F57},
         {0x0F5C, 0x0F5C}, {0x0F69, 0x0F69}, {0x0F76, 0x0F78}, {0x0F93, 0x0F93},   {0x0F9D, 0x0F9D},
         {0x0FA2, 0x0FB9}, {0x2ADC, 0x2ADC}, {0xFB1D, 0xFB4E}, {0x1D15E, 0x1D164}, {0x1D1BB, 0x1D1C0}}};
    return std::any_of(ranges.begin(), ranges.end(),
                       [c](const auto &range) { return c >= range.first && c <= range.second; });
}

bool isHangulSyllable(char32_t c) {
    return c >= hangulFirst && c < hangulFirst + hangulCount;
}

struct Tables {
    std::map<char32_t, Pair> apart;
    std::map<Pair, char32_t> together;
};

char32_t codePointAt(const QString &text, qsizetype &at) {
    const QChar unit = text[at++];
    return unit.isHighSurrogate() ? QChar::surrogateToUcs4(unit, text[at++]) : unit.unicode();
}

Tables buildTables() {
    Tables tables;
    for (char32_t c = firstComposed; c <= lastComposed; ++c) {
        if (isHangulSyllable(c) || QChar::decompositionTag(c) != QChar::Canonical) {
            continue;
        }
        const QString parts = QChar::decomposition(c);
        qsizetype at = 0;
        const char32_t first = codePointAt(parts, at);
        const char32_t second = at < parts.size() ? codePointAt(parts, at) : 0;
        tables.apart[c] = {first, second};
        const bool starter = QChar::combiningClass(c) == 0 && QChar::combiningClass(first) == 0;
        if (second != 0 && starter && !isExcluded(c)) {
            tables.together[{first, second}] = c;
        }
    }
    return tables;
}

const Tables &unicodeTables() {
    static const Tables tables = buildTables();
    return tables;
}

/// Code points in secret memory.
class SecretCodePoints {
public:
    explicit SecretCodePoints(std::size_t capacity)
        : m_bytes(capacity * sizeof(char32_t)) {}
    void push(char32_t c) { set(m_size++, c); }
    void set(std::size_t at, char32_t c) { std::memcpy(m_bytes.data() + at * sizeof c, &c, sizeof c); }
    char32_t at(std::size_t index) const {
        char32_t c = 0;
        std::memcpy(&c, m_bytes.data() + index * sizeof c, sizeof c);
        return c;
    }
    std::size_t size() const { return m_size; }
    void resize(std::size_t size) { m_size = size; }

private:
    SecretBytes m_bytes;
    std::size_t m_size = 0;
};

void pushDecomposed(char32_t c, SecretCodePoints &out) {
    if (isHangulSyllable(c)) {
        const char32_t index = c - hangulFirst;
        out.push(leadFirst + index / (vowelCount * trailCount));
        out.push(vowelFirst + index % (vowelCount * trailCount) / trailCount);
        if (index % trailCount != 0) {
            out.push(trailBefore + index % trailCount);
        }
        return;
    }
    const auto found = unicodeTables().apart.find(c);
    if (found == unicodeTables().apart.end()) {
        out.push(c);
        return;
    }
    pushDecomposed(found->second[0], out);
    if (found->second[1] != 0) {
        pushDecomposed(found->second[1], out);
    }
}

/// Marks that follow a letter, in the order of their classes; equal classes keep theirs.
void orderMarks(SecretCodePoints &text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        const char32_t mark = text.at(i);
        const auto markClass = QChar::combiningClass(mark);
        std::size_t to = i;
        while (markClass != 0 && to > 0 && QChar::combiningClass(text.at(to - 1)) > markClass) {
            text.set(to, text.at(to - 1));
            --to;
        }
        text.set(to, mark);
    }
}

/// The character that two others make; 0 where they make none.
char32_t composed(char32_t first, char32_t second) {
    if (first >= leadFirst && first < leadFirst + leadCount && second >= vowelFirst &&
        second < vowelFirst + vowelCount) {
        return hangulFirst + ((first - leadFirst) * vowelCount + (second - vowelFirst)) * trailCount;
    }
    if (isHangulSyllable(first) && (first - hangulFirst) % trailCount == 0 && second > trailBefore &&
        second < trailBefore + trailCount) {
        return first + (second - trailBefore);
    }
    const auto found = unicodeTables().together.find({first, second});
    return found == unicodeTables().together.end() ? 0 : found->second;
}

void compose(SecretCodePoints &text) {
    std::size_t starter = 0;
    bool hasStarter = false;
    int lastClass = -1; // of what stands between the starter and here; -1: nothing
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text.at(i);
        const int markClass = QChar::combiningClass(c);
        const char32_t whole = hasStarter && lastClass < markClass ? composed(text.at(starter), c) : 0;
        if (whole != 0) {
            text.set(starter, whole);
            continue;
        }
        if (markClass == 0) {
            starter = size;
            hasStarter = true;
            lastClass = -1;
        } else {
            lastClass = markClass;
        }
        text.set(size++, c);
    }
    text.resize(size);
}

/// Well-formed UTF-8 only.
char32_t decodeUtf8(std::string_view text, std::size_t &at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t c = more == 0 ? lead : lead & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
        c = c << 6 | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    }
    return c;
}

void appendUtf8(char32_t c, SecretText &out) {
    const auto tail = [&](unsigned shift) { out.append(static_cast<char>(0x80U | ((c >> shift) & 0x3FU))); };
    if (c < 0x80) {
        out.append(static_cast<char>(c));
    } else if (c < 0x800) {
        out.append(static_cast<char>(0xC0U | c >> 6));
        tail(0);
    } else if (c < 0x10000) {
        out.append(static_cast<char>(0xE0U | c >> 12));
        tail(6);
        tail(0);
    } else {
        out.append(static_cast<char>(0xF0U | c >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

} // namespace

Result<SecretBytes> normalisedPassphrase(const SecretBytes &typed) {
    if (typed.empty() || typed.size() > maxPassphraseBytes) {
        return fail(ErrorCode::Usage, typed.empty() ? "passphrase: it is empty"
                                                    : "passphrase: at most 1024 bytes, this one is longer");
    }
    const std::string_view text = typed.text();
    if (!isValidUtf8(text)) {
        return fail(ErrorCode::Usage, "passphrase: it is no UTF-8 text");
    }
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        return typed.clone();
    }
    // No character of Unicode decomposes into more than four.
    SecretCodePoints points(4 * text.size());
    for (std::size_t at = 0; at < text.size();) {
        pushDecomposed(decodeUtf8(text, at), points);
    }
    orderMarks(points);
    compose(points);
    SecretText out(text.size() + 8);
    for (std::size_t i = 0; i < points.size(); ++i) {
        appendUtf8(points.at(i), out);
    }
    return out.take();
}

} // namespace keyturn::vault
