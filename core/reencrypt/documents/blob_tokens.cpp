// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/documents/blob_tokens.h"

#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t lineCharactersMin = 16;     ///< of base64 that is broken into lines
constexpr std::size_t tokenCharactersMin = 40;    ///< shorter ones that only begin like one are words
constexpr std::size_t charactersMax = 12288;      ///< of a whole ciphertext, hex included
constexpr std::size_t lineCharactersMax = 160;    ///< of a broken one; no whole ciphertext is that short
constexpr std::size_t markedCharactersMax = 8192; ///< of what another tool made; more is not looked at
constexpr std::size_t headCharacters = 80;        ///< hold the length of an AWS ciphertext

bool inAlphabet(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_';
}

enum class Beginning : std::uint8_t { Nothing, Aws, Keyturn, Hex, SdkMessage };

/// `text` matches a pattern in which "[ab]" is one of several characters.
bool matches(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i, ++at) {
        if (at == text.size()) {
            return false;
        }
        if (pattern[i] != '[') {
            if (text[at] != pattern[i]) {
                return false;
            }
            continue;
        }
        const std::size_t close = pattern.find(']', i);
        if (pattern.substr(i + 1, close - i - 1).find(text[at]) == std::string_view::npos) {
            return false;
        }
        i = close;
    }
    return true;
}

Beginning beginningOf(std::string_view token) {
    if (token.front() == 'A') {
        if (matches(token, "AQ[IE][BCD]AH[ghij]")) { // 01 0g 0h 00 78
            return Beginning::Aws;
        }
        const bool sdk = matches(token, "AYAD") || matches(token, "Ag[UV]4") || matches(token, "Ag[QR]4");
        return sdk ? Beginning::SdkMessage : Beginning::Nothing;
    }
    if (token.front() == 'S' && matches(token, "S1RDQg")) { // KTCB
        return Beginning::Keyturn;
    }
    const bool hex = matches(token, "010[12]0[123]0078") || matches(token, "4[bB]544342");
    return hex ? Beginning::Hex : Beginning::Nothing;
}

/// Characters, without padding, of an AWS ciphertext by the length that stands in its first bytes.
std::optional<std::size_t> awsCharacters(std::string_view joined) {
    if (joined.size() < headCharacters) {
        return std::nullopt;
    }
    std::string head(joined.substr(0, headCharacters));
    std::replace(head.begin(), head.end(), '-', '+');
    std::replace(head.begin(), head.end(), '_', '/');
    const auto bytes = fromBase64(head);
    if (!bytes) {
        return std::nullopt;
    }
    const std::size_t header = (*bytes)[1] == 2 ? 5 + 32 + 17 : 5 + 32;
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        length = length << 8U | (*bytes)[header + i];
    }
    const std::size_t total = header + 4 + length;
    return (total * 4 + 2) / 3;
}

class Finder {
public:
    explicit Finder(std::string_view text)
        : m_text(text) {}

    std::vector<BlobToken> run() {
        findMarked("vault:v", ":", "a ciphertext of HashiCorp Vault's transit engine: left alone");
        findMarked("k8s:enc:kms:", ":", "a value of Kubernetes: left alone");
        findMarked("ENC[AES256_GCM,", "]", "a value of SOPS: left alone");
        findMarked("$gc$", "", "a ciphertext of Google Cloud KMS: left alone");
        std::size_t at = 0;
        while (at < m_text.size()) {
            if (!inAlphabet(m_text[at])) {
                ++at;
                continue;
            }
            std::size_t end = at;
            while (end < m_text.size() && inAlphabet(m_text[end])) {
                ++end;
            }
            at = isLong(at, end) ? take(at, end) : end;
        }
        return sorted();
    }

private:
    /// JSON's "\/" ends a run, but not the text that it stands in.
    bool isEscapedSlash(std::size_t at) const { return m_text.substr(at, 2) == "\\/"; }
    bool isLong(std::size_t begin, std::size_t end) const {
        return end - begin >= lineCharactersMin || (end > begin && isEscapedSlash(end));
    }

    /// Looks at one run of characters; answers where to go on.
    std::size_t take(std::size_t begin, std::size_t end) {
        const std::size_t runBegin = begin;
        const bool escaped = begin > 0 && m_text[begin - 1] == '\\';
        if (escaped && std::string_view("nrtx").find(m_text[begin]) != std::string_view::npos) {
            ++begin; // "\nAQIC...", "\x0102..."
        } else if (m_text.substr(begin, 2) == "0x") {
            begin += 2;
        }
        while (begin < end && std::string_view("/-_+").find(m_text[begin]) != std::string_view::npos) {
            ++begin; // "kms://AQIC...", "--AQIC..."
        }
        if (!isLong(begin, end)) {
            return end;
        }
        const Beginning kind = beginningOf(m_text.substr(begin, end - begin));
        if (kind == Beginning::Nothing) {
            return end;
        }
        const std::size_t behind = kind == Beginning::Hex          ? takeHex(begin, end)
                                   : kind == Beginning::SdkMessage ? takeSdk(begin, end)
                                                                   : takeBase64(kind, begin, end);
        return std::max(behind, runBegin + 1);
    }

    std::size_t padded(std::size_t end) const {
        for (int i = 0; i < 2 && end < m_text.size() && m_text[end] == '='; ++i) {
            ++end;
        }
        return end;
    }

    bool isWhole(std::size_t begin, std::size_t end) const {
        if (end - begin > charactersMax * 2) {
            return false;
        }
        const auto found = undressRegion(m_text.substr(begin, end - begin), std::nullopt);
        if (!found || !found->dress.prefix.empty()) {
            return false;
        }
        const Look look = lookAt(found->ciphertext);
        return look.known && look.bytesBehind == 0;
    }

    std::size_t accept(std::size_t begin, std::size_t end) {
        m_found.push_back({begin, end - begin, Cause::None, {}});
        return end;
    }

    std::size_t refuse(std::size_t begin, std::size_t end) {
        if (isEscapedSlash(end)) {
            m_found.push_back({begin, end - begin, Cause::NotACiphertext,
                               "begins as a KMS ciphertext in JSON with escaped slashes; use a source kind "
                               "that reads JSON"});
        } else if (end - begin >= tokenCharactersMin) {
            m_found.push_back({begin, end - begin, Cause::NotACiphertext,
                               "begins as a KMS ciphertext, but is damaged, cut or broken unevenly"});
        }
        return end;
    }

    std::size_t takeHex(std::size_t begin, std::size_t end) {
        return isWhole(begin, end) ? accept(begin, end) : refuse(begin, end);
    }

    std::size_t takeSdk(std::size_t begin, std::size_t end) {
        const std::size_t behind = padded(end);
        const auto found = undressRegion(m_text.substr(begin, behind - begin), std::nullopt);
        if (found && lookAt(found->ciphertext).cause == Cause::OtherCiphertext) {
            m_found.push_back({begin, behind - begin, Cause::OtherCiphertext,
                               "a message of the AWS Encryption SDK, which its tag and signature bind: left "
                               "alone"});
        }
        return behind;
    }

    std::size_t takeBase64(Beginning kind, std::size_t begin, std::size_t end) {
        const std::size_t single = padded(end);
        if (isWhole(begin, single)) {
            return accept(begin, single);
        }
        if (end - begin > lineCharactersMax) {
            return refuse(begin, single);
        }
        const std::vector<Piece> pieces = gather(kind, begin, end, single);
        if (kind == Beginning::Aws) {
            const auto wanted = awsCharacters(pieces.back().joined);
            for (const Piece &piece : pieces) {
                if (wanted && piece.characters >= *wanted) {
                    return isWhole(begin, piece.end) ? accept(begin, piece.end) : refuse(begin, piece.end);
                }
            }
            return refuse(begin, pieces.back().end);
        }
        for (std::size_t left = pieces.size(); left > 1 && left + 2 > pieces.size(); --left) {
            if (isWhole(begin, pieces[left - 1].end)) {
                return accept(begin, pieces[left - 1].end);
            }
        }
        return refuse(begin, pieces.back().end);
    }

    struct Piece {
        std::size_t end = 0;        ///< in the text, padding included
        std::size_t characters = 0; ///< from the first line on, without padding
        std::string joined;         ///< of the last piece: the first characters of all
    };

    /// The lines that may belong to what begins here: all as long as the first, the last may be shorter.
    std::vector<Piece> gather(Beginning kind, std::size_t begin, std::size_t end,
                              std::size_t paddedEnd) const {
        const std::size_t width = end - begin;
        std::vector<Piece> pieces{{paddedEnd, width, {}}};
        std::string joined(m_text.substr(begin, width));
        std::size_t characters = width;
        std::size_t wanted = charactersMax;
        std::string_view lineEnd;
        for (std::size_t at = paddedEnd; characters < wanted && m_text[at - 1] != '=';) {
            const std::size_t gap = lineBreakLength(m_text.substr(at, 256));
            lineEnd = lineEnd.empty() ? m_text.substr(at, gap) : lineEnd;
            std::size_t next = at + gap;
            if (gap == 0 || m_text.substr(at, gap) != lineEnd) {
                break;
            }
            const std::size_t from = next;
            while (next < m_text.size() && next - from <= width && inAlphabet(m_text[next])) {
                ++next;
            }
            const std::size_t length = next - from;
            if (length == 0 || length > width) {
                break;
            }
            characters += length;
            if (joined.size() < headCharacters) {
                joined += m_text.substr(from, length);
                const auto told = kind == Beginning::Aws ? awsCharacters(joined) : std::nullopt;
                wanted = std::min(wanted, told.value_or(wanted));
            }
            at = padded(next);
            pieces.push_back({at, characters, {}});
            if (length < width) {
                break;
            }
        }
        pieces.back().joined = std::move(joined);
        return pieces;
    }

    /// Texts of other tools, which begin with a word of their own. `closing`: what must follow on the line.
    void findMarked(std::string_view marker, std::string_view closing, std::string_view message) {
        for (auto at = m_text.find(marker); at != std::string_view::npos;) {
            const std::string_view window = m_text.substr(at, markedCharactersMax);
            const std::string_view line = window.substr(0, window.find('\n'));
            const auto found = line.find(closing, marker.size());
            if (found != std::string_view::npos || line.size() == markedCharactersMax) {
                std::size_t length = std::min(found, line.size()) + closing.size();
                while (length < line.size() && closing != "]" && inAlphabet(line[length])) {
                    ++length;
                }
                m_found.push_back(
                    {at, std::min(length, line.size()), Cause::OtherCiphertext, std::string(message)});
            }
            at = m_text.find(marker, at + marker.size());
        }
    }

    /// What stands inside of what another tool made is that tool's.
    std::vector<BlobToken> sorted() {
        std::stable_sort(m_found.begin(), m_found.end(),
                         [](const BlobToken &a, const BlobToken &b) { return a.offset < b.offset; });
        std::vector<BlobToken> out;
        for (BlobToken &token : m_found) {
            if (out.empty() || out.back().offset + out.back().length <= token.offset) {
                out.push_back(std::move(token));
            }
        }
        return out;
    }

    std::string_view m_text;
    std::vector<BlobToken> m_found;
};

} // namespace

std::vector<BlobToken> findBlobTokens(std::string_view text) {
    return Finder(text).run();
}

} // namespace keyturn::reencrypt
