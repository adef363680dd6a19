// SPDX-License-Identifier: Apache-2.0
#include "endpoint/caller.h"

#include "kms/json.h"
#include "sigv4/verifier.h"

namespace keyturn::endpoint {

Result<Caller> authenticate(const HttpRequest &request, const Signers &signers, Timestamp now) {
    Caller caller;
    const sigv4::RequestView view{
        request.method, request.target, {}, request.headers, asBytes(request.body.view())};
    sigv4::VerifierOptions options{"kms", signers.region, now};
    options.otherRegions = signers.otherRegions;
    auto verified = sigv4::verify(view, options, [&](std::string_view id) -> const SecretBytes * {
        caller.key = signers.keys.find(id);
        return caller.key != nullptr ? &caller.key->secret : nullptr;
    });
    if (!signers.keys.isOpen()) { // last: it may be locked meanwhile, and then nobody is recognised
        return fail(ErrorCode::VaultLocked, "the vault is locked", ErrorOrigin::Vault);
    }
    if (!verified) {
        return fail(verified.error());
    }
    if (verified->region != signers.region) {
        caller.region = std::move(verified->region);
    }
    caller.key->noteUse(now);
    return caller;
}

const kms::OperationInfo *operationOf(const HttpRequest &request) {
    constexpr std::string_view prefix = "TrentService.";
    const sigv4::HeaderView *target = request.header("x-amz-target");
    if (target == nullptr || request.count("x-amz-target") != 1 || !target->value.starts_with(prefix)) {
        return nullptr;
    }
    return kms::findOperation(target->value.substr(prefix.size()));
}

Result<kms::AnyRequest> decode(const HttpRequest &request, const kms::OperationInfo &operation) {
    kms::AnyRequest decoded = operation.makeRequest();
    if (auto read = kms::readJson(request.body.view(), operation.request, decoded.object()); !read) {
        return fail(serviceError(ErrorCode::Serialization, read.error().detail, ErrorOrigin::Service));
    }
    return decoded;
}

} // namespace keyturn::endpoint
