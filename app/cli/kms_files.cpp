// SPDX-License-Identifier: Apache-2.0
#include "kms_files.h"

#include "base/atomic_file.h"
#include "base/clock.h"
#include "kms/encryption_context.h"
#include "kms/open_enum.h"

namespace keyturn::cli {
namespace {

using kms::FieldKind;

const kms::Field *blobField(const kms::OperationInfo &operation, std::string_view name) {
    const kms::Field *field = kms::findField(operation.reply, name);
    const bool blob =
        field != nullptr && (field->kind == FieldKind::Blob || field->kind == FieldKind::SecretBlob);
    return blob ? field : nullptr;
}

ByteView bytesOf(const kms::Field &field, const void *value) {
    return field.kind == FieldKind::Blob ? ByteView(*static_cast<const Bytes *>(value))
                                         : static_cast<const SecretBytes *>(value)->view();
}

/// The text of a member, if it is there.
std::optional<std::string> textOf(std::span<const kms::Field> fields, const void *object,
                                  std::string_view name) {
    const kms::Field *field = kms::findField(fields, name);
    const void *value = field == nullptr ? nullptr : field->access->get(object);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (field->kind == FieldKind::Enumeration) {
        return std::string(static_cast<const kms::OpenEnum *>(value)->text(field->enumeration()));
    }
    return *static_cast<const std::string *>(value);
}

std::optional<kms::EncryptionContext> contextOf(std::span<const kms::Field> fields, const void *object,
                                                std::string_view name) {
    const kms::Field *field = kms::findField(fields, name);
    const void *value = field == nullptr ? nullptr : field->access->get(object);
    return value == nullptr ? std::nullopt
                            : std::optional(*static_cast<const kms::EncryptionContext *>(value));
}

Outcome<std::monostate> writeMember(const kms::OperationInfo &operation, kms::AnyReply &reply,
                                    std::string_view name, const std::string &path) {
    const kms::Field *field = blobField(operation, name);
    const void *value = field == nullptr ? nullptr : field->access->get(reply.object());
    if (value == nullptr) {
        return failure(exitGeneral, "The answer has no " + std::string(name) + " to write to " + path);
    }
    auto file = AtomicFile::open(path);
    if (!file) {
        return failureFrom(file);
    }
    auto written = file->write(bytesOf(*field, value));
    if (!written) {
        return failureFrom(written);
    }
    if (auto committed = file->commit(); !committed) {
        return failureFrom(committed);
    }
    field->access->clear(reply.object());
    return std::monostate();
}

} // namespace

std::vector<ArgumentSpec> fileOptions(const kms::OperationInfo &operation) {
    std::vector<ArgumentSpec> options;
    if (blobField(operation, "CiphertextBlob") != nullptr) {
        options.push_back({.option = "--ciphertext-out",
                           .help = "write the ciphertext's raw bytes there instead of printing it",
                           .valueName = "FILE"});
        options.push_back({.option = "--record",
                           .arity = Arity::Flag,
                           .help = "write FILE.kms.json beside it: keys, algorithms, context, time"});
    }
    if (blobField(operation, "Plaintext") != nullptr) {
        options.push_back({.option = "--plaintext-out",
                           .help = "write the plaintext's raw bytes there instead of printing it",
                           .valueName = "FILE"});
    }
    return options;
}

Outcome<KmsFiles> findKmsFiles(const ParsedArguments &arguments) {
    KmsFiles files;
    files.ciphertext = arguments.optional("ciphertext-out");
    files.plaintext = arguments.optional("plaintext-out");
    files.record = arguments.has("record");
    if (files.record && !files.ciphertext) {
        return usageFailure("--record needs --ciphertext-out FILE: the record stands beside that file");
    }
    return files;
}

RecordDraft::RecordDraft(const kms::OperationInfo &operation, const kms::AnyRequest &request) {
    const bool reEncrypt = kms::findField(operation.request, "DestinationKeyId") != nullptr;
    m_record.operation = std::string(operation.name);
    m_record.keyId = textOf(operation.request, request.object(), reEncrypt ? "DestinationKeyId" : "KeyId");
    m_record.encryptionContext = contextOf(operation.request, request.object(),
                                           reEncrypt ? "DestinationEncryptionContext" : "EncryptionContext");
}

inspect::Record RecordDraft::with(const kms::OperationInfo &operation, const kms::AnyReply &reply) const {
    inspect::Record record = m_record;
    const auto text = [&](std::string_view name) { return textOf(operation.reply, reply.object(), name); };
    if (auto key = text("KeyId")) {
        record.keyId = std::move(key);
    }
    const bool reEncrypt = kms::findField(operation.reply, "SourceKeyId") != nullptr;
    record.encryptionAlgorithm = text(reEncrypt ? "DestinationEncryptionAlgorithm" : "EncryptionAlgorithm");
    record.keyMaterialId = text(reEncrypt ? "DestinationKeyMaterialId" : "KeyMaterialId");
    record.sourceKeyId = text("SourceKeyId");
    record.sourceEncryptionAlgorithm = text("SourceEncryptionAlgorithm");
    record.sourceKeyMaterialId = text("SourceKeyMaterialId");
    record.time = systemClock()->now();
    return record;
}

Outcome<std::monostate> writeKmsFiles(const KmsFiles &files, const kms::OperationInfo &operation,
                                      kms::AnyReply &reply, const RecordDraft &draft) {
    if (files.ciphertext) {
        inspect::Record record = draft.with(operation, reply);
        const kms::Field *field = blobField(operation, "CiphertextBlob");
        if (const void *value = field->access->get(reply.object())) {
            record.ciphertextBytes = static_cast<std::int64_t>(bytesOf(*field, value).size());
        }
        if (auto written = writeMember(operation, reply, "CiphertextBlob", *files.ciphertext); !written) {
            return failureFrom(written);
        }
        if (files.record) {
            if (auto saved = inspect::saveRecord(*files.ciphertext, record); !saved) {
                return failureFrom(saved);
            }
        }
    }
    return files.plaintext ? writeMember(operation, reply, "Plaintext", *files.plaintext)
                           : Outcome<std::monostate>(std::monostate());
}

} // namespace keyturn::cli
