// SPDX-License-Identifier: Apache-2.0
#include "credentials/chain.h"

namespace keyturn::credentials {

Result<Credentials> resolveCredentials(const Settings &settings, const Environment &environment,
                                       const AwsFiles &files, Timestamp now) {
    auto plan = planCredentials(settings, environment, files, now);
    if (!plan) {
        return failFrom(plan);
    }
    if (auto *keys = std::get_if<StaticKeys>(&plan->way)) {
        return std::move(keys->credentials);
    }
    return fail(ErrorCode::Configuration, "profile " + plan->profile + " gets its credentials from " +
                                              plan->source +
                                              ", which have to be fetched first: no access keys are at hand");
}

} // namespace keyturn::credentials
