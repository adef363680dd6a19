// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/documents/document.h"

#include "reencrypt/documents/kinds.h"
#include "reencrypt/documents/sops_entry.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

/// Ascending, not overlapping, inside.
bool fit(std::size_t size, const std::vector<Edit> &edits) {
    std::size_t at = 0;
    for (const Edit &edit : edits) {
        if (edit.offset < at || edit.offset > size || edit.length > size - edit.offset) {
            return false;
        }
        at = edit.offset + edit.length;
    }
    return true;
}

} // namespace

Result<std::unique_ptr<Document>> parseDocument(ByteView content, const std::string &name,
                                                const JobSpec &spec) {
    if (content.size() > documentBytesMax) {
        return fail(ErrorCode::Usage, "larger than 64 MiB: documents are read whole. Split it, or use a "
                                      "table source (csv, jsonl)");
    }
    const std::string_view text = asText(content);
    switch (spec.source.kind) {
    case SourceKind::Files:
        return parseFile(content, spec);
    case SourceKind::Text:
        return parseText(text, spec);
    case SourceKind::Sops:
        return parseSops(text, name, spec);
    case SourceKind::Pulumi:
        return parsePulumi(text, spec);
    case SourceKind::Tink:
        return parseTink(text, spec);
    case SourceKind::Credstash:
        return parseCredstash(text, spec);
    case SourceKind::MongoKeyVault:
        return parseMongoKeyVault(text, spec);
    case SourceKind::ParquetKeys:
        return parseParquetKeys(text, spec);
    default:
        return fail(ErrorCode::Usage, "source.kind: is no kind of document");
    }
}

Result<Bytes> applyEdits(ByteView content, const std::vector<Edit> &edits) {
    if (!fit(content.size(), edits)) {
        return fail(ErrorCode::Usage, "edits overlap or leave the document");
    }
    Bytes out;
    out.reserve(content.size());
    std::size_t at = 0;
    for (const Edit &edit : edits) {
        const ByteView kept = content.subspan(at, edit.offset - at);
        out.insert(out.end(), kept.begin(), kept.end());
        out.insert(out.end(), edit.bytes.begin(), edit.bytes.end());
        at = edit.offset + edit.length;
    }
    const ByteView rest = content.subspan(at);
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
}

bool differOnlyInEdits(ByteView before, ByteView after, const std::vector<Edit> &edits) {
    if (!fit(before.size(), edits)) {
        return false;
    }
    std::size_t at = 0;
    const auto take = [&after](ByteView expected) {
        const bool same =
            after.size() >= expected.size() && std::equal(expected.begin(), expected.end(), after.begin());
        after = same ? after.subspan(expected.size()) : after;
        return same;
    };
    for (const Edit &edit : edits) {
        if (!take(before.subspan(at, edit.offset - at)) || !take(edit.bytes)) {
            return false;
        }
        at = edit.offset + edit.length;
    }
    return take(before.subspan(at)) && after.empty();
}

} // namespace keyturn::reencrypt
