// SPDX-License-Identifier: Apache-2.0
#include "inspect/record.h"

#include "base/atomic_file.h"
#include "kms/field_table.h"
#include "kms/json.h"

namespace keyturn::inspect {
namespace {

constexpr std::int64_t currentVersion = 1;
constexpr std::size_t recordBytesMax = 256 * 1024;

constexpr kms::Field fields[] = {
    kms::field<&Record::version>("KeyturnRecord").require(),
    kms::field<&Record::operation>("Operation"),
    kms::field<&Record::keyId>("KeyId"),
    kms::field<&Record::encryptionAlgorithm>("EncryptionAlgorithm"),
    kms::field<&Record::keyMaterialId>("KeyMaterialId"),
    kms::field<&Record::encryptionContext>("EncryptionContext"),
    kms::field<&Record::sourceKeyId>("SourceKeyId"),
    kms::field<&Record::sourceEncryptionAlgorithm>("SourceEncryptionAlgorithm"),
    kms::field<&Record::sourceKeyMaterialId>("SourceKeyMaterialId"),
    kms::field<&Record::ciphertextBytes>("CiphertextBytes"),
    kms::field<&Record::time>("Time"),
};

} // namespace

std::filesystem::path recordPath(const std::filesystem::path &ciphertextFile) {
    std::filesystem::path path = ciphertextFile;
    path += ".kms.json";
    return path;
}

std::string recordText(const Record &record) {
    kms::JsonWriteOptions options;
    options.indent = 4;
    options.timestamps = kms::TimestampForm::Iso8601Local;
    std::string text(kms::writeJson(fields, &record, options).view());
    return text + "\n";
}

Result<Record> parseRecord(std::string_view text) {
    Record record;
    if (auto status = kms::readJson(text, fields, &record); !status) {
        return failFrom(status);
    }
    if (!record.version) {
        return fail(ErrorCode::BadJson, "KeyturnRecord is missing: this is no record of a ciphertext file");
    }
    if (*record.version != currentVersion) {
        return fail(ErrorCode::Usage, "the record has version " + std::to_string(*record.version) +
                                          "; this program reads version " + std::to_string(currentVersion));
    }
    return record;
}

bool looksLikeRecord(std::string_view text) {
    return text.substr(0, 64).find("\"KeyturnRecord\"") != std::string_view::npos;
}

Status saveRecord(const std::filesystem::path &ciphertextFile, const Record &record) {
    Record complete = record;
    complete.version = currentVersion;
    return writeFileAtomically(recordPath(ciphertextFile), asBytes(recordText(complete)),
                               AtomicFile::Options{});
}

Result<std::optional<Record>> loadRecord(const std::filesystem::path &ciphertextFile) {
    auto content = readFile(recordPath(ciphertextFile), recordBytesMax);
    if (!content) {
        if (content.error().code == ErrorCode::FileNotFound) {
            return std::optional<Record>();
        }
        return failFrom(content);
    }
    auto record = parseRecord(asText(*content));
    if (!record) {
        return failFrom(record);
    }
    return std::optional<Record>(std::move(*record));
}

} // namespace keyturn::inspect
