// SPDX-License-Identifier: Apache-2.0
// Imported key material (kms-semantics.md sections 2, 8 and 9).
#include "fakes/wrapped_material.h"
#include "probe.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/delete_imported_key_material.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/generate_mac.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/get_parameters_for_import.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/import_key_material.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/tag_resource.h"

namespace keyturn::contract {
namespace {

using kms::AlgorithmSpec;
using kms::DeleteImportedKeyMaterial;
using kms::GetParametersForImport;
using kms::ImportKeyMaterial;
using kms::ImportType;
using kms::KeySpec;
using kms::KeyUsageType;
using kms::RotateKeyOnDemand;
using kms::WrappingKeySpec;
using Change = std::function<void(ImportKeyMaterial::Request &)>;

constexpr auto oaep = AlgorithmSpec::RSAES_OAEP_SHA_256;

kms::KeyMetadata newImportedKey(Probe &probe, KeySpec spec = KeySpec::SYMMETRIC_DEFAULT,
                                KeyUsageType usage = KeyUsageType::ENCRYPT_DECRYPT) {
    return probe.newKey({.keyUsage = usage, .keySpec = spec, .origin = kms::OriginType::EXTERNAL});
}

/// A key that takes imports, with its parameters: every import of a fact uses the same.
class Importer {
public:
    explicit Importer(Probe &probe, KeySpec spec = KeySpec::SYMMETRIC_DEFAULT,
                      KeyUsageType usage = KeyUsageType::ENCRYPT_DECRYPT, AlgorithmSpec algorithm = oaep)
        : m_probe(probe)
        , m_algorithm(algorithm)
        , m_key(newImportedKey(probe, spec, usage))
        , m_given(probe.must<GetParametersForImport>({.keyId = *m_key.keyId,
                                                      .wrappingAlgorithm = algorithm,
                                                      .wrappingKeySpec = WrappingKeySpec::RSA_2048})) {}

    const std::string &key() const { return *m_key.keyId; }
    const std::string &arn() const { return *m_key.arn; }
    const GetParametersForImport::Reply &given() const { return m_given; }
    std::string pendingImport() const { return arn() + " is pending import."; }

    ImportKeyMaterial::Request request(ByteView material, const Change &change = {}) const {
        ImportKeyMaterial::Request request;
        request.keyId = key();
        request.importToken = m_given.importToken;
        request.encryptedKeyMaterial =
            test::wrappedMaterial(m_algorithm, m_given.publicKey->view(), material);
        request.expirationModel = kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
        if (change) {
            change(request);
        }
        return request;
    }
    ImportKeyMaterial::Reply import(ByteView material, const Change &change = {}) {
        return m_probe.must<ImportKeyMaterial>(request(material, change));
    }

private:
    Probe &m_probe;
    AlgorithmSpec m_algorithm;
    kms::KeyMetadata m_key;
    GetParametersForImport::Reply m_given;
};

void asNew(ImportKeyMaterial::Request &request) {
    request.importType = ImportType::NEW_KEY_MATERIAL;
}

void add(Facts &facts, const char *name, std::function<void(Probe &)> check) {
    facts.push_back({name, std::move(check), Need::Import});
}

void addFirstImportFacts(Facts &facts) {
    add(facts, "CreateKey: a key for imports waits for its material", [](Probe &probe) {
        const auto key = newImportedKey(probe);
        probe.check(key.keyState == kms::KeyState::PendingImport && key.enabled == false, "another state");
        probe.check(key.origin == kms::OriginType::EXTERNAL, "Origin is another");
        probe.check(!key.expirationModel && !key.validTo && !key.currentKeyMaterialId,
                    "it tells of material that is not there");
    });
    add(facts, "ImportKeyMaterial: enables the key", [](Probe &probe) {
        Importer importer(probe);
        const auto reply = importer.import(test::randomMaterial(32));
        probe.equal("KeyId", *reply.keyId, importer.arn());
        const auto key = probe.describe(importer.key());
        probe.check(key.keyState == kms::KeyState::Enabled && key.enabled == true, "it is not enabled");
        probe.check(key.expirationModel == kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE,
                    "ExpirationModel is another");
        probe.equal("CurrentKeyMaterialId", *key.currentKeyMaterialId, *reply.keyMaterialId);
        probe.opensTo(probe.encrypt(importer.key()), "plaintext");
    });
    add(facts, "GetParametersForImport: a key and a token for a day", [](Probe &probe) {
        const Importer importer(probe);
        probe.equal("KeyId", *importer.given().keyId, importer.arn());
        probe.check(importer.given().parametersValidTo.has_value(), "no date");
        probe.check(crypto::RsaPublicKey::fromSpki(importer.given().publicKey->view())->sizeBits() == 2048,
                    "another wrapping key");
    });
    add(facts, "ImportKeyMaterial: an elliptic-curve key", [](Probe &probe) {
        Importer importer(probe, KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY);
        probe.refused<kms::GetPublicKey>({.keyId = importer.key()}, ErrorCode::KMSInvalidState,
                                         importer.pendingImport());
        const Bytes material = test::pkcs8Of(crypto::Curve::P256);
        probe.check(!importer.import(material).keyMaterialId, "KeyMaterialId is for symmetric keys");
        const auto spki =
            test::orAbort(test::orAbort(crypto::EcKeyPair::fromPkcs8(material)).publicKey().toSpki());
        probe.check(probe.must<kms::GetPublicKey>({.keyId = importer.key()}).publicKey == spki,
                    "the public key is another");
        probe.refused<ImportKeyMaterial>(importer.request(test::pkcs8Of(crypto::Curve::P256)),
                                         ErrorCode::IncorrectKeyMaterial);
    });
    add(facts, "ImportKeyMaterial: an RSA key", [](Probe &probe) {
        Importer importer(probe, KeySpec::RSA_2048, KeyUsageType::SIGN_VERIFY,
                          AlgorithmSpec::RSA_AES_KEY_WRAP_SHA_256);
        const auto pair = test::orAbort(crypto::RsaKeyPair::generate(2048));
        importer.import(test::orAbort(pair.toPkcs8()).view());
        probe.check(probe.must<kms::GetPublicKey>({.keyId = importer.key()}).publicKey ==
                        test::orAbort(pair.publicKey().toSpki()),
                    "the public key is another");
    });
    add(facts, "ImportKeyMaterial: an HMAC key", [](Probe &probe) {
        Importer importer(probe, KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC);
        const Bytes material = test::randomMaterial(32);
        importer.import(material);
        const crypto::HmacKey own(crypto::Hash::Sha256, SecretBytes::copyOf(material));
        const auto reply =
            probe.must<kms::GenerateMac>({.message = SecretBytes::copyOf("m"),
                                          .keyId = importer.key(),
                                          .macAlgorithm = kms::MacAlgorithmSpec::HMAC_SHA_256});
        probe.check(reply.mac == test::orAbort(own.compute(asBytes("m"))), "the tag is another");
    });
}

void addRefusalFacts(Facts &facts) {
    add(facts, "GetParametersForImport: RSAES_PKCS1_V1_5 is over", [](Probe &probe) {
        probe.refused<GetParametersForImport>({.keyId = *newImportedKey(probe).keyId,
                                               .wrappingAlgorithm = AlgorithmSpec::RSAES_PKCS1_V1_5,
                                               .wrappingKeySpec = WrappingKeySpec::RSA_2048},
                                              ErrorCode::UnsupportedOperation);
    });
    add(facts, "GetParametersForImport: a key that the service made", [](Probe &probe) {
        const auto key = probe.newKey();
        probe.refused<GetParametersForImport>(
            {.keyId = *key.keyId, .wrappingAlgorithm = oaep, .wrappingKeySpec = WrappingKeySpec::RSA_2048},
            ErrorCode::UnsupportedOperation,
            *key.arn + " origin is AWS_KMS which is not valid for this operation.");
        probe.refused<DeleteImportedKeyMaterial>(
            {.keyId = *key.keyId}, ErrorCode::UnsupportedOperation,
            *key.arn + " origin is AWS_KMS which is not valid for this operation.");
    });
    add(facts, "ImportKeyMaterial: a date is needed unless told otherwise", [](Probe &probe) {
        const Importer importer(probe);
        probe.refused<ImportKeyMaterial>(
            importer.request(test::randomMaterial(32),
                             [](auto &request) { request.expirationModel.reset(); }),
            ErrorCode::Validation,
            "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    });
    add(facts, "ImportKeyMaterial: the token of another key", [](Probe &probe) {
        const Importer importer(probe);
        const auto other = newImportedKey(probe);
        probe.refused<ImportKeyMaterial>(
            importer.request(test::randomMaterial(32), [&](auto &request) { request.keyId = other.keyId; }),
            ErrorCode::InvalidImportToken);
    });
    add(facts, "ImportKeyMaterial: what does not unwrap", [](Probe &probe) {
        const Importer importer(probe);
        probe.refused<ImportKeyMaterial>(
            importer.request(test::randomMaterial(32),
                             [](auto &request) { request.encryptedKeyMaterial->front() ^= 1; }),
            ErrorCode::InvalidCiphertext);
    });
    add(facts, "ImportKeyMaterial: material of another length", [](Probe &probe) {
        const Importer importer(probe);
        probe.refused<ImportKeyMaterial>(importer.request(test::randomMaterial(31)),
                                         ErrorCode::IncorrectKeyMaterial);
    });
}

void addWaitingFacts(Facts &facts) {
    add(facts, "pending import: refuses use and switching, takes names", [](Probe &probe) {
        const auto key = newImportedKey(probe);
        const std::string waiting = *key.arn + " is pending import.";
        kms::Encrypt::Request encryption;
        encryption.keyId = key.keyId;
        encryption.plaintext = SecretBytes::copyOf("x");
        probe.refused<kms::Encrypt>(std::move(encryption), ErrorCode::KMSInvalidState, waiting);
        probe.refused<kms::EnableKey>({.keyId = *key.keyId}, ErrorCode::KMSInvalidState, waiting);
        probe.refused<kms::DisableKey>({.keyId = *key.keyId}, ErrorCode::KMSInvalidState, waiting);
        probe.refused<RotateKeyOnDemand>({.keyId = *key.keyId}, ErrorCode::KMSInvalidState, waiting);
        probe.must<kms::TagResource>({.keyId = *key.keyId, .tags = {{kms::Tag{"a", "b"}}}});
        probe.newAlias(*key.keyId);
        probe.must<DeleteImportedKeyMaterial>({.keyId = *key.keyId});
        probe.must<kms::ScheduleKeyDeletion>({.keyId = *key.keyId});
        probe.must<kms::CancelKeyDeletion>({.keyId = *key.keyId});
    });
    add(facts, "imported keys: no automatic rotation", [](Probe &probe) {
        const auto key = newImportedKey(probe);
        probe.refused<kms::EnableKeyRotation>({.keyId = *key.keyId}, ErrorCode::UnsupportedOperation);
        probe.refused<kms::GetKeyRotationStatus>({.keyId = *key.keyId}, ErrorCode::UnsupportedOperation);
    });
}

void addLifeFacts(Facts &facts) {
    add(facts, "DeleteImportedKeyMaterial: nothing opens until the same comes back", [](Probe &probe) {
        Importer importer(probe);
        const Bytes material = test::randomMaterial(32);
        const auto imported = importer.import(material);
        const Bytes blob = probe.encrypt(importer.key());
        const auto deleted = probe.must<DeleteImportedKeyMaterial>({.keyId = importer.key()});
        probe.equal("KeyMaterialId", *deleted.keyMaterialId, *imported.keyMaterialId);
        probe.refused<kms::Decrypt>(probe.decryptRequest(blob), ErrorCode::KMSInvalidState,
                                    importer.pendingImport());
        probe.refused<ImportKeyMaterial>(importer.request(test::randomMaterial(32)),
                                         ErrorCode::IncorrectKeyMaterial);
        importer.import(material);
        probe.opensTo(blob, "plaintext");
    });
    add(facts, "RotateKeyOnDemand: imported material waits for it", [](Probe &probe) {
        Importer importer(probe);
        const auto first = importer.import(test::randomMaterial(32));
        probe.refused<RotateKeyOnDemand>(
            {.keyId = importer.key()}, ErrorCode::KMSInvalidState,
            "No available key material pending rotation for the key: " + importer.arn() + ".");
        const Bytes old = probe.encrypt(importer.key());
        const auto second = importer.import(test::randomMaterial(32), asNew);
        const Error third = probe.refused<ImportKeyMaterial>(
            importer.request(test::randomMaterial(32), asNew), ErrorCode::KMSInvalidState);
        probe.check(third.serviceMessage.ends_with(*second.keyMaterialId + ") is pending rotation."),
                    third.serviceMessage);
        const auto listed = probe.must<kms::ListKeyRotations>(
            {.keyId = importer.key(), .includeKeyMaterial = kms::IncludeKeyMaterial::ALL_KEY_MATERIAL});
        probe.equal("materials", static_cast<std::int64_t>(listed.rotations->size()), 2);
        probe.check(listed.rotations->back().keyMaterialState == kms::KeyMaterialState::PENDING_ROTATION,
                    "it does not wait");
        probe.equal("current", *probe.describe(importer.key()).currentKeyMaterialId, *first.keyMaterialId);
        probe.must<RotateKeyOnDemand>({.keyId = importer.key()});
        probe.equal("current", *probe.describe(importer.key()).currentKeyMaterialId, *second.keyMaterialId);
        probe.opensTo(old, "plaintext");
        const auto opened = probe.must<kms::Decrypt>(probe.decryptRequest(probe.encrypt(importer.key())));
        probe.equal("KeyMaterialId", *opened.keyMaterialId, *second.keyMaterialId);
    });
    facts.push_back({"imported keys: material expires",
                     [](Probe &probe) {
                         Importer importer(probe);
                         const Bytes material = test::randomMaterial(32);
                         // Two days on by the backend's clock, which the parameters tell.
                         const auto until = *importer.given().parametersValidTo + std::chrono::hours(24);
                         importer.import(material, [&](auto &request) {
                             request.expirationModel = kms::ExpirationModelType::KEY_MATERIAL_EXPIRES;
                             request.validTo = until;
                         });
                         const auto key = probe.describe(importer.key());
                         probe.check(key.validTo == until, "ValidTo is another");
                         const Bytes blob = probe.encrypt(importer.key());
                         probe.backend().advance(std::chrono::hours(48));
                         probe.refused<kms::Decrypt>(probe.decryptRequest(blob), ErrorCode::KMSInvalidState,
                                                     importer.pendingImport());
                         probe.refused<ImportKeyMaterial>(importer.request(material),
                                                          ErrorCode::ExpiredImportToken);
                     },
                     Need::ImportAndClock});
}

} // namespace

void addImportFacts(Facts &facts) {
    addFirstImportFacts(facts);
    addRefusalFacts(facts);
    addWaitingFacts(facts);
    addLifeFacts(facts);
}

} // namespace keyturn::contract
