// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/create_custom_key_store.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&CreateCustomKeyStore::Request::customKeyStoreName>("CustomKeyStoreName").require().length(1, 256),
    field<&CreateCustomKeyStore::Request::cloudHsmClusterId>("CloudHsmClusterId")
        .length(19, 24)
        .matching(R"re(cluster-[2-7a-zA-Z]{11,16})re"),
    field<&CreateCustomKeyStore::Request::trustAnchorCertificate>("TrustAnchorCertificate").length(1, 5000),
    field<&CreateCustomKeyStore::Request::keyStorePassword>("KeyStorePassword").length(7, 32),
    field<&CreateCustomKeyStore::Request::customKeyStoreType>("CustomKeyStoreType"),
    field<&CreateCustomKeyStore::Request::xksProxyUriEndpoint>("XksProxyUriEndpoint")
        .length(10, 128)
        .matching(R"re(^https://[a-zA-Z0-9.-]+$)re"),
    field<&CreateCustomKeyStore::Request::xksProxyUriPath>("XksProxyUriPath")
        .length(10, 128)
        .matching(R"re(^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$)re"),
    field<&CreateCustomKeyStore::Request::xksProxyVpcEndpointServiceName>("XksProxyVpcEndpointServiceName")
        .length(20, 64)
        .matching(R"re(^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$)re"),
    field<&CreateCustomKeyStore::Request::xksProxyVpcEndpointServiceOwner>("XksProxyVpcEndpointServiceOwner")
        .length(12, 12)
        .matching(R"re([0-9]{12})re"),
    field<&CreateCustomKeyStore::Request::xksProxyAuthenticationCredential>(
        "XksProxyAuthenticationCredential"),
    field<&CreateCustomKeyStore::Request::xksProxyConnectivity>("XksProxyConnectivity"),
};

constexpr Field replyFields[] = {
    field<&CreateCustomKeyStore::Reply::customKeyStoreId>("CustomKeyStoreId").length(1, 64),
};

constexpr PermissionNeed permissions[] = {{"kms:CreateCustomKeyStore", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CloudHsmClusterInUse,
                                ErrorCode::CloudHsmClusterInvalidConfiguration,
                                ErrorCode::CloudHsmClusterNotActive,
                                ErrorCode::CloudHsmClusterNotFound,
                                ErrorCode::CustomKeyStoreNameInUse,
                                ErrorCode::IncorrectTrustAnchor,
                                ErrorCode::KMSInternal,
                                ErrorCode::LimitExceeded,
                                ErrorCode::XksProxyIncorrectAuthenticationCredential,
                                ErrorCode::XksProxyInvalidConfiguration,
                                ErrorCode::XksProxyInvalidResponse,
                                ErrorCode::XksProxyUriEndpointInUse,
                                ErrorCode::XksProxyUriInUse,
                                ErrorCode::XksProxyUriUnreachable,
                                ErrorCode::XksProxyVpcEndpointServiceInUse,
                                ErrorCode::XksProxyVpcEndpointServiceInvalidConfiguration,
                                ErrorCode::XksProxyVpcEndpointServiceNotFound};

} // namespace

const OperationInfo &CreateCustomKeyStore::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "CreateCustomKeyStore",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = false,
        .crossAccount = false,
        .makeRequest = &makeRequest<CreateCustomKeyStore>,
        .makeReply = &makeReply<CreateCustomKeyStore>,
    };
    return info;
}

} // namespace keyturn::kms
