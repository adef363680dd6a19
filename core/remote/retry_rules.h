// SPDX-License-Identifier: Apache-2.0
// When a failed attempt is worth another, and how long to wait before it: the standard rules of the AWS SDKs
// (ecosystem.md 2.1, classic generation) with what KMS does differently. Internal to this module. verdictOf
// and retryDelay are pure; a RetryQuota belongs to one thread.
#pragma once

#include "base/error.h"
#include "kms/operation.h"

#include <chrono>

namespace keyturn::remote {

/// How an attempt failed, beyond its error.
struct AttemptFacts {
    bool sent = false;     ///< the whole request had left: it may have been carried out
    bool timedOut = false; ///< we gave up waiting
};

enum class Verdict {
    Final,
    Retry,
    OutcomeUnknown ///< it may have been carried out, and doing it twice is not the same as once
};

/// The service asks for fewer requests: by its code, or 429 from whoever stands before it.
bool isThrottling(const Error &error);

Verdict verdictOf(const kms::OperationInfo &operation, const Error &error, const AttemptFacts &facts);

/// The delay before retry i (0, 1, ...): random (0 to 1) times min(2^i, 20) seconds.
std::chrono::milliseconds retryDelay(int retry, double random);

/// The client's allowance for retries: without it a broken endpoint would get every request three times.
class RetryQuota {
public:
    /// Takes the price of a retry, or says that the allowance is used up.
    bool take(const AttemptFacts &facts);
    /// After a success: gives back the last price of the call, or 1 when it was never retried.
    void giveBack(int lastPrice);
    static int price(const AttemptFacts &facts) { return facts.timedOut ? 10 : 5; }
    int left() const { return m_left; }

private:
    static constexpr int capacity = 500;
    int m_left = capacity;
};

} // namespace keyturn::remote
