// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/row_store.h"

#include "base/text.h"
#include "inspect/inspect.h"
#include "reencrypt/json_scan.h"

namespace keyturn::reencrypt {
namespace {

/// What stands where a ciphertext should, in words; of another tool: OtherCiphertext's.
Error notACiphertext(ByteView value) {
    const auto inspection = inspect::inspect(value);
    return clientError(ErrorCode::BadEncoding,
                       "no KMS ciphertext in the form that the job names: it looks like " +
                           std::string(inspect::title(inspection.kind)) + ".");
}

Result<CellBlob> undressPart(ByteView part, std::size_t offset, const FinderSpec &finder) {
    auto undressed = undress(part, finder.encoding);
    // Raw takes anything. Text in no encoding that we know is no blob unless the job says raw.
    const bool guessedRaw = undressed && !finder.encoding && undressed->dress.encoding == Encoding::Raw;
    if (!undressed || (guessedRaw && isValidUtf8(asText(part)))) {
        return fail(notACiphertext(part));
    }
    return CellBlob{std::move(undressed->ciphertext), std::move(undressed->dress), offset, part.size()};
}

Result<CellBlob> findInJson(ByteView value, const FinderSpec &finder) {
    JsonScan scan;
    if (auto read = scan.read(asText(value)); !read) {
        return failFrom(read);
    }
    const JsonNode *node = scan.at(finder.jsonPointer);
    if (node == nullptr || node->kind != JsonKind::String) {
        return fail(ErrorCode::BadJson, "json-pointer: the JSON has no text at " + finder.jsonPointer + ".");
    }
    const auto text = scan.text(*node);
    if (!text) {
        return fail(ErrorCode::BadJson, "json-pointer: the text at " + finder.jsonPointer + " is broken.");
    }
    auto found = undressPart(asBytes(*text), node->offset, finder);
    if (found) {
        found->length = node->length; // the token, quotes included
    }
    return found;
}

bool isHexMark(std::string_view text) {
    return text == "\\x" || text == "0x";
}

Dress newDress(Dress dress, const FinderSpec &finder) {
    if (finder.newPrefix) {
        const std::string_view old = dress.prefix;
        const std::string_view mark = old.size() >= 2 ? old.substr(old.size() - 2) : std::string_view();
        dress.prefix = *finder.newPrefix + std::string(isHexMark(mark) ? mark : std::string_view());
    }
    return dress;
}

} // namespace

Result<CellBlob> findInCell(ByteView value, const FinderSpec &finder) {
    return finder.jsonPointer.empty() ? undressPart(value, 0, finder) : findInJson(value, finder);
}

Bytes replaceInCell(ByteView value, const CellBlob &found, ByteView ciphertext, const FinderSpec &finder) {
    Bytes dressed = dress(ciphertext, newDress(found.dress, finder));
    const ByteView old = value.subspan(found.offset, found.length);
    if (!finder.jsonPointer.empty()) {
        dressed = toBytes(jsonTextLike(asText(dressed), asText(old)));
    }
    Bytes result(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(found.offset));
    result.insert(result.end(), dressed.begin(), dressed.end());
    const ByteView rest = value.subspan(found.offset + found.length);
    result.insert(result.end(), rest.begin(), rest.end());
    return result;
}

} // namespace keyturn::reencrypt
