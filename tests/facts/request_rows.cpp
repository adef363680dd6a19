// SPDX-License-Identifier: Apache-2.0
#include "request_rows.h"

namespace keyturn::test {
namespace {

using enum Purpose;

constexpr RequestRow rows[] = {
    {"CancelKeyDeletion", "", Encryption, R"({"KeyId":"$key"})"},
    {"CreateAlias", "", Encryption, R"({"AliasName":"$newAlias","TargetKeyId":"$key"})"},
    {"CreateGrant", "", Encryption,
     R"({"KeyId":"$key","GranteePrincipal":"arn:aws:iam::111122223333:role/reader","Operations":["DescribeKey"]})"},
    {"Decapsulate", "", Encapsulation,
     R"({"KeyId":"$key","EncapsulationAlgorithm":"ML_KEM","SharedSecretCiphertextBlob":"$capsule"})"},
    {"Decrypt", "", Encryption, R"({"KeyId":"$key","CiphertextBlob":"$blob"})"},
    {"Decrypt", "named by the blob", Encryption, R"({"CiphertextBlob":"$blob"})"},
    {"DeleteAlias", "", Encryption, R"({"AliasName":"$alias"})"},
    {"DeleteImportedKeyMaterial", "", Encryption, R"({"KeyId":"$key"})"},
    {"DeriveSharedSecret", "", Agreement,
     R"({"KeyId":"$key","KeyAgreementAlgorithm":"ECDH","PublicKey":"$peer"})"},
    {"DescribeKey", "", Encryption, R"({"KeyId":"$key"})"},
    {"DisableKey", "", Encryption, R"({"KeyId":"$key"})"},
    {"DisableKeyRotation", "", Encryption, R"({"KeyId":"$key"})"},
    {"EnableKey", "", Encryption, R"({"KeyId":"$key"})"},
    {"EnableKeyRotation", "", Encryption, R"({"KeyId":"$key"})"},
    {"Encapsulate", "", Encapsulation, R"({"KeyId":"$key","EncapsulationAlgorithm":"ML_KEM"})"},
    {"Encrypt", "", Encryption, R"({"KeyId":"$key","Plaintext":"dGV4dA=="})"},
    {"GenerateDataKey", "", Encryption, R"({"KeyId":"$key","KeySpec":"AES_256"})"},
    {"GenerateDataKeyPair", "", Encryption, R"({"KeyId":"$key","KeyPairSpec":"ECC_NIST_P256"})"},
    {"GenerateDataKeyPairWithoutPlaintext", "", Encryption,
     R"({"KeyId":"$key","KeyPairSpec":"ECC_NIST_P256"})"},
    {"GenerateDataKeyWithoutPlaintext", "", Encryption, R"({"KeyId":"$key","NumberOfBytes":24})"},
    {"GenerateMac", "", Macs, R"({"KeyId":"$key","Message":"dGV4dA==","MacAlgorithm":"HMAC_SHA_256"})"},
    {"GetKeyLastUsage", "", Encryption, R"({"KeyId":"$key"})"},
    {"GetKeyPolicy", "", Encryption, R"({"KeyId":"$key"})"},
    {"GetKeyRotationStatus", "", Encryption, R"({"KeyId":"$key"})"},
    {"GetParametersForImport", "", Encryption,
     R"({"KeyId":"$key","WrappingAlgorithm":"RSAES_OAEP_SHA_256","WrappingKeySpec":"RSA_2048"})"},
    {"GetPublicKey", "", Signatures, R"({"KeyId":"$key"})"},
    {"ImportKeyMaterial", "", Encryption,
     R"({"KeyId":"$key","ImportToken":"$importToken","EncryptedKeyMaterial":"$wrapped",
         "ExpirationModel":"KEY_MATERIAL_DOES_NOT_EXPIRE"})"},
    {"ListAliases", "", Encryption, R"({"KeyId":"$key"})"},
    {"ListGrants", "", Encryption, R"({"KeyId":"$key"})"},
    {"ListKeyPolicies", "", Encryption, R"({"KeyId":"$key"})"},
    {"ListKeyRotations", "", Encryption, R"({"KeyId":"$key"})"},
    {"ListResourceTags", "", Encryption, R"({"KeyId":"$key"})"},
    {"PutKeyPolicy", "", Encryption, R"({"KeyId":"$key","Policy":"$policy"})"},
    {"ReEncrypt", "source", Encryption,
     R"({"CiphertextBlob":"$blob","SourceKeyId":"$key","DestinationKeyId":"$otherKey"})"},
    {"ReEncrypt", "destination", Encryption, R"({"CiphertextBlob":"$otherBlob","DestinationKeyId":"$key"})"},
    {"ReplicateKey", "", Encryption, R"({"KeyId":"$key","ReplicaRegion":"us-west-2"})", true},
    {"RetireGrant", "by its id", Encryption, R"({"KeyId":"$key","GrantId":"$grant"})"},
    {"RetireGrant", "by its token", Encryption, R"({"GrantToken":"$grantToken"})"},
    {"RevokeGrant", "", Encryption, R"({"KeyId":"$key","GrantId":"$grant"})"},
    {"RotateKeyOnDemand", "", Encryption, R"({"KeyId":"$key"})"},
    {"ScheduleKeyDeletion", "", Encryption, R"({"KeyId":"$key","PendingWindowInDays":7})"},
    {"Sign", "", Signatures, R"({"KeyId":"$key","Message":"dGV4dA==","SigningAlgorithm":"ECDSA_SHA_256"})"},
    {"TagResource", "", Encryption, R"({"KeyId":"$key","Tags":[{"TagKey":"a","TagValue":"b"}]})"},
    {"UntagResource", "", Encryption, R"({"KeyId":"$key","TagKeys":["a"]})"},
    {"UpdateAlias", "source", Encryption, R"({"AliasName":"$alias","TargetKeyId":"$otherKey"})"},
    {"UpdateAlias", "destination", Encryption, R"({"AliasName":"$otherAlias","TargetKeyId":"$key"})"},
    {"UpdateKeyDescription", "", Encryption, R"({"KeyId":"$key","Description":"d"})"},
    {"UpdatePrimaryRegion", "", Encryption, R"({"KeyId":"$replicated","PrimaryRegion":"eu-west-1"})", true},
    {"Verify", "", Signatures,
     R"({"KeyId":"$key","Message":"dGV4dA==","SigningAlgorithm":"ECDSA_SHA_256","Signature":"$signature"})"},
    {"VerifyMac", "", Macs,
     R"({"KeyId":"$key","Message":"dGV4dA==","MacAlgorithm":"HMAC_SHA_256","Mac":"$mac"})"},
};

} // namespace

std::span<const RequestRow> requestRows() {
    return rows;
}

std::vector<RequestRow> requestRowsOf(std::string_view operation) {
    std::vector<RequestRow> found;
    for (const RequestRow &row : rows) {
        if (row.operation == operation) {
            found.push_back(row);
        }
    }
    return found;
}

} // namespace keyturn::test
