// SPDX-License-Identifier: Apache-2.0
// GenerateMac and VerifyMac (kms-semantics.md section 7).
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/key_specs.h"
#include "vault/handlers/resolve.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

struct Mac {
    KeyPointer key;
    MaterialPointer material;
};

template <class Request>
Result<Mac> prepare(Call &call, const Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    if (auto usage = checkUsage(call, **key, kms::KeyUsageType::GENERATE_VERIFY_MAC); !usage) {
        return failFrom(usage);
    }
    const auto algorithms = macAlgorithmsOf((*key)->spec);
    if (std::find(algorithms.begin(), algorithms.end(), *request.macAlgorithm) == algorithms.end()) {
        return algorithmFault(request.macAlgorithm->text(), **key);
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    auto material = call.core.material(**key, (*key)->currentMaterial());
    if (!material) {
        return failFrom(material);
    }
    if ((*material)->hmac() == nullptr) {
        return fail(ErrorCode::VaultDamaged, "a key's material is of another kind than its key",
                    ErrorOrigin::Vault);
    }
    call.trace.used(*key, (*key)->currentMaterial(), 0);
    return Mac{std::move(*key), std::move(*material)};
}

} // namespace

Result<kms::GenerateMac::Reply> generateMac(Call &call, const kms::GenerateMac::Request &request) {
    const auto mac = prepare(call, request);
    if (!mac) {
        return tl::unexpected<Error>(mac.error());
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    auto tag = mac->material->hmac()->compute(request.message->view());
    if (!tag) {
        return failFrom(tag);
    }
    return kms::GenerateMac::Reply{std::move(*tag), request.macAlgorithm, mac->key->arn};
}

Result<kms::VerifyMac::Reply> verifyMac(Call &call, const kms::VerifyMac::Request &request) {
    const auto mac = prepare(call, request);
    if (!mac) {
        return tl::unexpected<Error>(mac.error());
    }
    if (auto matching = mac->material->hmac()->verify(request.message->view(), *request.mac); !matching) {
        if (matching.error().code != ErrorCode::NotAuthentic) {
            return failFrom(matching);
        }
        return serviceFault(ErrorCode::KMSInvalidMac);
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    return kms::VerifyMac::Reply{mac->key->arn, true, request.macAlgorithm};
}

} // namespace keyturn::vault
