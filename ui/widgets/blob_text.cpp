// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/blob_text.h"

#include "base/encoding.h"
#include "base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <string>

namespace keyturn::widgets {
namespace {

constexpr std::string_view dataUrlStart = "data:";
constexpr std::string_view base64Mark = ";base64,";
constexpr std::string_view transitStart = "vault:v";
constexpr std::string_view fieldStart = "ENC[";
constexpr std::string_view fieldData = "data:";
constexpr std::size_t likelyHexDigits = 16;

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string withoutSpace(std::string_view text) {
    std::string plain;
    std::copy_if(text.begin(), text.end(), std::back_inserter(plain), [](char c) { return !isSpace(c); });
    return plain;
}

Result<std::string_view> partOf(std::string_view text, BlobKind kind) {
    const std::string_view plain = trimmed(text);
    if (kind == BlobKind::DataUrl) {
        const std::size_t mark = plain.find(base64Mark);
        if (!plain.starts_with(dataUrlStart) || mark == std::string_view::npos) {
            return fail(ErrorCode::BadEncoding,
                        "a data URL starts with data: and has ;base64, before its data");
        }
        return plain.substr(mark + base64Mark.size());
    }
    if (kind == BlobKind::TransitText) {
        const std::size_t colon = plain.rfind(':');
        if (!plain.starts_with(transitStart) || colon < transitStart.size()) {
            return fail(ErrorCode::BadEncoding, "the text is not of the form vault:v<number>:<base64>");
        }
        return plain.substr(colon + 1);
    }
    if (kind == BlobKind::EncryptedField) {
        const std::size_t data = plain.find(fieldData);
        if (!plain.starts_with(fieldStart) || data == std::string_view::npos) {
            return fail(ErrorCode::BadEncoding, "the text is not of the form ENC[...,data:<base64>,...]");
        }
        const std::string_view rest = plain.substr(data + fieldData.size());
        return rest.substr(0, rest.find_first_of(",]"));
    }
    return plain;
}

} // namespace

BlobKind guessBlobKind(std::string_view text) {
    const std::string_view plain = trimmed(text);
    if (plain.empty()) {
        return BlobKind::Nothing;
    }
    for (const BlobKind kind : {BlobKind::DataUrl, BlobKind::TransitText, BlobKind::EncryptedField}) {
        if (partOf(plain, kind)) {
            return kind;
        }
    }
    const std::string compact = withoutSpace(plain);
    // Sixteen digits or more that are all hex are hardly base64 by accident.
    if (compact.size() >= likelyHexDigits && fromHex(compact)) {
        return BlobKind::Hex;
    }
    return fromBase64(compact) ? BlobKind::Base64 : BlobKind::Raw;
}

Result<Bytes> readBlob(std::string_view text, BlobKind kind) {
    if (kind == BlobKind::Nothing) {
        return Bytes();
    }
    if (kind == BlobKind::Raw) {
        return toBytes(text);
    }
    auto part = partOf(text, kind);
    if (!part) {
        return failFrom(part);
    }
    const std::string compact = withoutSpace(*part);
    return kind == BlobKind::Hex ? fromHex(compact) : fromBase64(compact);
}

QString blobKindWord(BlobKind kind) {
    const auto word = [](const char *text) { return QCoreApplication::translate("BlobKind", text); };
    switch (kind) {
    case BlobKind::Nothing:
        return word("Nothing yet");
    case BlobKind::Raw:
        return word("Raw bytes");
    case BlobKind::Base64:
        return word("Base64");
    case BlobKind::Hex:
        return word("Hex");
    case BlobKind::DataUrl:
        return word("Data URL");
    case BlobKind::TransitText:
        return word("vault:vN: text");
    case BlobKind::EncryptedField:
        break;
    }
    return word("ENC[...] field");
}

} // namespace keyturn::widgets
