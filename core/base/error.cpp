// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace keyturn::inline base {

namespace {

struct CodeRow {
    ErrorCode code;
    std::string_view name;
    bool fromService;
};

using enum ErrorCode;

/// In the order of the enum, so that a code is its row's index.
constexpr std::array codeRows{
    CodeRow{Unknown, "Unknown", false},
    CodeRow{AlreadyExists, "AlreadyExistsException", true},
    CodeRow{CloudHsmClusterInUse, "CloudHsmClusterInUseException", true},
    CodeRow{CloudHsmClusterInvalidConfiguration, "CloudHsmClusterInvalidConfigurationException", true},
    CodeRow{CloudHsmClusterNotActive, "CloudHsmClusterNotActiveException", true},
    CodeRow{CloudHsmClusterNotFound, "CloudHsmClusterNotFoundException", true},
    CodeRow{CloudHsmClusterNotRelated, "CloudHsmClusterNotRelatedException", true},
    CodeRow{Conflict, "ConflictException", true},
    CodeRow{CustomKeyStoreHasCMKs, "CustomKeyStoreHasCMKsException", true},
    CodeRow{CustomKeyStoreInvalidState, "CustomKeyStoreInvalidStateException", true},
    CodeRow{CustomKeyStoreNameInUse, "CustomKeyStoreNameInUseException", true},
    CodeRow{CustomKeyStoreNotFound, "CustomKeyStoreNotFoundException", true},
    CodeRow{DependencyTimeout, "DependencyTimeoutException", true},
    CodeRow{Disabled, "DisabledException", true},
    CodeRow{DryRunOperation, "DryRunOperationException", true},
    CodeRow{ExpiredImportToken, "ExpiredImportTokenException", true},
    CodeRow{IncorrectKey, "IncorrectKeyException", true},
    CodeRow{IncorrectKeyMaterial, "IncorrectKeyMaterialException", true},
    CodeRow{IncorrectTrustAnchor, "IncorrectTrustAnchorException", true},
    CodeRow{InvalidAliasName, "InvalidAliasNameException", true},
    CodeRow{InvalidArn, "InvalidArnException", true},
    CodeRow{InvalidCiphertext, "InvalidCiphertextException", true},
    CodeRow{InvalidGrantId, "InvalidGrantIdException", true},
    CodeRow{InvalidGrantToken, "InvalidGrantTokenException", true},
    CodeRow{InvalidImportToken, "InvalidImportTokenException", true},
    CodeRow{InvalidKeyUsage, "InvalidKeyUsageException", true},
    CodeRow{InvalidMarker, "InvalidMarkerException", true},
    CodeRow{KMSInternal, "KMSInternalException", true},
    CodeRow{KMSInvalidMac, "KMSInvalidMacException", true},
    CodeRow{KMSInvalidSignature, "KMSInvalidSignatureException", true},
    CodeRow{KMSInvalidState, "KMSInvalidStateException", true},
    CodeRow{KeyUnavailable, "KeyUnavailableException", true},
    CodeRow{LimitExceeded, "LimitExceededException", true},
    CodeRow{MalformedPolicyDocument, "MalformedPolicyDocumentException", true},
    CodeRow{NotFound, "NotFoundException", true},
    CodeRow{Tag, "TagException", true},
    CodeRow{UnsupportedOperation, "UnsupportedOperationException", true},
    CodeRow{XksKeyAlreadyInUse, "XksKeyAlreadyInUseException", true},
    CodeRow{XksKeyInvalidConfiguration, "XksKeyInvalidConfigurationException", true},
    CodeRow{XksKeyNotFound, "XksKeyNotFoundException", true},
    CodeRow{XksProxyIncorrectAuthenticationCredential, "XksProxyIncorrectAuthenticationCredentialException",
            true},
    CodeRow{XksProxyInvalidConfiguration, "XksProxyInvalidConfigurationException", true},
    CodeRow{XksProxyInvalidResponse, "XksProxyInvalidResponseException", true},
    CodeRow{XksProxyUriEndpointInUse, "XksProxyUriEndpointInUseException", true},
    CodeRow{XksProxyUriInUse, "XksProxyUriInUseException", true},
    CodeRow{XksProxyUriUnreachable, "XksProxyUriUnreachableException", true},
    CodeRow{XksProxyVpcEndpointServiceInUse, "XksProxyVpcEndpointServiceInUseException", true},
    CodeRow{XksProxyVpcEndpointServiceInvalidConfiguration,
            "XksProxyVpcEndpointServiceInvalidConfigurationException", true},
    CodeRow{XksProxyVpcEndpointServiceNotFound, "XksProxyVpcEndpointServiceNotFoundException", true},

    CodeRow{Validation, "ValidationException", true},
    CodeRow{AccessDenied, "AccessDeniedException", true},
    CodeRow{NotAuthorized, "NotAuthorizedException", true},
    CodeRow{Throttling, "ThrottlingException", true},
    CodeRow{UnrecognizedClient, "UnrecognizedClientException", true},
    CodeRow{InvalidClientTokenId, "InvalidClientTokenId", true},
    CodeRow{InvalidSignature, "InvalidSignatureException", true},
    CodeRow{IncompleteSignature, "IncompleteSignature", true},
    CodeRow{MissingAuthenticationToken, "MissingAuthenticationToken", true},
    CodeRow{ExpiredToken, "ExpiredToken", true},
    CodeRow{RequestExpired, "RequestExpired", true},
    CodeRow{UnknownOperation, "UnknownOperationException", true},
    CodeRow{Serialization, "SerializationException", true},
    CodeRow{InternalFailure, "InternalFailure", true},
    CodeRow{ServiceUnavailable, "ServiceUnavailable", true},
    CodeRow{RequestTimeout, "RequestTimeout", true},

    CodeRow{HostNotFound, "HostNotFound", false},
    CodeRow{ConnectionFailed, "ConnectionFailed", false},
    CodeRow{TlsFailed, "TlsFailed", false},
    CodeRow{TimedOut, "TimedOut", false},
    CodeRow{OutcomeUnknown, "OutcomeUnknown", false},
    CodeRow{Redirected, "Redirected", false},
    CodeRow{BadReply, "BadReply", false},
    CodeRow{ReplyTooLarge, "ReplyTooLarge", false},
    CodeRow{InsecureEndpoint, "InsecureEndpoint", false},

    CodeRow{Usage, "Usage", false},
    CodeRow{Configuration, "Configuration", false},
    CodeRow{NoCredentials, "NoCredentials", false},
    CodeRow{NoRegion, "NoRegion", false},
    CodeRow{ProfileNotFound, "ProfileNotFound", false},
    CodeRow{OtherRegion, "OtherRegion", false},
    CodeRow{ReadOnly, "ReadOnly", false},
    CodeRow{SafetyRefused, "SafetyRefused", false},
    CodeRow{Cancelled, "Cancelled", false},

    CodeRow{FileNotFound, "FileNotFound", false},
    CodeRow{FileExists, "FileExists", false},
    CodeRow{FileNotRegular, "FileNotRegular", false},
    CodeRow{PermissionDenied, "PermissionDenied", false},
    CodeRow{DiskFull, "DiskFull", false},
    CodeRow{IoFailed, "IoFailed", false},
    CodeRow{OutOfMemory, "OutOfMemory", false},

    CodeRow{NotAVault, "NotAVault", false},
    CodeRow{VaultInUse, "VaultInUse", false},
    CodeRow{VaultNewer, "VaultNewer", false},
    CodeRow{VaultDamaged, "VaultDamaged", false},
    CodeRow{VaultReadOnly, "VaultReadOnly", false},
    CodeRow{VaultLocked, "VaultLocked", false},
    CodeRow{WrongPassphrase, "WrongPassphrase", false},
    CodeRow{NoSuchSlot, "NoSuchSlot", false},
    CodeRow{KdfOutOfBounds, "KdfOutOfBounds", false},

    CodeRow{KeychainUnavailable, "KeychainUnavailable", false},
    CodeRow{KeychainLocked, "KeychainLocked", false},
    CodeRow{KeychainNotFoundOrLocked, "KeychainNotFoundOrLocked", false},
    CodeRow{KeychainTimedOut, "KeychainTimedOut", false},
    CodeRow{KeychainDenied, "KeychainDenied", false},

    CodeRow{CryptoFailed, "CryptoFailed", false},
    CodeRow{NotAuthentic, "NotAuthentic", false},
    CodeRow{BadEncoding, "BadEncoding", false},
    CodeRow{BadJson, "BadJson", false},
};

constexpr bool rowsFollowTheEnum() {
    for (std::size_t i = 0; i < codeRows.size(); ++i) {
        if (static_cast<std::size_t>(codeRows[i].code) != i) {
            return false;
        }
    }
    return codeRows.size() == static_cast<std::size_t>(Count_);
}
static_assert(rowsFollowTheEnum(), "one row per code, in the enum's order");

/// Other spellings that services use for the same thing (ecosystem.md section 2, kms-semantics.md section 1).
constexpr std::array<std::pair<std::string_view, ErrorCode>, 12> otherSpellings{{
    {"ValidationError", Validation},
    {"AuthorizationError", AccessDenied},
    {"ThrottledException", Throttling},
    {"RequestThrottled", Throttling},
    {"RequestThrottledException", Throttling},
    {"RequestLimitExceeded", Throttling},
    {"TooManyRequestsException", Throttling},
    {"SlowDown", Throttling},
    {"SignatureDoesNotMatch", InvalidSignature},
    {"InternalError", InternalFailure},
    {"InternalServerError", InternalFailure},
    {"InternalServerException", InternalFailure},
}};

constexpr std::string_view exceptionSuffix = "Exception";

std::string_view withoutSuffix(std::string_view name) {
    return name.ends_with(exceptionSuffix) ? name.substr(0, name.size() - exceptionSuffix.size()) : name;
}

bool isTransient(ErrorCode code) {
    return code == DependencyTimeout || code == KMSInternal || code == KeyUnavailable || code == Throttling ||
           code == InternalFailure || code == ServiceUnavailable || code == RequestTimeout;
}

ErrorCode codeOfErrno(int errnoValue) {
    switch (errnoValue) {
    case ENOENT:
    case ENOTDIR:
        return FileNotFound;
    case EEXIST:
        return FileExists;
    case EISDIR:
    case ELOOP:
        return FileNotRegular;
    case EACCES:
    case EPERM:
    case EROFS:
        return PermissionDenied;
    case ENOSPC:
    case EDQUOT:
        return DiskFull;
    case ENOMEM:
        return OutOfMemory;
    default:
        return IoFailed;
    }
}

} // namespace

std::string_view errorCodeName(ErrorCode code) {
    const auto index = static_cast<std::size_t>(code);
    return index < codeRows.size() ? codeRows[index].name : codeRows[0].name;
}

ErrorCode errorCodeFromServiceName(std::string_view name) {
    for (const CodeRow &row : codeRows) {
        if (row.fromService && withoutSuffix(row.name) == withoutSuffix(name)) {
            return row.code;
        }
    }
    for (const auto &[spelling, code] : otherSpellings) {
        if (spelling == name) {
            return code;
        }
    }
    return Unknown;
}

bool isServiceCode(ErrorCode code) {
    const auto index = static_cast<std::size_t>(code);
    return index < codeRows.size() && codeRows[index].fromService;
}

Error serviceError(ErrorCode code, std::string message, ErrorOrigin origin) {
    Error error;
    error.code = code;
    error.origin = origin;
    error.retryable = isTransient(code);
    error.serviceCode = std::string(errorCodeName(code));
    error.serviceMessage = std::move(message);
    return error;
}

Error clientError(ErrorCode code, std::string detail, ErrorOrigin origin) {
    Error error;
    error.code = code;
    error.origin = origin;
    error.detail = std::move(detail);
    return error;
}

Error systemError(int errnoValue, std::string what) {
    what += ": ";
    what += std::generic_category().message(errnoValue);
    return clientError(codeOfErrno(errnoValue), std::move(what), ErrorOrigin::System);
}

} // namespace keyturn::inline base
