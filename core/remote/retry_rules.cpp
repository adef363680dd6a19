// SPDX-License-Identifier: Apache-2.0
#include "remote/retry_rules.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace keyturn::remote {

namespace {

/// LimitExceededException is on the SDKs' list and missing here: in KMS it means too many keys or grants.
constexpr std::array<std::string_view, 13> throttlingCodes = {"Throttling",
                                                              "ThrottlingException",
                                                              "ThrottledException",
                                                              "RequestThrottled",
                                                              "RequestThrottledException",
                                                              "TooManyRequestsException",
                                                              "ProvisionedThroughputExceededException",
                                                              "TransactionInProgressException",
                                                              "RequestLimitExceeded",
                                                              "BandwidthLimitExceeded",
                                                              "SlowDown",
                                                              "PriorRequestNotComplete",
                                                              "EC2ThrottledException"};

/// Server faults by their code; KMS sends the first three with a 5xx, others do not always.
constexpr std::array<std::string_view, 9> transientCodes = {
    "KMSInternalException",     "DependencyTimeoutException", "KeyUnavailableException",
    "RequestTimeout",           "RequestTimeoutException",    "InternalFailure",
    "InternalFailureException", "ServiceUnavailable",         "ServiceUnavailableException"};

template <std::size_t N>
bool isOneOf(const std::array<std::string_view, N> &list, std::string_view code) {
    return std::find(list.begin(), list.end(), code) != list.end();
}

bool isTransientStatus(int status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
}

bool isLostConnection(ErrorCode code) {
    return code == ErrorCode::ConnectionFailed || code == ErrorCode::TimedOut ||
           code == ErrorCode::HostNotFound;
}

} // namespace

bool isThrottling(const Error &error) {
    return isOneOf(throttlingCodes, error.serviceCode) ||
           (error.httpStatus == 429 && error.code != ErrorCode::LimitExceeded);
}

Verdict verdictOf(const kms::OperationInfo &operation, const Error &error, const AttemptFacts &facts) {
    if (!error.serviceCode.empty()) {
        // The service has answered: what it reports as failed was not carried out. The code decides; the
        // status has a say only where nobody knows the code.
        const bool again = isThrottling(error) || isOneOf(transientCodes, error.serviceCode) ||
                           (error.code == ErrorCode::Unknown && isTransientStatus(error.httpStatus));
        return again ? Verdict::Retry : Verdict::Final;
    }
    if (isLostConnection(error.code)) {
        return operation.retrySafe || !facts.sent ? Verdict::Retry : Verdict::OutcomeUnknown;
    }
    if (error.code == ErrorCode::BadReply || error.code == ErrorCode::ReplyTooLarge) {
        const bool turnedAway = error.httpStatus == 429 || error.httpStatus == 503;
        if (turnedAway || (isTransientStatus(error.httpStatus) && operation.retrySafe)) {
            return Verdict::Retry;
        }
        // A gateway's page, or a success that nobody can read.
        const bool maybeDone = isTransientStatus(error.httpStatus) || error.httpStatus == 200;
        return maybeDone && !operation.retrySafe ? Verdict::OutcomeUnknown : Verdict::Final;
    }
    return Verdict::Final;
}

std::chrono::milliseconds retryDelay(int retry, double random) {
    const double seconds = std::min(double(1u << std::min(retry, 10)), 20.0);
    return std::chrono::milliseconds(static_cast<long>(std::clamp(random, 0.0, 1.0) * seconds * 1000.0));
}

bool RetryQuota::take(const AttemptFacts &facts) {
    if (m_left < price(facts)) {
        return false;
    }
    m_left -= price(facts);
    return true;
}

void RetryQuota::giveBack(int lastPrice) {
    m_left = std::min(capacity, m_left + (lastPrice > 0 ? lastPrice : 1));
}

} // namespace keyturn::remote
