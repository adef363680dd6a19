// SPDX-License-Identifier: Apache-2.0
#include "kms/request_keys.h"

#include "kms/identifier.h"

namespace keyturn::kms {
namespace {

const void *member(const AnyRequest &request, std::string_view name) {
    const Field *field = findField(operationInfo(request.operation()).request, name);
    return field == nullptr ? nullptr : field->access->get(request.object());
}

bool names(std::string_view text, const std::string *identifier) {
    return identifier != nullptr && !identifier->empty() &&
           text.find(parseKeyIdentifier(*identifier).resource) != std::string_view::npos;
}

} // namespace

const std::string *keyNamed(const AnyRequest &request, KeySide side) {
    const auto text = [&](std::string_view name) {
        return static_cast<const std::string *>(member(request, name));
    };
    switch (side) {
    case KeySide::Source:
        return text("SourceKeyId");
    case KeySide::Destination:
        return text("DestinationKeyId");
    case KeySide::Alias:
        return text("AliasName");
    case KeySide::Key: {
        const std::string *key = text("KeyId");
        return key != nullptr ? key : text("TargetKeyId");
    }
    case KeySide::None:
        break;
    }
    return nullptr;
}

KeySide sideNamedIn(std::string_view text, const AnyRequest &request) {
    const bool source = names(text, keyNamed(request, KeySide::Source));
    const bool destination = names(text, keyNamed(request, KeySide::Destination));
    if (source == destination) {
        return KeySide::None;
    }
    return source ? KeySide::Source : KeySide::Destination;
}

const EncryptionContext *sourceContext(const AnyRequest &request) {
    const void *context = member(request, "SourceEncryptionContext");
    if (context == nullptr && request.operation() == OperationId::Decrypt) {
        context = member(request, "EncryptionContext");
    }
    return static_cast<const EncryptionContext *>(context);
}

std::string_view sidePhrase(KeySide side) {
    switch (side) {
    case KeySide::Source:
        return "the source key";
    case KeySide::Destination:
        return "the destination key";
    case KeySide::Alias:
        return "the alias";
    case KeySide::Key:
        return "the key";
    case KeySide::None:
        break;
    }
    return "the account";
}

} // namespace keyturn::kms
