// SPDX-License-Identifier: Apache-2.0
#include "history/call_facts.h"

#include "base/secret_text.h"
#include "kms/encryption_context.h"
#include "kms/json.h"

#include <algorithm>
#include <array>

namespace keyturn::history {
namespace {

using kms::Field;
using kms::FieldKind;

/// The member of that name and kind, or nullptr.
const void *member(std::span<const Field> fields, const void *object, std::string_view name, FieldKind kind) {
    const Field *field = kms::findField(fields, name);
    return field == nullptr || field->kind != kind || field->secret ? nullptr : field->access->get(object);
}

std::string text(std::span<const Field> fields, const void *object, std::string_view name) {
    const void *value = member(fields, object, name, FieldKind::Text);
    return value == nullptr ? std::string() : *static_cast<const std::string *>(value);
}

std::string firstText(std::span<const Field> fields, const void *object,
                      std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (auto found = text(fields, object, name); !found.empty()) {
            return found;
        }
    }
    return {};
}

const kms::EncryptionContext *context(std::span<const Field> fields, const void *object,
                                      std::string_view name) {
    return static_cast<const kms::EncryptionContext *>(member(fields, object, name, FieldKind::TextMap));
}

void appendU32(Bytes &out, std::size_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

void appendCounted(Bytes &out, std::string_view bytes) {
    appendU32(out, bytes.size());
    out.insert(out.end(), bytes.begin(), bytes.end());
}

Bytes canonical(const kms::EncryptionContext *pairs) {
    if (pairs == nullptr || pairs->empty()) {
        return {};
    }
    std::vector<kms::EncryptionContext::Pair> sorted(pairs->begin(), pairs->end());
    std::ranges::sort(sorted);
    Bytes bytes;
    appendU32(bytes, sorted.size());
    for (const auto &[name, value] : sorted) {
        appendCounted(bytes, name);
        appendCounted(bytes, value);
    }
    return bytes;
}

std::string asJson(const kms::EncryptionContext *pairs) {
    if (pairs == nullptr || pairs->empty()) {
        return {};
    }
    SecretText json;
    json.append('{');
    bool first = true;
    for (const auto &[name, value] : *pairs) {
        if (!first) {
            json.append(',');
        }
        first = false;
        kms::appendJsonString(name, json);
        json.append(':');
        kms::appendJsonString(value, json);
    }
    json.append('}');
    return std::string(json.view());
}

/// What else names the target of a call.
std::string detailOf(std::span<const Field> fields, const void *object) {
    constexpr std::array names{
        std::string_view("AliasName"),     std::string_view("GrantId"),
        std::string_view("PolicyName"),    std::string_view("CustomKeyStoreId"),
        std::string_view("PrimaryRegion"), std::string_view("ReplicaRegion"),
    };
    constexpr std::array numbers{std::string_view("PendingWindowInDays"),
                                 std::string_view("RotationPeriodInDays")};
    std::string detail;
    const auto add = [&](std::string_view name, const std::string &value) {
        detail += (detail.empty() ? "" : ", ") + std::string(name) + "=" + value;
    };
    for (const std::string_view name : names) {
        if (auto value = text(fields, object, name); !value.empty()) {
            add(name, value);
        }
    }
    for (const std::string_view name : numbers) {
        if (const void *value = member(fields, object, name, FieldKind::Integer)) {
            add(name, std::to_string(*static_cast<const std::int64_t *>(value)));
        }
    }
    return detail;
}

/// Of a service's own name for an error only what such names consist of.
std::string plainName(std::string_view name) {
    constexpr std::size_t longest = 64;
    std::string plain;
    for (const char c : name.substr(0, longest)) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9') || c == '.') {
            plain += c;
        }
    }
    return plain;
}

} // namespace

CallFacts factsOf(const kms::AnyRequest &request, bool contextInTheClear) {
    const kms::OperationInfo &info = kms::operationInfo(request.operation());
    const auto fields = info.request;
    const void *object = request.object();
    CallFacts facts;
    HistoryEntry &entry = facts.entry;
    entry.operation = info.name;
    entry.key = firstText(fields, object, {"SourceKeyId", "KeyId", "TargetKeyId"});
    entry.destinationKey = text(fields, object, "DestinationKeyId");
    entry.detail = detailOf(fields, object);
    const auto *dryRun = static_cast<const bool *>(member(fields, object, "DryRun", FieldKind::Boolean));
    entry.dryRun = dryRun != nullptr && *dryRun;
    const auto *source = context(fields, object, "SourceEncryptionContext");
    source = source != nullptr ? source : context(fields, object, "EncryptionContext");
    const auto *destination = context(fields, object, "DestinationEncryptionContext");
    facts.contexts = {canonical(source), canonical(destination)};
    if (contextInTheClear) {
        entry.context = asJson(source);
        if (const std::string to = asJson(destination); !to.empty()) {
            entry.context += (entry.context.empty() ? "{} to " : " to ") + to;
        }
    }
    return facts;
}

void addReply(const kms::AnyReply &reply, HistoryEntry &entry) {
    const auto fields = kms::operationInfo(reply.operation()).reply;
    const void *object = reply.object();
    entry.outcome = "Success";
    entry.requestId = reply.requestId();
    std::string key = firstText(fields, object, {"SourceKeyId", "KeyId"});
    if (!text(fields, object, "SourceKeyId").empty()) {
        if (auto destination = text(fields, object, "KeyId"); !destination.empty()) {
            entry.destinationKey = std::move(destination);
        }
    }
    for (const std::string_view name : {"KeyMetadata", "ReplicaKeyMetadata"}) {
        const Field *field = kms::findField(fields, name);
        const void *metadata = key.empty() && field != nullptr && field->kind == FieldKind::Structure
                                   ? field->access->get(object)
                                   : nullptr;
        if (metadata != nullptr) {
            key = firstText(field->structure().fields, metadata, {"Arn", "KeyId"});
        }
    }
    if (!key.empty()) {
        entry.key = std::move(key);
    }
    entry.material = firstText(fields, object, {"SourceKeyMaterialId", "KeyMaterialId"});
    entry.destinationMaterial = text(fields, object, "DestinationKeyMaterialId");
}

void addError(const Error &error, HistoryEntry &entry) {
    entry.requestId = error.requestId;
    entry.outcome = errorCodeName(error.code);
    if (error.code == ErrorCode::Unknown && !error.serviceCode.empty()) {
        entry.outcome = plainName(error.serviceCode);
    }
}

} // namespace keyturn::history
