// SPDX-License-Identifier: Apache-2.0
#include "credentials/keychain_item.h"

#include "credentials/flat_json.h"

#include "kms/json.h"

namespace keyturn::credentials {

namespace {

constexpr std::string_view documentVersion = "1";

void appendMember(std::string_view name, std::string_view value, SecretText &out) {
    out.append(",");
    kms::appendJsonString(name, out);
    out.append(":");
    kms::appendJsonString(value, out);
}

tl::unexpected<Error> damaged(const std::string &source, const std::string &what) {
    return fail(ErrorCode::Configuration,
                "the credentials in the " + source + " cannot be used: " + what + "; enter them again");
}

} // namespace

SecretBytes writeKeychainDocument(const Credentials &credentials) {
    SecretText out;
    out.append("{\"v\":");
    out.append(documentVersion);
    appendMember("accessKeyId", credentials.accessKeyId, out);
    appendMember("secretAccessKey", credentials.secretKey.text(), out);
    if (!credentials.sessionToken.empty()) {
        appendMember("sessionToken", credentials.sessionToken.text(), out);
    }
    if (credentials.expiration) {
        appendMember("expiration", formatIso8601(*credentials.expiration), out);
    }
    out.append("}");
    return out.take();
}

Result<Credentials> readKeychainDocument(const SecretBytes &document, std::string source) {
    auto members = readFlatJson(document.text());
    if (!members) {
        return damaged(source, members.error().detail);
    }
    const auto member = [&](const char *name) -> std::string_view {
        const auto found = members->find(name);
        return found != members->end() ? found->second.view() : std::string_view();
    };
    if (member("v") != documentVersion) {
        return damaged(source, "they were written by a newer version of this program");
    }
    if (member("accessKeyId").empty() || member("secretAccessKey").empty()) {
        return damaged(source, "the access key id or the secret access key is missing");
    }
    Credentials out;
    out.accessKeyId = member("accessKeyId");
    out.secretKey = SecretBytes::copyOf(member("secretAccessKey"));
    out.sessionToken = SecretBytes::copyOf(member("sessionToken"));
    if (const std::string_view text = member("expiration"); !text.empty()) {
        auto time = parseIso8601(text);
        if (!time) {
            return damaged(source, "the expiration is no ISO 8601 time");
        }
        out.expiration = *time;
    }
    out.source = std::move(source);
    return out;
}

std::string keychainSourceText(const std::string &profileName) {
    return "OS keychain, profile " + profileName;
}

void loadFromKeychain(keychain::Keychain &keychain, const std::string &profileUuid,
                      const std::string &profileName, keychain::CallOptions options,
                      UniqueFunction<void(Result<Credentials>)> done) {
    keychain.read({keychain::ItemKind::Profile, profileUuid}, std::move(options),
                  [source = keychainSourceText(profileName),
                   done = std::move(done)](Result<SecretBytes> document) mutable {
                      if (!document) {
                          done(failFrom(document));
                      } else {
                          done(readKeychainDocument(*document, std::move(source)));
                      }
                  });
}

void saveToKeychain(keychain::Keychain &keychain, const std::string &profileUuid,
                    const Credentials &credentials, keychain::CallOptions options,
                    UniqueFunction<void(Status)> done) {
    keychain.write({keychain::ItemKind::Profile, profileUuid}, writeKeychainDocument(credentials),
                   std::move(options), std::move(done));
}

} // namespace keyturn::credentials
