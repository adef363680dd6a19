// SPDX-License-Identifier: Apache-2.0
// Feeds parseDocument() anything; the first byte names the kind. Whatever parses is moved to another key and
// read again: the edits must fit, nothing else may differ, and what is read again must be what was written,
// with the key, the ciphertext and the context of the move.
#include "base/text.h"
#include "reencrypt/documents/document.h"
#include "unit/inspect/samples.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace keyturn;
using reencrypt::Cause;
using reencrypt::FoundBlob;
using reencrypt::JobSpec;
using reencrypt::NewBlob;
using reencrypt::SourceKind;

const std::string arn = "arn:aws:kms:eu-central-1:111122223333:key/99999999-8888-7777-6666-555555555555";

struct Kind {
    char letter;
    SourceKind kind;
    const char *name;
    bool namesKey;     ///< the document names the key of every blob
    bool holdsContext; ///< and its context
};
constexpr Kind kinds[] = {
    {'f', SourceKind::Files, "a", false, false},       {'t', SourceKind::Text, "a.tf", false, false},
    {'y', SourceKind::Sops, "a.yaml", true, true},     {'j', SourceKind::Sops, "a.json", true, true},
    {'e', SourceKind::Sops, "a.env", true, true},      {'i', SourceKind::Sops, "a.ini", true, true},
    {'p', SourceKind::Pulumi, "a.yaml", true, true},   {'k', SourceKind::Tink, "a", false, false},
    {'c', SourceKind::Credstash, "a", false, false},   {'m', SourceKind::MongoKeyVault, "a", false, false},
    {'q', SourceKind::ParquetKeys, "a", false, false},
};

void demand(bool good, const char *what) {
    if (!good) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

std::size_t goodBlobs(const reencrypt::Document &document) {
    std::size_t count = 0;
    for (const FoundBlob &blob : document.blobs()) {
        count += blob.cause == Cause::None ? 1 : 0;
        demand(blob.cause == Cause::None || !blob.message.empty(), "a fault without a message");
    }
    return count;
}

void readAgain(const Kind &kind, ByteView before, const Bytes &moved, std::size_t expected,
               const JobSpec &spec) {
    JobSpec plain = spec;
    plain.destinationContext.reset();
    const auto again = parseDocument(moved, kind.name, plain);
    demand(again.has_value(), "the moved document cannot be read");
    if (goodBlobs(**parseDocument(before, kind.name, plain)) != expected) {
        return; // HCL that has no place for the new context: such a ciphertext stays
    }
    demand(goodBlobs(**again) == expected, "the moved document holds another number of ciphertexts");
    for (const FoundBlob &blob : (*again)->blobs()) {
        if (blob.cause != Cause::None) {
            continue;
        }
        demand(blob.ciphertext == samples::awsBlob(), "another ciphertext than was written");
        demand(!kind.namesKey || blob.keyHint == arn, "another key than was written");
        const bool changed = spec.destinationContext && kind.holdsContext;
        demand(!changed || blob.context == kms::EncryptionContext({{"to", "a \"b\": #x"}}),
               "another context than was written");
    }
}

void move(const Kind &kind, ByteView content, const JobSpec &spec) {
    const auto document = parseDocument(content, kind.name, spec);
    if (!document) {
        demand(!document.error().detail.empty(), "an error without a word");
        return;
    }
    const Timestamp at{};
    std::vector<NewBlob> news;
    for (const FoundBlob &blob : (*document)->blobs()) {
        if (blob.cause == Cause::None) {
            news.push_back({blob.index, samples::awsBlob(), arn, &blob.newContext, at});
        }
    }
    const auto edits = (*document)->edits(news);
    if (!edits) {
        demand(!edits.error().detail.empty(), "an error without a word");
        return;
    }
    const auto moved = applyEdits(content, *edits);
    demand(moved.has_value(), "edits that do not fit");
    demand(differOnlyInEdits(content, *moved, *edits), "bytes outside the edits differ");
    if (moved->size() <= reencrypt::documentBytesMax) {
        readAgain(kind, content, *moved, goodBlobs(**document), spec);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    for (const Kind &kind : kinds) {
        if (kind.letter == static_cast<char>(data[0])) {
            JobSpec spec;
            spec.source.kind = kind.kind;
            spec.destinationKey = arn;
            const ByteView content(data + 1, size - 1);
            move(kind, content, spec);
            spec.destinationContext.emplace();
            spec.destinationContext->pairs = {{"to", reencrypt::ContextTemplate::literal("a \"b\": #x")}};
            move(kind, content, spec);
        }
    }
    return 0;
}
