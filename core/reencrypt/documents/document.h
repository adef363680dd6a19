// SPDX-License-Identifier: Apache-2.0
// Documents: files that are read whole (at most 64 MiB), hold one or a few ciphertexts, and are changed by
// replacing exactly the bytes that may change. Pure functions over bytes; any thread. Follows ecosystem.md
// section 4.2. Errors: BadEncoding, BadJson, Usage: `detail` names line and member; never quotes content.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

inline constexpr std::size_t documentBytesMax = 64 * 1024 * 1024;

/// A ciphertext found in a document, or a place that should hold one and does not.
struct FoundBlob {
    Place place; ///< `unit` is left empty: the caller knows the file
    Bytes ciphertext;
    kms::EncryptionContext context;    ///< as the document or the job's rule says
    kms::EncryptionContext newContext; ///< as the job's destination-context says; by default the same
    std::string keyHint;       ///< the key that the document names (SOPS arn, Pulumi URL); may be empty
    Cause cause = Cause::None; ///< not None: cannot be moved; `message` says why
    std::string message;
    std::size_t index = 0; ///< the document's own handle for edits()
};

/// One replacement of bytes [offset, offset + length) of the document.
struct Edit {
    std::size_t offset = 0;
    std::size_t length = 0;
    Bytes bytes;
};

/// What a blob became; given back to the document to make its edits.
struct NewBlob {
    std::size_t index = 0; ///< FoundBlob::index
    Bytes ciphertext;
    std::string destinationKey;                      ///< ARN where the service gave one
    const kms::EncryptionContext *context = nullptr; ///< the new one; nullptr or equal: unchanged
    Timestamp at;
};

/// One file's content, parsed. Holds a view of the bytes: they must outlive it.
class Document {
public:
    virtual ~Document() = default;
    virtual const std::vector<FoundBlob> &blobs() const = 0;
    /// The edits of these blobs, ascending, not overlapping. Nothing else of the document may change.
    virtual Result<std::vector<Edit>> edits(const std::vector<NewBlob> &news) const = 0;
};

/// Parses by the job's source kind (Files, Text, Sops, Pulumi, Tink, Credstash, MongoKeyVault, ParquetKeys).
/// `name` is the file's name: SOPS tells its format by it.
/// Documents that name keys (SOPS, Pulumi, MongoDB, Parquet): where the job lists source keys, blobs() holds
/// those of these keys and of spec.destinationKey (so that a second pass finds what the first one moved: put
/// there the key as the service named it); entries of other keys are neither blobs nor faults. A document of
/// another kind (a YAML file without `sops`) has no blobs and is no error.
Result<std::unique_ptr<Document>> parseDocument(ByteView content, const std::string &name,
                                                const JobSpec &spec);

/// The document with the edits done. Errors: Usage when they overlap or leave the document.
Result<Bytes> applyEdits(ByteView content, const std::vector<Edit> &edits);
/// True when `before` and `after` are equal outside the edits: the last look before a file is exchanged.
bool differOnlyInEdits(ByteView before, ByteView after, const std::vector<Edit> &edits);

} // namespace keyturn::reencrypt
