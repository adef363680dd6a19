// SPDX-License-Identifier: Apache-2.0
// What a grant may say about a key.
#include "vault/handlers/faults.h"
#include "vault/handlers/grants.h"
#include "vault/handlers/principals.h"

#include "kms/encryption_context.h"

#include <algorithm>

namespace keyturn::vault {

using kms::GrantOperation;
using kms::KeyUsageType;

namespace {

constexpr std::size_t maxPairsPerConstraint = 8;
constexpr std::size_t maxConstraintValueLength = 384;

Fault invalidPrincipal(std::string_view arn) {
    return serviceFault(ErrorCode::InvalidArn,
                        "ARN does not refer to a valid principal: " + std::string(arn));
}

Status checkPrincipals(const kms::CreateGrant::Request &request) {
    if (!request.granteePrincipal && !request.granteeServicePrincipal) {
        return nullMemberFault("granteePrincipal");
    }
    if (request.granteePrincipal && request.granteeServicePrincipal) {
        return validationFault("You cannot specify GranteePrincipal and GranteeServicePrincipal in the same "
                               "request.");
    }
    if (request.retiringPrincipal && request.retiringServicePrincipal) {
        return validationFault("You cannot specify RetiringPrincipal and RetiringServicePrincipal in the "
                               "same request.");
    }
    for (const auto &principal : {request.granteePrincipal, request.retiringPrincipal}) {
        if (principal && !isPrincipalArn(*principal)) {
            return invalidPrincipal(*principal);
        }
    }
    const bool hasSource = request.constraints && request.constraints->sourceArn;
    const bool isRetirable = request.retiringPrincipal || request.retiringServicePrincipal;
    if (request.granteeServicePrincipal && (!hasSource || !isRetirable)) {
        return validationFault("A grant to a GranteeServicePrincipal needs a SourceArn constraint and a "
                               "retiring principal.");
    }
    return {};
}

bool isOfEveryKey(GrantOperation operation) {
    return operation == GrantOperation::CreateGrant || operation == GrantOperation::RetireGrant ||
           operation == GrantOperation::DescribeKey;
}

/// Whether a key of that kind has the operation at all.
bool fits(GrantOperation operation, const KeyState &key) {
    using enum GrantOperation;
    if (isOfEveryKey(operation)) {
        return true;
    }
    if (operation == GetPublicKey) {
        return !key.isSymmetric() && key.usage != KeyUsageType::GENERATE_VERIFY_MAC;
    }
    switch (key.usage) {
    case KeyUsageType::ENCRYPT_DECRYPT:
        return operation == Encrypt || operation == Decrypt || operation == ReEncryptFrom ||
               operation == ReEncryptTo ||
               (key.isSymmetric() &&
                (operation == GenerateDataKey || operation == GenerateDataKeyWithoutPlaintext ||
                 operation == GenerateDataKeyPair || operation == GenerateDataKeyPairWithoutPlaintext));
    case KeyUsageType::SIGN_VERIFY:
        return operation == Sign || operation == Verify;
    case KeyUsageType::GENERATE_VERIFY_MAC:
        return operation == GenerateMac || operation == VerifyMac;
    case KeyUsageType::KEY_AGREEMENT:
        return operation == DeriveSharedSecret;
    case KeyUsageType::ENCAPSULATE_DECAPSULATE:
        return operation == Encapsulate || operation == Decapsulate;
    }
    return false;
}

Status checkOperations(const kms::CreateGrant::Request &request, const KeyState &key) {
    if (request.operations->empty()) {
        return memberFault("[]", "operations", "Member must have length greater than or equal to 1");
    }
    for (const auto &operation : *request.operations) {
        const auto known = operation.known();
        if (!known || !fits(*known, key)) {
            return validationFault("Operation " + std::string(operation.text()) +
                                   " is not supported for a grant on " + key.arn + ": key usage is " +
                                   std::string(kms::Open(key.usage).text()) + ", key spec is " +
                                   std::string(kms::Open(key.spec).text()) + ".");
        }
    }
    return {};
}

/// UTF-8: every byte that does not continue a character begins one.
std::size_t lengthOf(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Status checkContext(const std::optional<kms::EncryptionContext> &context, std::string_view member,
                    const KeyState &key) {
    if (!context) {
        return {};
    }
    if (!key.isSymmetric()) {
        return validationFault(std::string(member) + " is for symmetric encryption keys only, and " +
                               key.arn + " is none.");
    }
    if (context->size() > maxPairsPerConstraint) {
        return validationFault(std::string(member) + " has more than 8 pairs.");
    }
    for (const auto &[name, value] : *context) {
        if (lengthOf(value) > maxConstraintValueLength) {
            return validationFault(std::string(member) + " has a value of more than 384 characters.");
        }
    }
    return {};
}

} // namespace

Status checkGrantWish(const kms::CreateGrant::Request &request, const KeyState &key) {
    if (auto principals = checkPrincipals(request); !principals) {
        return principals;
    }
    if (auto operations = checkOperations(request, key); !operations) {
        return operations;
    }
    if (!request.constraints) {
        return {};
    }
    auto equals = checkContext(request.constraints->encryptionContextEquals, "EncryptionContextEquals", key);
    return equals ? checkContext(request.constraints->encryptionContextSubset, "EncryptionContextSubset", key)
                  : std::move(equals);
}

} // namespace keyturn::vault
