// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/update_custom_key_store.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&UpdateCustomKeyStore::Request::customKeyStoreId>("CustomKeyStoreId").require().length(1, 64),
    field<&UpdateCustomKeyStore::Request::newCustomKeyStoreName>("NewCustomKeyStoreName").length(1, 256),
    field<&UpdateCustomKeyStore::Request::keyStorePassword>("KeyStorePassword").length(7, 32),
    field<&UpdateCustomKeyStore::Request::cloudHsmClusterId>("CloudHsmClusterId")
        .length(19, 24)
        .matching(R"re(cluster-[2-7a-zA-Z]{11,16})re"),
    field<&UpdateCustomKeyStore::Request::xksProxyUriEndpoint>("XksProxyUriEndpoint")
        .length(10, 128)
        .matching(R"re(^https://[a-zA-Z0-9.-]+$)re"),
    field<&UpdateCustomKeyStore::Request::xksProxyUriPath>("XksProxyUriPath")
        .length(10, 128)
        .matching(R"re(^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$)re"),
    field<&UpdateCustomKeyStore::Request::xksProxyVpcEndpointServiceName>("XksProxyVpcEndpointServiceName")
        .length(20, 64)
        .matching(R"re(^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$)re"),
    field<&UpdateCustomKeyStore::Request::xksProxyVpcEndpointServiceOwner>("XksProxyVpcEndpointServiceOwner")
        .length(12, 12)
        .matching(R"re([0-9]{12})re"),
    field<&UpdateCustomKeyStore::Request::xksProxyAuthenticationCredential>(
        "XksProxyAuthenticationCredential"),
    field<&UpdateCustomKeyStore::Request::xksProxyConnectivity>("XksProxyConnectivity"),
};

constexpr PermissionNeed permissions[] = {{"kms:UpdateCustomKeyStore", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CloudHsmClusterInvalidConfiguration,
                                ErrorCode::CloudHsmClusterNotActive,
                                ErrorCode::CloudHsmClusterNotFound,
                                ErrorCode::CloudHsmClusterNotRelated,
                                ErrorCode::CustomKeyStoreInvalidState,
                                ErrorCode::CustomKeyStoreNameInUse,
                                ErrorCode::CustomKeyStoreNotFound,
                                ErrorCode::KMSInternal,
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

const OperationInfo &UpdateCustomKeyStore::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "UpdateCustomKeyStore",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<UpdateCustomKeyStore>,
        .makeReply = &makeReply<UpdateCustomKeyStore>,
    };
    return info;
}

} // namespace keyturn::kms
