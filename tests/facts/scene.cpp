// SPDX-License-Identifier: Apache-2.0
#include "scene.h"

#include "crypto/ec_key.h"
#include "crypto/rsa_key.h"
#include "kms/json.h"

namespace keyturn::test {

using nlohmann::json;

namespace {

struct PurposeRow {
    const char *spec;
    const char *usage;
};

PurposeRow keyFor(Purpose purpose) {
    switch (purpose) {
    case Purpose::Encryption:
        return {"SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"};
    case Purpose::Signatures:
        return {"ECC_NIST_P256", "SIGN_VERIFY"};
    case Purpose::Macs:
        return {"HMAC_256", "GENERATE_VERIFY_MAC"};
    case Purpose::Agreement:
        return {"ECC_NIST_P256", "KEY_AGREEMENT"};
    case Purpose::Encapsulation:
        return {"ML_KEM_768", "ENCAPSULATE_DECAPSULATE"};
    }
    return {};
}

template <class T>
T good(Result<T> result, const char *what) {
    if (!result) {
        throw std::runtime_error(std::string(what) + ": " + result.error().detail);
    }
    return std::move(*result);
}

/// What is imported: the same bytes whenever the same key is asked for again.
const SecretBytes &materialFor(Purpose purpose) {
    static const SecretBytes symmetric =
        SecretBytes::copyOf(std::string_view("0123456789abcdef0123456789abcdef"));
    static const SecretBytes curve =
        good(good(crypto::EcKeyPair::generate(crypto::Curve::P256), "no curve key").toPkcs8(), "no PKCS #8");
    return purpose == Purpose::Signatures || purpose == Purpose::Agreement ? curve : symmetric;
}

} // namespace

std::string toldOf(const Result<json> &answer) {
    return told(answer).toStdString();
}

std::string difference(const std::string &found, const std::string &expected) {
    return found == expected ? std::string() : "\n  said:   " + found + "\n  wanted: " + expected;
}

std::string Scene::whyNot(std::string_view operation) {
    return m_vault.kms().capabilities().of(kms::findOperation(operation)->id).reason;
}

std::string Scene::whyNot(const KeyWish &wish) {
    if (const char *spec = keyFor(wish.purpose).spec; !m_vault.kms().capabilities().hasKeySpec(spec)) {
        return std::string("this build has no keys of spec ") + spec;
    }
    const std::string imports = wish.external ? whyNot("ImportKeyMaterial") : std::string();
    return imports.empty() && wish.multiRegion ? whyNot("ReplicateKey") : imports;
}

Result<json> Scene::ask(std::string_view operation, const json &request) {
    const kms::OperationInfo &info = *kms::findOperation(operation);
    kms::AnyRequest made = info.makeRequest();
    if (auto read = kms::readJson(request.dump(), info.request, made.object(), kms::UnknownMembers::Refuse);
        !read) {
        throw std::runtime_error("a request of " + std::string(operation) + ": " + read.error().detail);
    }
    auto reply = kms::submitAndWait(m_vault.kms(), std::move(made), {});
    if (!reply) {
        return failFrom(reply);
    }
    return json::parse(kms::writeJson(info.reply, reply->object()).view());
}

json Scene::must(std::string_view operation, const json &request) {
    auto reply = ask(operation, request);
    if (!reply) {
        throw std::runtime_error(std::string(operation) + " should work, but: " + toldOf(reply));
    }
    return std::move(*reply);
}

json Scene::create(const KeyWish &wish) {
    const PurposeRow row = keyFor(wish.purpose);
    json request{{"KeySpec", row.spec}, {"KeyUsage", row.usage}};
    if (wish.external) {
        request["Origin"] = "EXTERNAL";
    }
    if (wish.multiRegion) {
        request["MultiRegion"] = true;
    }
    return must("CreateKey", request).at("KeyMetadata");
}

void Scene::newKey(const KeyWish &wish) {
    m_wish = wish;
    m_values.clear();
    const json metadata = create(wish);
    m_values["key"] = metadata.at("KeyId");
    m_values["arn"] = metadata.at("Arn");
    m_isWithoutMaterial = wish.external;
}

void Scene::importMaterial() {
    if (!m_isWithoutMaterial) {
        return;
    }
    m_isWithoutMaterial = false;
    must("ImportKeyMaterial", {{"KeyId", value("key")},
                               {"ImportToken", value("importToken")},
                               {"EncryptedKeyMaterial", value("wrapped")},
                               {"ExpirationModel", "KEY_MATERIAL_DOES_NOT_EXPIRE"}});
}

void Scene::bringTo(std::string_view state) {
    const json key{{"KeyId", value("key")}};
    if (state == "PendingImport") {
        if (!m_isWithoutMaterial) {
            must("DeleteImportedKeyMaterial", key);
        }
    } else {
        importMaterial();
    }
    if (state == "Disabled") {
        must("DisableKey", key);
    } else if (state == "PendingDeletion") {
        must("ScheduleKeyDeletion", key);
    } else if (state == "PendingReplicaDeletion") {
        value("replicated");
        must("ScheduleKeyDeletion", key);
    }
    if (const std::string found = this->state(); found != state) {
        throw std::runtime_error("the key is " + found + ", not " + std::string(state));
    }
}

json Scene::describe(const std::string &keyId) {
    return must("DescribeKey", {{"KeyId", keyId}}).at("KeyMetadata");
}

std::string Scene::state() {
    return describe(value("key")).at("KeyState");
}

json Scene::filled(const json &part) {
    if (part.is_string()) {
        const std::string text = part;
        return text.starts_with('$') ? json(value(text.substr(1))) : part;
    }
    json whole = part;
    if (part.is_structured()) {
        for (auto &inner : whole) {
            inner = filled(inner);
        }
    }
    return whole;
}

json Scene::request(const RequestRow &row) {
    return filled(json::parse(row.request));
}

std::string Scene::value(const std::string &name) {
    const auto found = m_values.find(name);
    return found != m_values.end() ? found->second : m_values[name] = make(name);
}

std::string Scene::aliasOf(const std::string &keyId) {
    const std::string name = "alias/scene-" + std::to_string(++m_names);
    must("CreateAlias", {{"AliasName", name}, {"TargetKeyId", keyId}});
    return name;
}

std::string Scene::makeImport(const std::string &name) {
    if (!m_wish.external) { // such a key has no parameters for import: its origin is told before these are
                            // looked at
        m_values["wrapped"] = m_values["importToken"] = toBase64(Bytes(256, 1));
        return m_values[name];
    }
    const json parameters = must("GetParametersForImport", {{"KeyId", value("key")},
                                                            {"WrappingAlgorithm", "RSAES_OAEP_SHA_256"},
                                                            {"WrappingKeySpec", "RSA_2048"}});
    const Bytes spki = good(fromBase64(parameters.at("PublicKey").get<std::string>()), "no base64");
    const auto wrapping = good(crypto::RsaPublicKey::fromSpki(spki), "no wrapping key");
    m_values["wrapped"] = toBase64(good(
        wrapping.encryptOaep(crypto::OaepHash::Sha256, materialFor(m_wish.purpose).view()), "not wrapped"));
    m_values["importToken"] = parameters.at("ImportToken");
    return m_values[name];
}

std::string Scene::makeGrant(const std::string &name) {
    importMaterial();
    const json grant = must("CreateGrant", {{"KeyId", value("key")},
                                            {"GranteePrincipal", "arn:aws:iam::111122223333:role/reader"},
                                            {"Operations", {"DescribeKey", "RetireGrant"}}});
    m_values["grant"] = grant.at("GrantId");
    m_values["grantToken"] = grant.at("GrantToken");
    return m_values[name];
}

namespace {

/// What is no key's.
std::string constant(const std::string &name) {
    const std::map<std::string_view, std::string> texts = {
        {"unknownArn", std::string(arnPrefix) + std::string(unknownKeyId)},
        {"tooLong", toBase64(Bytes(4097))},
        {"tooLongForRsa", toBase64(Bytes(191))},
        {"longValue", std::string(257, 'v')},
    };
    const auto text = texts.find(name);
    if (text == texts.end()) {
        throw std::runtime_error("nothing makes $" + name);
    }
    return text->second;
}

} // namespace

std::string Scene::makeResult(const std::string &name) {
    importMaterial();
    const auto text = "dGV4dA==";
    const std::map<std::string_view, std::function<std::string()>> makers = {
        {"blob",
         [&]() -> std::string {
             return must("Encrypt", {{"KeyId", value("key")}, {"Plaintext", text}}).at("CiphertextBlob");
         }},
        {"otherBlob",
         [&]() -> std::string {
             return must("Encrypt", {{"KeyId", value("otherKey")}, {"Plaintext", text}}).at("CiphertextBlob");
         }},
        {"signature",
         [&]() -> std::string {
             const json request{
                 {"KeyId", value("key")}, {"Message", text}, {"SigningAlgorithm", "ECDSA_SHA_256"}};
             return must("Sign", request).at("Signature");
         }},
        {"mac",
         [&]() -> std::string {
             const json request{{"KeyId", value("key")}, {"Message", text}, {"MacAlgorithm", "HMAC_SHA_256"}};
             return must("GenerateMac", request).at("Mac");
         }},
        {"capsule",
         [&]() -> std::string {
             const json request{{"KeyId", value("key")}, {"EncapsulationAlgorithm", "ML_KEM"}};
             return must("Encapsulate", request).at("SharedSecretCiphertextBlob");
         }},
        {"peer",
         [&]() -> std::string {
             const json peer = create({.purpose = Purpose::Agreement});
             return must("GetPublicKey", {{"KeyId", peer.at("KeyId")}}).at("PublicKey");
         }},
        {"policy",
         [&]() -> std::string {
             return must("GetKeyPolicy", {{"KeyId", value("key")}}).at("Policy");
         }},
    };
    const auto maker = makers.find(name);
    return maker != makers.end() ? maker->second() : constant(name);
}

std::string Scene::make(const std::string &name) {
    const std::string arnOfAliases = std::string(arnPrefix.substr(0, arnPrefix.rfind("key/")));
    const std::map<std::string_view, std::function<std::string()>> makers = {
        {"alias", [&] { return aliasOf(value("key")); }},
        {"aliasArn", [&] { return arnOfAliases + value("alias"); }},
        {"newAlias", [&] { return "alias/scene-" + std::to_string(++m_names); }},
        {"otherKey", [&] { return create({}).at("KeyId").get<std::string>(); }},
        {"otherAlias", [&] { return aliasOf(value("otherKey")); }},
        {"rsaKey",
         [&]() -> std::string {
             const json key{{"KeySpec", "RSA_2048"}, {"KeyUsage", "ENCRYPT_DECRYPT"}};
             return must("CreateKey", key).at("KeyMetadata").at("KeyId");
         }},
        {"importToken", [&] { return makeImport(name); }},
        {"wrapped", [&] { return makeImport(name); }},
        {"grant", [&] { return makeGrant(name); }},
        {"grantToken", [&] { return makeGrant(name); }},
        {"replicated",
         [&] {
             importMaterial();
             must("ReplicateKey", {{"KeyId", value("key")}, {"ReplicaRegion", "eu-west-1"}});
             return value("key");
         }},
    };
    const auto maker = makers.find(name);
    return maker != makers.end() ? maker->second() : makeResult(name);
}

} // namespace keyturn::test
