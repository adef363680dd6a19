// SPDX-License-Identifier: Apache-2.0
// A vault of a test, and imports into its keys as a person does them: parameters, wrapping, import.
#pragma once

#include "fakes/wrapped_material.h"
#include "kms_vault.h"

#include "kms/operations/delete_imported_key_material.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/get_parameters_for_import.h"
#include "kms/operations/import_key_material.h"
#include "kms/operations/list_key_rotations.h"

namespace keyturn::test {

using ImportRequest = kms::ImportKeyMaterial::Request;

class ImportVault : public KmsVault {
public:
    using KmsVault::KmsVault;

    std::string makeImportedKey(kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT,
                                kms::KeyUsageType usage = kms::KeyUsageType::ENCRYPT_DECRYPT) {
        kms::CreateKey::Request request;
        request.keySpec = spec;
        request.keyUsage = usage;
        request.origin = kms::OriginType::EXTERNAL;
        auto reply = call<kms::CreateKey>(std::move(request));
        if (!reply) {
            qFatal("no key: %s", qPrintable(told(reply)));
        }
        return *reply->keyMetadata->keyId;
    }
    kms::GetParametersForImport::Reply
    parameters(const std::string &keyId,
               kms::AlgorithmSpec algorithm = kms::AlgorithmSpec::RSAES_OAEP_SHA_256,
               kms::WrappingKeySpec spec = kms::WrappingKeySpec::RSA_2048) {
        auto reply = call<kms::GetParametersForImport>({keyId, algorithm, spec});
        if (!reply) {
            qFatal("no parameters: %s", qPrintable(told(reply)));
        }
        return std::move(*reply);
    }
    /// A request for `material`, which does not expire.
    ImportRequest request(const std::string &keyId, ByteView material,
                          kms::AlgorithmSpec algorithm = kms::AlgorithmSpec::RSAES_OAEP_SHA_256,
                          kms::WrappingKeySpec spec = kms::WrappingKeySpec::RSA_2048) {
        const auto given = parameters(keyId, algorithm, spec);
        ImportRequest request;
        request.keyId = keyId;
        request.importToken = given.importToken;
        request.encryptedKeyMaterial = wrappedMaterial(algorithm, given.publicKey->view(), material);
        request.expirationModel = kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
        return request;
    }
    Result<kms::ImportKeyMaterial::Reply> import(ImportRequest request) {
        return call<kms::ImportKeyMaterial>(std::move(request));
    }
    /// With as little RSA as can be: parameters are asked for once a key.
    Result<kms::ImportKeyMaterial::Reply> import(const std::string &keyId, ByteView material,
                                                 std::function<void(ImportRequest &)> change = {}) {
        auto [entry, isNew] = m_parameters.try_emplace(keyId);
        if (isNew) {
            entry->second = parameters(keyId);
        }
        ImportRequest made;
        made.keyId = keyId;
        made.importToken = entry->second.importToken;
        made.encryptedKeyMaterial = wrappedMaterial(kms::AlgorithmSpec::RSAES_OAEP_SHA_256,
                                                    entry->second.publicKey->view(), material);
        made.expirationModel = kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
        if (change) {
            change(made);
        }
        return import(std::move(made));
    }
    kms::KeyMetadata describe(const std::string &keyId) {
        auto reply = call<kms::DescribeKey>({keyId, {}});
        return reply ? std::move(*reply->keyMetadata) : kms::KeyMetadata();
    }
    QString state(const std::string &keyId) {
        const auto metadata = describe(keyId);
        return metadata.keyState ? qstring(metadata.keyState->text()) : QString();
    }
    std::vector<kms::RotationsListEntry> materials(const std::string &keyId) {
        kms::ListKeyRotations::Request asked;
        asked.keyId = keyId;
        asked.includeKeyMaterial = kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
        auto reply = call<kms::ListKeyRotations>(std::move(asked));
        return reply ? std::move(*reply->rotations) : std::vector<kms::RotationsListEntry>();
    }

private:
    std::map<std::string, kms::GetParametersForImport::Reply> m_parameters;
};

} // namespace keyturn::test
