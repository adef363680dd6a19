// SPDX-License-Identifier: Apache-2.0
#include "remote/clock_offset.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace keyturn::remote {

namespace {

constexpr std::chrono::minutes worthCorrecting{4};

constexpr std::array<std::string_view, 8> codes = {
    "RequestTimeTooSkewed",  "RequestExpired", "RequestInTheFuture",    "InvalidSignatureException",
    "SignatureDoesNotMatch", "AuthFailure",    "AccessDeniedException", "NotAuthorizedException"};

} // namespace

bool mayBeAboutTime(const Error &error) {
    return std::find(codes.begin(), codes.end(), error.serviceCode) != codes.end();
}

bool ClockOffset::movedBy(const Error &error, std::optional<std::chrono::seconds> observed,
                          std::chrono::seconds used) {
    if (!observed || !mayBeAboutTime(error) || std::chrono::abs(*observed - used) < worthCorrecting) {
        return false;
    }
    m_offset = std::chrono::abs(*observed) < worthCorrecting ? std::chrono::seconds(0) : *observed;
    return true;
}

} // namespace keyturn::remote
