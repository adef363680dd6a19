// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/faults.h"

namespace keyturn::vault {

Fault serviceFault(ErrorCode code, std::string message) {
    return fail(serviceError(code, std::move(message)));
}

Fault validationFault(std::string message) {
    return serviceFault(ErrorCode::Validation, std::move(message));
}

Fault memberFault(std::string_view value, std::string_view member, std::string_view constraint) {
    return validationFault("1 validation error detected: Value '" + std::string(value) + "' at '" +
                           std::string(member) +
                           "' failed to satisfy constraint: " + std::string(constraint));
}

Fault nullMemberFault(std::string_view member) {
    return validationFault("1 validation error detected: Value null at '" + std::string(member) +
                           "' failed to satisfy constraint: Member must not be null");
}

Fault unsupportedFault(std::string reason) {
    return serviceFault(ErrorCode::UnsupportedOperation, std::move(reason));
}

Fault invalidKeyIdFault(std::string_view text) {
    return serviceFault(ErrorCode::NotFound, "Invalid keyId '" + std::string(text) + "'");
}

Fault noSuchKeyFault(const VaultNames &names, std::string_view keyId) {
    return serviceFault(ErrorCode::NotFound, "Key '" + names.keyArn(keyId) + "' does not exist");
}

Fault noSuchAliasFault(const VaultNames &names, std::string_view aliasName) {
    return serviceFault(ErrorCode::NotFound, "Alias " + names.aliasArn(aliasName) + " is not found.");
}

Fault disabledFault(const KeyState &key) {
    return serviceFault(ErrorCode::Disabled, key.arn + " is disabled.");
}

Fault pendingDeletionFault(const KeyState &key) {
    return serviceFault(ErrorCode::KMSInvalidState, key.arn + " is pending deletion.");
}

Fault pendingImportFault(const KeyState &key) {
    return serviceFault(ErrorCode::KMSInvalidState, key.arn + " is pending import.");
}

Fault originFault(const KeyState &key) {
    return unsupportedFault(key.arn + " origin is " + (key.isImported ? "EXTERNAL" : "AWS_KMS") +
                            " which is not valid for this operation.");
}

Fault notPendingDeletionFault(const KeyState &key) {
    return serviceFault(ErrorCode::KMSInvalidState, key.arn + " is not pending deletion.");
}

Fault invalidCiphertextFault() {
    return serviceFault(ErrorCode::InvalidCiphertext);
}

Fault incorrectKeyFault() {
    return serviceFault(ErrorCode::IncorrectKey,
                        "The key ID in the request does not identify a CMK that can perform this operation.");
}

Fault algorithmFault(std::string_view algorithm, const KeyState &key) {
    return serviceFault(ErrorCode::InvalidKeyUsage, "Algorithm " + std::string(algorithm) +
                                                        " is incompatible with key spec " +
                                                        std::string(kms::Open(key.spec).text()) + ".");
}

Fault dryRunFault() {
    return serviceFault(ErrorCode::DryRunOperation,
                        "The request would have succeeded, but the DryRun option is set.");
}

} // namespace keyturn::vault
