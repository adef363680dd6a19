// SPDX-License-Identifier: Apache-2.0
// Pulumi stack files: `secretsprovider: awskms://<key>?region=..` and `encryptedkey: <base64>` change
// together; context_* parameters of the URL are the context (ecosystem.md 4.2 item 4).
#include "reencrypt/documents/kinds.h"
#include "reencrypt/documents/yaml_text.h"

#include "base/text.h"

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view scheme = "awskms://";
constexpr std::string_view contextPrefix = "context_";

int hexValue(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

std::string urlDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 &&
            hexValue(text[i + 2]) >= 0) {
            out += static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string urlEncoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           std::string_view("-_.~").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out;
}

struct ProviderUrl {
    std::string key;
    std::vector<std::string> parameters; ///< other than the context's, as they stand
    kms::EncryptionContext context;
};

ProviderUrl takeApart(std::string_view url) {
    ProviderUrl result;
    url.remove_prefix(scheme.size());
    const auto question = url.find('?');
    std::string_view path = url.substr(0, question);
    while (path.starts_with('/')) {
        path.remove_prefix(1);
    }
    result.key = path;
    if (question == std::string_view::npos) {
        return result;
    }
    for (const std::string_view parameter : split(url.substr(question + 1), '&')) {
        const auto equals = parameter.find('=');
        if (parameter.starts_with(contextPrefix) && equals != std::string_view::npos) {
            result.context.set(
                urlDecoded(parameter.substr(contextPrefix.size(), equals - contextPrefix.size())),
                urlDecoded(parameter.substr(equals + 1)));
        } else {
            result.parameters.emplace_back(parameter);
        }
    }
    return result;
}

/// The old URL with another key; its context parameters only where they change.
std::string newUrl(const std::string &old, const NewBlob &fresh) {
    const ProviderUrl parts = takeApart(old);
    const auto question = old.find('?');
    const bool isArn = fresh.destinationKey.starts_with("arn:");
    std::string url = std::string(scheme) + (isArn ? "/" : "") + fresh.destinationKey;
    if (!fresh.context || *fresh.context == parts.context) {
        return question == std::string::npos ? url : url + old.substr(question);
    }
    std::vector<std::string> parameters = parts.parameters;
    for (const auto &[name, value] : *fresh.context) {
        parameters.push_back(std::string(contextPrefix) + urlEncoded(name) + "=" + urlEncoded(value));
    }
    return parameters.empty() ? url : url + "?" + join(parameters, "&");
}

Result<Slot> memberSlot(std::string_view text, const YamlNode &root, std::string_view name) {
    const YamlNode *node = root.member(name);
    if (!node) {
        return fail(ErrorCode::BadEncoding,
                    "line 1: " + std::string(name) + ": missing beside the other one");
    }
    if (auto why = whyNotInPlace(*node); !why.empty()) {
        return fail(ErrorCode::BadEncoding, why);
    }
    return slotOf(text, *node);
}

} // namespace

ParsedDocument parsePulumi(std::string_view text, const JobSpec &spec) {
    auto document = std::make_unique<SlotDocument>();
    auto roots = readYaml(text);
    if (!roots) {
        return failFrom(roots);
    }
    const YamlNode *provider = roots->empty() ? nullptr : roots->front().member("secretsprovider");
    const bool isAws = provider && provider->value.starts_with(scheme);
    if (!isAws) {
        return std::unique_ptr<Document>(std::move(document)); // a passphrase, another cloud, or none
    }
    const ProviderUrl url = takeApart(provider->value);
    if (!keyIsMeant(url.key, spec)) {
        return std::unique_ptr<Document>(std::move(document));
    }
    DocumentEntry entry;
    entry.blob.place.part = "encryptedkey";
    entry.blob.place.line = provider->line;
    entry.blob.keyHint = url.key;
    auto key = memberSlot(text, roots->front(), "secretsprovider");
    auto cipher = memberSlot(text, roots->front(), "encryptedkey");
    if (!key || !cipher) {
        setFault(entry.blob, Cause::BadSyntax, key ? cipher.error().detail : key.error().detail);
    } else {
        entry.blob.place.line = roots->front().member("encryptedkey")->line;
        entry.keyText = [old = provider->value](const NewBlob &fresh) {
            return Result<std::string>(newUrl(old, fresh));
        };
        entry.key = std::move(*key);
        entry.cipher = std::move(*cipher);
    }
    setContexts(entry.blob, spec, url.context, [](std::string_view) { return std::optional<std::string>(); });
    document->add(std::move(entry), spec, ShapeRule::Any);
    return std::unique_ptr<Document>(std::move(document));
}

} // namespace keyturn::reencrypt
