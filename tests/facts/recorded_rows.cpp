// SPDX-License-Identifier: Apache-2.0
#include "recorded_rows.h"

namespace keyturn::test {
namespace {

using enum Purpose;
const Recorded recorded[] = {
    {1, "Member must have length less than or equal to N",
     "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
     "Member must have length less than or equal to 4096",
     Encryption, "Encrypt", R"({"KeyId":"$key","Plaintext":"$tooLong"})"},
    {1, "Value at 'plaintext' failed ...",
     "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
     "Member must have length greater than or equal to 1",
     Encryption, "Encrypt", R"({"KeyId":"$key","Plaintext":""})"},
    {1, "... value greater than or equal to N",
     "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
     "Member must have value greater than or equal to 1",
     Encryption, "ListKeys", R"({"Limit":0})"},
    {1, "... satisfy enum value set: [A, B]",
     "ValidationException: 1 validation error detected: Value 'X' at 'keySpec' failed to satisfy constraint: "
     "Member must satisfy enum value set: [AES_256, AES_128]",
     Encryption, "GenerateDataKey", R"({"KeyId":"$key","KeySpec":"X"})"},
    {1, "tags.1.member.tagValue",
     "ValidationException: 1 validation error detected: Value '$longValue' at 'tags.1.member.tagValue' "
     "failed to "
     "satisfy constraint: Member must have length less than or equal to 256",
     Encryption, "TagResource", R"({"KeyId":"$key","Tags":[{"TagKey":"a","TagValue":"$longValue"}]})"},
    {1, "Invalid keyId '<x>'", "NotFoundException: Invalid keyId 'fake-key-id'", Encryption, "DescribeKey",
     R"({"KeyId":"fake-key-id"})"},
    {1, "Key '<arn>' does not exist", "NotFoundException: Key '$unknownArn' does not exist", Encryption,
     "DescribeKey", R"({"KeyId":"$unknownArn"})"},
    {1, "Invalid arn <region>", "NotFoundException: Invalid arn mars-north-7", Encryption, "DescribeKey",
     R"({"KeyId":"arn:aws:kms:mars-north-7:111122223333:key/00000000-0000-4000-8000-000000000000"})"},
    {1, "<arn> is disabled.", "DisabledException: $arn is disabled.", Encryption, "Encrypt",
     R"({"KeyId":"$key","Plaintext":"dGV4dA=="})", "Disabled"},
    {1, "<arn> is pending import.", "KMSInvalidStateException: $arn is pending import.", Encryption,
     "Encrypt", R"({"KeyId":"$key","Plaintext":"dGV4dA=="})", "PendingImport", true},
    {1, "<arn> key usage is X which is not valid for Op.",
     "InvalidKeyUsageException: $arn key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.", Macs,
     "Encrypt", R"({"KeyId":"$key","Plaintext":"dGV4dA=="})"},
    {1, "<arn> origin is AWS_KMS which is not valid for this operation.",
     "UnsupportedOperationException: $arn origin is AWS_KMS which is not valid for this operation.",
     Encryption, "GetParametersForImport",
     R"({"KeyId":"$key","WrappingAlgorithm":"RSAES_OAEP_SHA_256","WrappingKeySpec":"RSA_2048"})"},
    {1, "The request would have succeeded, but the DryRun option is set.",
     "DryRunOperationException: The request would have succeeded, but the DryRun option is set.", Encryption,
     "Encrypt", R"({"KeyId":"$key","Plaintext":"dGV4dA==","DryRun":true})"},
    {1, "", "InvalidCiphertextException", Encryption, "Decrypt", R"({"CiphertextBlob":"bm8gYmxvYg=="})"},
    {1, "", "KMSInvalidSignatureException", Signatures, "Verify",
     R"({"KeyId":"$key","Message":"b3RoZXI=","SigningAlgorithm":"ECDSA_SHA_256","Signature":"$signature"})"},
    {1, "", "KMSInvalidMacException", Macs, "VerifyMac",
     R"({"KeyId":"$key","Message":"b3RoZXI=","MacAlgorithm":"HMAC_SHA_256","Mac":"$mac"})"},
    {2, "No available key material pending rotation for the key: <arn>.",
     "KMSInvalidStateException: No available key material pending rotation for the key: $arn.", Encryption,
     "RotateKeyOnDemand", R"({"KeyId":"$key"})", "Enabled", true},
    {5, "Algorithm A and key spec S cannot encrypt data larger than N bytes.",
     "ValidationException: Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger "
     "than 190 "
     "bytes.",
     Encryption, "Encrypt",
     R"({"KeyId":"$rsaKey","Plaintext":"$tooLongForRsa","EncryptionAlgorithm":"RSAES_OAEP_SHA_256"})"},
    {6, "NumberOfBytes is required.", "ValidationException: NumberOfBytes is required.", Encryption,
     "GenerateRandom", "{}"},
    {7, "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
     "ValidationException: You must specify a KeyUsage value for all KMS keys except for symmetric "
     "encryption "
     "keys.",
     Encryption, "CreateKey", R"({"KeySpec":"RSA_2048"})"},
    {7, "KeyUsage X is not compatible with KeySpec Y",
     "ValidationException: KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT", Encryption,
     "CreateKey", R"({"KeySpec":"SYMMETRIC_DEFAULT","KeyUsage":"SIGN_VERIFY"})"},
    {7, "Digest is invalid length for algorithm A.",
     "ValidationException: Digest is invalid length for algorithm ECDSA_SHA_256.", Signatures, "Sign",
     R"({"KeyId":"$key","Message":"dGV4dA==","MessageType":"DIGEST","SigningAlgorithm":"ECDSA_SHA_256"})"},
    {7, "Algorithm A is incompatible with key spec S.",
     "InvalidKeyUsageException: Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.", Macs,
     "GenerateMac", R"({"KeyId":"$key","Message":"dGV4dA==","MacAlgorithm":"HMAC_SHA_512"})"},
    {9, "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
     "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
     Encryption, "ImportKeyMaterial",
     R"({"KeyId":"$key","ImportToken":"$importToken","EncryptedKeyMaterial":"$wrapped"})", "Enabled", true},
    {10, "<arn> is not a multi-region primary key.",
     "UnsupportedOperationException: $arn is not a multi-region primary key.", Encryption, "ReplicateKey",
     R"({"KeyId":"$key","ReplicaRegion":"us-west-2"})"},
};

} // namespace

std::span<const Recorded> recordedRows() {
    return recorded;
}

} // namespace keyturn::test
