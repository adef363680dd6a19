// SPDX-License-Identifier: Apache-2.0
#include "kms_files.h"

#include "base/atomic_file.h"
#include "base/clock.h"
#include "kms/encryption_context.h"
#include "kms/open_enum.h"
#include "kms/option_name.h"

namespace keyturn::cli {
namespace {

using kms::FieldKind;

constexpr std::string_view ciphertextMember = "CiphertextBlob";

bool isBlob(const kms::Field &field) {
    return field.kind == FieldKind::Blob || field.kind == FieldKind::SecretBlob;
}

/// "PrivateKeyCiphertextBlob" to "private-key-ciphertext".
std::string plainName(const kms::Field &field) {
    std::string_view name = field.name;
    if (name.ends_with("Blob")) {
        name.remove_suffix(4);
    }
    return kms::optionName(name);
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

Outcome<std::monostate> writeMember(const kms::Field &field, kms::AnyReply &reply, const std::string &path) {
    const void *value = field.access->get(reply.object());
    if (value == nullptr) {
        return failure(exitGeneral, "The answer has no " + std::string(field.name) + " to write to " + path);
    }
    auto file = AtomicFile::open(path);
    if (!file) {
        return failureFrom(file);
    }
    auto written = file->write(bytesOf(field, value));
    if (!written) {
        return failureFrom(written);
    }
    if (auto committed = file->commit(); !committed) {
        return failureFrom(committed);
    }
    field.access->clear(reply.object());
    return std::monostate();
}

} // namespace

std::vector<ArgumentSpec> fileOptions(const kms::OperationInfo &operation) {
    std::vector<ArgumentSpec> options;
    for (const kms::Field &field : operation.reply) {
        if (!isBlob(field)) {
            continue;
        }
        std::string name = plainName(field);
        options.push_back({.option = "--" + name + "-out",
                           .help = "write its raw bytes there instead of printing it",
                           .valueName = "FILE"});
        if (field.name == ciphertextMember) {
            options.push_back({.option = "--record",
                               .arity = Arity::Flag,
                               .help = "write FILE.kms.json beside it: keys, algorithms, context, time"});
        }
    }
    return options;
}

Outcome<KmsFiles> findKmsFiles(const kms::OperationInfo &operation, const ParsedArguments &arguments) {
    KmsFiles files;
    bool ciphertext = false;
    for (const kms::Field &field : operation.reply) {
        if (auto path = isBlob(field) ? arguments.optional(plainName(field) + "-out") : std::nullopt) {
            files.blobs.push_back({&field, std::move(*path)});
            ciphertext = ciphertext || field.name == ciphertextMember;
        }
    }
    files.record = arguments.has("record");
    if (files.record && !ciphertext) {
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
    for (const auto &[field, path] : files.blobs) {
        std::optional<inspect::Record> record;
        if (files.record && field->name == ciphertextMember) {
            record = draft.with(operation, reply);
            if (const void *value = field->access->get(reply.object())) {
                record->ciphertextBytes = static_cast<std::int64_t>(bytesOf(*field, value).size());
            }
        }
        if (auto written = writeMember(*field, reply, path); !written) {
            return failureFrom(written);
        }
        if (record) {
            if (auto saved = inspect::saveRecord(path, *record); !saved) {
                return failureFrom(saved);
            }
        }
    }
    return std::monostate();
}

} // namespace keyturn::cli
