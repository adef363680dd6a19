// SPDX-License-Identifier: Apache-2.0
// What went wrong, made once where the knowledge is. Turned into sentences only by kms/error_text.
// Plain values, no thread rule. Follows DESIGN.md section 3 "Errors".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keyturn::inline base {

/// Every failure that Keyturn tells apart. The first block is the 48 modelled KMS exceptions under
/// their wire names without "Exception"; then codes that KMS returns outside its model; then our own.
enum class ErrorCode : std::uint8_t {
    Unknown, ///< a service's code outside this list: Error::serviceCode has its own name

    // KMS exceptions (kms-api.json "errors")
    AlreadyExists,
    CloudHsmClusterInUse,
    CloudHsmClusterInvalidConfiguration,
    CloudHsmClusterNotActive,
    CloudHsmClusterNotFound,
    CloudHsmClusterNotRelated,
    Conflict,
    CustomKeyStoreHasCMKs,
    CustomKeyStoreInvalidState,
    CustomKeyStoreNameInUse,
    CustomKeyStoreNotFound,
    DependencyTimeout,
    Disabled,
    DryRunOperation,
    ExpiredImportToken,
    IncorrectKey,
    IncorrectKeyMaterial,
    IncorrectTrustAnchor,
    InvalidAliasName,
    InvalidArn,
    InvalidCiphertext,
    InvalidGrantId,
    InvalidGrantToken,
    InvalidImportToken,
    InvalidKeyUsage,
    InvalidMarker,
    KMSInternal,
    KMSInvalidMac,
    KMSInvalidSignature,
    KMSInvalidState,
    KeyUnavailable,
    LimitExceeded,
    MalformedPolicyDocument,
    NotFound,
    Tag,
    UnsupportedOperation,
    XksKeyAlreadyInUse,
    XksKeyInvalidConfiguration,
    XksKeyNotFound,
    XksProxyIncorrectAuthenticationCredential,
    XksProxyInvalidConfiguration,
    XksProxyInvalidResponse,
    XksProxyUriEndpointInUse,
    XksProxyUriInUse,
    XksProxyUriUnreachable,
    XksProxyVpcEndpointServiceInUse,
    XksProxyVpcEndpointServiceInvalidConfiguration,
    XksProxyVpcEndpointServiceNotFound,

    // Returned by services, outside the model (kms-semantics.md section 1)
    Validation,
    AccessDenied,
    NotAuthorized,
    Throttling,
    UnrecognizedClient,
    InvalidClientTokenId,
    InvalidSignature,
    IncompleteSignature,
    MissingAuthenticationToken,
    ExpiredToken,
    RequestExpired,
    UnknownOperation,
    Serialization,
    InternalFailure,
    ServiceUnavailable,
    RequestTimeout,

    // Network and transport
    HostNotFound,
    ConnectionFailed,
    TlsFailed,
    TimedOut,       ///< no answer in time, and nothing can have happened
    OutcomeUnknown, ///< the request was sent and the answer was lost: it may have been carried out
    Redirected,
    BadReply, ///< the answer is no valid reply of this operation
    ReplyTooLarge,
    InsecureEndpoint, ///< http:// to a host that is not loopback

    // Configuration and use
    Usage, ///< the caller's words are off; detail names the field and the fix
    Configuration,
    NoCredentials,
    NoRegion,
    ProfileNotFound,
    OtherRegion, ///< an ARN of another Region than the connection's: refused before any call
    ReadOnly,
    SafetyRefused, ///< the profile's safety level or deletion window does not let it pass
    Cancelled,     ///< not an error to show: the person stopped it

    // Files and operating system
    FileNotFound,
    FileExists,
    FileNotRegular,
    PermissionDenied,
    DiskFull,
    IoFailed,
    OutOfMemory,

    // Vault
    NotAVault,
    VaultInUse,
    VaultNewer,
    VaultDamaged,
    VaultReadOnly,
    VaultLocked,
    WrongPassphrase,
    NoSuchSlot,
    KdfOutOfBounds,

    // Keychain
    KeychainUnavailable,
    KeychainLocked,
    KeychainNotFoundOrLocked, ///< the backend cannot tell a missing item from a locked keyring
    KeychainTimedOut,
    KeychainDenied,

    // Cryptography and data
    CryptoFailed,
    NotAuthentic,
    BadEncoding,
    BadJson,

    Count_ ///< number of codes; never a value
};

/// Who found the fault.
enum class ErrorOrigin : std::uint8_t { Client, Service, Vault, Network, System };

/// One failure. `serviceCode` and `serviceMessage` are the service's own, verbatim; either may be empty.
struct Error {
    ErrorCode code = ErrorCode::Unknown;
    ErrorOrigin origin = ErrorOrigin::Client;
    bool retryable = false;
    int httpStatus = 0;         ///< 0 where no HTTP answer was seen
    int attempts = 0;           ///< attempts made on the wire, 0 where it never got there
    std::string serviceCode;    ///< e.g. "DisabledException"
    std::string serviceMessage; ///< e.g. "arn:aws:kms:... is disabled."
    std::string operation;      ///< e.g. "ReEncrypt"; empty outside operations
    std::string requestId;
    std::string detail; ///< for people who look closer: names field, file or limit; never input bytes

    bool operator==(const Error &) const = default;
};

/// The name of a code: for KMS exceptions the wire name ("DisabledException"), else the enumerator's.
std::string_view errorCodeName(ErrorCode code);

/// The code for a service's own name ("DisabledException", "Throttling", ...), Unknown if not listed.
ErrorCode errorCodeFromServiceName(std::string_view name);

/// True for codes that a service sends (modelled or not), so that they have a wire name.
bool isServiceCode(ErrorCode code);

/// An error as a KMS service makes it: code, its wire name, and message verbatim.
Error serviceError(ErrorCode code, std::string message = {}, ErrorOrigin origin = ErrorOrigin::Vault);

/// An error of ours. `detail` names the field and the fix.
Error clientError(ErrorCode code, std::string detail, ErrorOrigin origin = ErrorOrigin::Client);

/// An error of a failed system call: errno mapped to a code, `what` names the file or the act.
Error systemError(int errnoValue, std::string what);

} // namespace keyturn::inline base
