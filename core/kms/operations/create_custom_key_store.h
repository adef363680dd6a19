// SPDX-License-Identifier: Apache-2.0
// CreateCustomKeyStore: request and reply as in kms-api.json, members in the order of the service model.
// Which members are needed follows from CustomKeyStoreType; the password and the proxy's credential are
// secrets. Plain values.
#pragma once

#include "base/secret_text.h"
#include "kms/enums.h"
#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct CreateCustomKeyStore {
    static constexpr OperationId id = OperationId::CreateCustomKeyStore;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> customKeyStoreName;     ///< required; 1 to 256 characters
        std::optional<std::string> cloudHsmClusterId;      ///< 19 to 24 characters
        std::optional<std::string> trustAnchorCertificate; ///< 1 to 5000 characters
        std::optional<SecretText> keyStorePassword;        ///< 7 to 32 characters
        std::optional<Open<CustomKeyStoreType>> customKeyStoreType;
        std::optional<std::string> xksProxyUriEndpoint;             ///< 10 to 128 characters
        std::optional<std::string> xksProxyUriPath;                 ///< 10 to 128 characters
        std::optional<std::string> xksProxyVpcEndpointServiceName;  ///< 20 to 64 characters
        std::optional<std::string> xksProxyVpcEndpointServiceOwner; ///< 12 to 12 characters
        std::optional<XksProxyAuthenticationCredentialType> xksProxyAuthenticationCredential;
        std::optional<Open<XksProxyConnectivityType>> xksProxyConnectivity;
    };
    struct Reply {
        std::optional<std::string> customKeyStoreId; ///< 1 to 64 characters
    };
};

} // namespace keyturn::kms
