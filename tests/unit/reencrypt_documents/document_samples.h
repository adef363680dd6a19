// SPDX-License-Identifier: Apache-2.0
// Ciphertexts, jobs and a stand-in for the service: every ciphertext that it is given becomes another one of
// the same shape, so that a document can be moved without any key.
#pragma once

#include "base/encoding.h"
#include "reencrypt/documents/document.h"
#include "unit/inspect/samples.h"

#include <QByteArray>

#include <string>

namespace keyturn::documents {

using reencrypt::Cause;
using reencrypt::Document;
using reencrypt::FoundBlob;
using reencrypt::JobSpec;
using reencrypt::NewBlob;
using reencrypt::SourceKind;

inline const std::string oldArn =
    "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
inline const std::string otherArn = "arn:aws:kms:eu-central-1:111122223333:alias/other";
inline const std::string newArn =
    "arn:aws:kms:eu-central-1:111122223333:key/99999999-8888-7777-6666-555555555555";

inline QByteArray shown(std::string_view text) {
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}
inline std::string textOf(ByteView bytes) {
    return std::string(asText(bytes));
}

/// An AWS-shaped ciphertext whose last bytes are `mark`.
inline Bytes aws(std::uint8_t mark = 1, std::size_t plaintextBytes = 32) {
    Bytes blob = samples::awsBlob(2, plaintextBytes);
    blob[blob.size() - 1] = mark;
    return blob;
}
inline Bytes keyturnCiphertext(std::uint8_t mark = 1) {
    Bytes blob = samples::keyturnBlob(16);
    blob[blob.size() - 1] = mark;
    return blob;
}
inline std::string aws64(std::uint8_t mark = 1, std::size_t plaintextBytes = 32) {
    return toBase64(aws(mark, plaintextBytes));
}
inline std::string broken(std::string text, std::size_t length, const std::string &lineEnd) {
    for (std::size_t at = length; at < text.size(); at += length + lineEnd.size()) {
        text.insert(at, lineEnd);
    }
    return text;
}

inline JobSpec job(SourceKind kind) {
    JobSpec spec;
    spec.source.kind = kind;
    spec.destinationKey = newArn;
    return spec;
}

/// What the service would answer: another ciphertext, longer by the plaintext's nothing.
inline Bytes movedCiphertext(Bytes blob) {
    for (std::size_t i = blob.size() - 6; i < blob.size(); ++i) {
        blob[i] = static_cast<std::uint8_t>(blob[i] ^ 0x5a);
    }
    return blob;
}

inline Timestamp movedAt() {
    return *parseIso8601("2026-11-22T04:17:00Z");
}

inline std::vector<NewBlob> newsOf(const Document &document, const std::string &key) {
    std::vector<NewBlob> news;
    for (const FoundBlob &blob : document.blobs()) {
        if (blob.cause == Cause::None) {
            news.push_back({blob.index, movedCiphertext(blob.ciphertext), key, &blob.newContext, movedAt()});
        }
    }
    return news;
}

struct Moved {
    std::string text;
    std::vector<reencrypt::Edit> edits;
    std::vector<FoundBlob> blobs; ///< before
    std::string error;
};

/// Every blob moved; `error` when the document or its edits were refused.
inline Moved move(const std::string &text, const JobSpec &spec, const std::string &name = "file",
                  const std::string &key = newArn) {
    Moved moved;
    auto document = parseDocument(asBytes(text), name, spec);
    if (!document) {
        moved.error = document.error().detail;
        return moved;
    }
    moved.blobs = (*document)->blobs();
    auto edits = (*document)->edits(newsOf(**document, key));
    auto bytes = edits ? applyEdits(asBytes(text), *edits) : Result<Bytes>(fail(edits.error()));
    if (!bytes) {
        moved.error = bytes.error().detail;
        return moved;
    }
    if (!differOnlyInEdits(asBytes(text), *bytes, *edits)) {
        moved.error = "differs outside its edits";
    }
    moved.edits = *edits;
    moved.text = textOf(*bytes);
    return moved;
}

/// `text` with every occurrence replaced.
inline std::string replaced(std::string text, const std::string &from, const std::string &to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}
inline std::string moved64(const std::string &base64) {
    return toBase64(movedCiphertext(*fromBase64(base64)));
}

} // namespace keyturn::documents
