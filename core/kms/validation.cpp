// SPDX-License-Identifier: Apache-2.0
#include "kms/validation.h"

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"
#include "base/text.h"
#include "kms/open_enum.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/re_encrypt.h"
#include "kms/pattern.h"

#include <algorithm>
#include <vector>

namespace keyturn::kms {
namespace {

using Texts = std::vector<std::string>;

/// "CiphertextBlob" to "ciphertextBlob", as the service writes member names in its messages.
std::string lowerCamel(std::string_view name) {
    std::string text(name);
    text.front() = toLowerAscii(name.substr(0, 1)).front();
    return text;
}

class Faults {
public:
    void add(const std::string &value, const std::string &path, std::string_view constraint) {
        m_text += m_count++ == 0 ? "" : "; ";
        m_text += "Value" + value + " at '" + path + "' failed to satisfy constraint: ";
        m_text += constraint;
    }
    Status status() const {
        if (m_count == 0) {
            return {};
        }
        return fail(serviceError(ErrorCode::Validation, std::to_string(m_count) + " validation error" +
                                                            (m_count == 1 ? "" : "s") +
                                                            " detected: " + m_text));
    }

private:
    std::size_t m_count = 0;
    std::string m_text;
};

std::string echoed(std::string_view value) {
    return " '" + std::string(value) + "'";
}

void checkBounds(std::int64_t value, std::int64_t min, std::int64_t max, std::string_view what,
                 const std::string &echo, const std::string &path, Faults &faults) {
    const std::string must = "Member must have " + std::string(what);
    if (max >= 0 && value > max) {
        faults.add(echo, path, must + " less than or equal to " + std::to_string(max));
    }
    if (min >= 0 && value < min) {
        faults.add(echo, path, must + " greater than or equal to " + std::to_string(min));
    }
}

void checkText(const Field &field, std::string_view text, const std::string &path, Faults &faults) {
    const std::string echo = field.secret ? std::string() : echoed(text);
    checkBounds(static_cast<std::int64_t>(codePointCount(text)), field.minLength, field.maxLength, "length",
                echo, path, faults);
    if (field.pattern.empty()) {
        return;
    }
    const auto pattern = Pattern::compile(field.pattern);
    if (pattern && !pattern->matches(text)) {
        faults.add(echo, path,
                   "Member must satisfy regular expression pattern: " + std::string(field.pattern));
    }
}

void checkBlob(const Field &field, std::size_t sizeBytes, const std::string &path, Faults &faults) {
    checkBounds(static_cast<std::int64_t>(sizeBytes), field.minLength, field.maxLength, "length", {}, path,
                faults);
}

void checkEnumeration(const Field &field, const OpenEnum &value, const std::string &path, Faults &faults) {
    if (value.index()) {
        return;
    }
    const EnumInfo &info = field.enumeration();
    const Texts names(info.names.begin(), info.names.end());
    faults.add(echoed(value.text(info)), path,
               "Member must satisfy enum value set: [" + join(names, ", ") + "]");
}

void checkFields(std::span<const Field> fields, const void *object, const std::string &prefix,
                 Faults &faults);

std::string itemPath(const std::string &path, std::size_t index) {
    return path + '.' + std::to_string(index + 1) + ".member";
}

void checkTextList(const Field &field, const Texts &items, const std::string &path, Faults &faults) {
    checkBounds(static_cast<std::int64_t>(items.size()), field.minItems, field.maxItems, "length",
                echoed('[' + join(items, ", ") + ']'), path, faults);
    for (std::size_t i = 0; i < items.size(); ++i) {
        checkText(field, items[i], itemPath(path, i), faults);
    }
}

void checkItems(const Field &field, const void *value, const std::string &path, Faults &faults) {
    const std::size_t count = field.access->count(value);
    checkBounds(static_cast<std::int64_t>(count), field.minItems, field.maxItems, "length", {}, path, faults);
    for (std::size_t i = 0; i < count; ++i) {
        const void *item = field.access->item(value, i);
        if (field.kind == FieldKind::EnumerationList) {
            checkEnumeration(field, *static_cast<const OpenEnum *>(item), itemPath(path, i), faults);
        } else {
            checkFields(field.structure().fields, item, itemPath(path, i) + '.', faults);
        }
    }
}

void checkValue(const Field &field, const void *value, const std::string &path, Faults &faults) {
    switch (field.kind) {
    case FieldKind::Text:
        return checkText(field, *static_cast<const std::string *>(value), path, faults);
    case FieldKind::SecretText:
        return checkText(field, static_cast<const SecretText *>(value)->view(), path, faults);
    case FieldKind::Blob:
        return checkBlob(field, static_cast<const Bytes *>(value)->size(), path, faults);
    case FieldKind::SecretBlob:
        return checkBlob(field, static_cast<const SecretBytes *>(value)->size(), path, faults);
    case FieldKind::Integer: {
        const auto number = *static_cast<const std::int64_t *>(value);
        return checkBounds(number, field.minValue, field.maxValue, "value", echoed(std::to_string(number)),
                           path, faults);
    }
    case FieldKind::Enumeration:
        return checkEnumeration(field, *static_cast<const OpenEnum *>(value), path, faults);
    case FieldKind::TextList:
        return checkTextList(field, *static_cast<const Texts *>(value), path, faults);
    case FieldKind::Structure:
        return checkFields(field.structure().fields, value, path + '.', faults);
    case FieldKind::EnumerationList:
    case FieldKind::StructureList:
        return checkItems(field, value, path, faults);
    case FieldKind::Boolean:
    case FieldKind::Time:
    case FieldKind::TextMap: // contexts have no published bound (kms-semantics.md section 4)
        return;
    }
}

bool isWithin(std::size_t value, std::int64_t min, std::int64_t max) {
    const auto number = static_cast<std::int64_t>(value);
    return (max < 0 || number <= max) && (min < 0 || number >= min);
}

/// True for a value that obviously holds; others are looked at in full. No path or message is made up for the
/// members of a valid request: every call comes through here.
bool obviouslyHolds(const Field &field, const void *value) {
    switch (field.kind) {
    case FieldKind::Text: // bytes are at least as many as characters
        return field.pattern.empty() && field.minLength <= 1 &&
               isWithin(static_cast<const std::string *>(value)->size(), field.minLength, field.maxLength);
    case FieldKind::Blob:
        return isWithin(static_cast<const Bytes *>(value)->size(), field.minLength, field.maxLength);
    case FieldKind::SecretBlob:
        return isWithin(static_cast<const SecretBytes *>(value)->size(), field.minLength, field.maxLength);
    case FieldKind::Enumeration:
        return static_cast<const OpenEnum *>(value)->index().has_value();
    case FieldKind::Boolean:
    case FieldKind::Time:
    case FieldKind::TextMap:
        return true;
    case FieldKind::SecretText:
    case FieldKind::Integer:
    case FieldKind::TextList:
    case FieldKind::Structure:
    case FieldKind::EnumerationList:
    case FieldKind::StructureList:
        return false;
    }
    return false;
}

void checkFields(std::span<const Field> fields, const void *object, const std::string &prefix,
                 Faults &faults) {
    for (const Field &field : fields) {
        const void *value = field.access->get(object);
        if (value ? obviouslyHolds(field, value) : !field.required) {
            continue;
        }
        const std::string path = prefix + lowerCamel(field.name);
        if (value) {
            checkValue(field, value, path, faults);
        } else {
            faults.add(" null", path, "Member must not be null");
        }
    }
}

Status mustNotBeNull(std::string_view path) {
    Faults faults;
    faults.add(" null", std::string(path), "Member must not be null");
    return faults.status();
}

/// CiphertextBlob may be left out of a dry run that ignores it, and then the key must be named.
template <class Request>
Status checkLeftOutCiphertext(const Request &request, const std::optional<std::string> &keyId,
                              std::string_view keyPath) {
    if (request.ciphertextBlob) {
        return {};
    }
    const Open<DryRunModifierType> ignore(DryRunModifierType::IGNORE_CIPHERTEXT);
    const auto &modifiers = request.dryRunModifiers;
    const bool ignored = request.dryRun.value_or(false) && modifiers &&
                         std::find(modifiers->begin(), modifiers->end(), ignore) != modifiers->end();
    if (!ignored) {
        return mustNotBeNull("ciphertextBlob");
    }
    return keyId ? Status() : mustNotBeNull(keyPath);
}

template <class Request>
Status checkLengthIsGivenOnce(const Request &request) {
    if (request.keySpec.has_value() != request.numberOfBytes.has_value()) {
        return {};
    }
    return fail(
        serviceError(ErrorCode::Validation, "Please specify either number of bytes or key spec, not both."));
}

} // namespace

Status validateMembers(std::span<const Field> fields, const void *object) {
    Faults faults;
    checkFields(fields, object, {}, faults);
    return faults.status();
}

Status validateRequest(const AnyRequest &request) {
    if (auto members = validateMembers(operationInfo(request.operation()).request, request.object());
        !members) {
        return members;
    }
    switch (request.operation()) {
    case OperationId::Decrypt: {
        const auto &decrypt = request.as<Decrypt>();
        return checkLeftOutCiphertext(decrypt, decrypt.keyId, "keyId");
    }
    case OperationId::ReEncrypt: {
        const auto &reEncrypt = request.as<ReEncrypt>();
        return checkLeftOutCiphertext(reEncrypt, reEncrypt.sourceKeyId, "sourceKeyId");
    }
    case OperationId::GenerateDataKey:
        return checkLengthIsGivenOnce(request.as<GenerateDataKey>());
    case OperationId::GenerateDataKeyWithoutPlaintext:
        return checkLengthIsGivenOnce(request.as<GenerateDataKeyWithoutPlaintext>());
    case OperationId::GenerateRandom:
        if (!request.as<GenerateRandom>().numberOfBytes) {
            return fail(serviceError(ErrorCode::Validation, "NumberOfBytes is required."));
        }
        return {};
    default:
        return {};
    }
}

} // namespace keyturn::kms
