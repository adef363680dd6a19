// SPDX-License-Identifier: Apache-2.0
// RefreshingCredentials: a source that fetches when first asked and renews before expiry: from 15 minutes
// before it in the background, from 10 minutes before it callers wait, as botocore. However many callers
// wait, one fetch runs. A failed renewal is told to the callers only once the old credentials are of no use
// any more (botocore tells it 10 minutes earlier); until then they are handed out, and the next try comes a
// minute later. Any thread; the fetch runs in a thread of the source, which the destructor cancels and joins:
// the last reference must not be dropped inside a `done`. Errors: those of the fetch, and Cancelled.
#pragma once

#include "credentials/credentials.h"

namespace keyturn::credentials {

enum class FetchReason {
    First,
    Renewal, ///< the old ones are about to expire
    Refused  ///< the service did not take the old ones: a cached session must not come back
};

/// Blocks until it has new credentials. Called on the source's own thread, one call at a time.
using FetchCredentials = UniqueFunction<Result<Credentials>(FetchReason reason, const CancelToken &cancel)>;

inline constexpr std::chrono::minutes advisoryRenewal{15};
inline constexpr std::chrono::minutes mandatoryRenewal{10};

/// `source` is what errors call it before anything was fetched; `clock` gives the time after a fetch.
std::shared_ptr<CredentialsSource> refreshingCredentials(FetchCredentials fetch, std::string source,
                                                         std::shared_ptr<const Clock> clock);

} // namespace keyturn::credentials
