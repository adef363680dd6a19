// SPDX-License-Identifier: Apache-2.0
// What bytes look like, and base64 that is broken into lines.
#include "reencrypt/documents/slot_document.h"

#include "base/text.h"
#include "inspect/inspect.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

std::optional<Undressed> undressEncoded(std::string_view text, std::optional<Encoding> encoding) {
    auto found = undress(viewOf(text), encoding);
    const bool isEncoded = found && found->dress.encoding != Encoding::Raw;
    return isEncoded ? std::move(found) : std::nullopt;
}

/// Bytes behind the structure of an AWS ciphertext, as inspect() counts them.
std::size_t bytesBehind(const inspect::Inspection &seen) {
    const std::string_view fact = seen.fact("After the structure");
    std::size_t count = 0;
    for (const char c : fact.substr(0, fact.find(' '))) {
        count = count * 10 + static_cast<std::size_t>(c - '0');
    }
    return count;
}

} // namespace

std::size_t lineBreakLength(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && isBlank(text[at])) {
        ++at;
    }
    at += at < text.size() && text[at] == '\\' ? 1 : 0;
    at += at < text.size() && text[at] == '\r' ? 1 : 0;
    if (at == text.size() || text[at] != '\n') {
        return 0;
    }
    ++at;
    while (at < text.size() && isBlank(text[at])) {
        ++at;
    }
    return at;
}

std::optional<Undressed> undressRegion(std::string_view region, std::optional<Encoding> encoding) {
    const std::size_t first = region.find_first_of(" \t\\\r\n");
    const std::size_t gap = first == std::string_view::npos ? 0 : lineBreakLength(region.substr(first));
    if (gap == 0 || first + gap == region.size()) {
        return undressEncoded(region, encoding);
    }
    const std::string_view lineEnd = region.substr(first, gap);
    std::string joined;
    std::string_view rest = region;
    while (rest.size() > first) {
        joined += rest.substr(0, first);
        rest.remove_prefix(first);
        if (!rest.starts_with(lineEnd)) {
            return std::nullopt;
        }
        rest.remove_prefix(lineEnd.size());
    }
    if (first == 0 || rest.empty()) {
        return std::nullopt;
    }
    auto found = undressEncoded(joined += rest, encoding);
    if (!found || !found->dress.suffix.empty()) {
        return std::nullopt;
    }
    found->dress.lineLength = static_cast<std::uint32_t>(first - found->dress.prefix.size());
    found->dress.lineEnd = lineEnd;
    const bool same = asText(dress(found->ciphertext, found->dress)) == region;
    return same ? std::move(found) : std::nullopt;
}

Look lookAt(ByteView ciphertext) {
    using inspect::Kind;
    const inspect::Inspection seen = inspect::inspect(ciphertext);
    Look look;
    look.bytesBehind = bytesBehind(seen);
    switch (seen.kind) {
    case Kind::KeyturnBlob:
    case Kind::AwsKmsBlob:
    case Kind::EmulatorBlob:
        look.known = seen.isKmsCiphertext() && seen.layers.empty();
        if (!look.known) {
            look.cause = Cause::NotACiphertext;
            look.message = seen.layers.empty() ? "begins as a KMS ciphertext, but is damaged or cut"
                                               : "a KMS ciphertext that is encoded twice";
        }
        break;
    case Kind::EncryptionSdkMessage:
    case Kind::S3ClientMetadata:
    case Kind::SopsDocument:
    case Kind::SopsValue:
    case Kind::VaultTransitText:
    case Kind::KubernetesValue:
    case Kind::TinkKeyset:
        look.cause = Cause::OtherCiphertext;
        look.message = std::string(inspect::title(seen.kind)) + ": left alone";
        break;
    case Kind::RsaSized:
    case Kind::Binary:
        break;
    default:
        look.cause = Cause::NotACiphertext;
        look.message = std::string(inspect::title(seen.kind)) + ", no KMS ciphertext";
        break;
    }
    return look;
}

} // namespace keyturn::reencrypt
