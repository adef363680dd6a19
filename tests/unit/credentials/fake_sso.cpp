// SPDX-License-Identifier: Apache-2.0
#include "fake_sso.h"

namespace keyturn::test {

namespace {

std::string json(int status, const std::string &body, const std::string &errorType = {}) {
    std::vector<std::pair<std::string, std::string>> headers = {{"Content-Type", "application/json"}};
    if (!errorType.empty()) {
        headers.emplace_back("x-amzn-ErrorType", errorType + ":http://internal.amazon.com/");
    }
    return httpAnswer(status, body, headers);
}

bool has(const PeerRequest &request, const std::string &text) {
    return request.body.find(text) != std::string::npos;
}

std::string epoch(Timestamp time, std::int64_t perSecond) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count() *
                          perSecond);
}

} // namespace

FakeSso::FakeSso(std::function<Timestamp()> now)
    : m_now(std::move(now))
    , m_peer(answerAll([this](const PeerRequest &request) { return answer(request); })) {}

std::vector<std::string> FakeSso::calls() const {
    std::vector<std::string> out;
    for (const PeerRequest &request : m_peer.requests()) {
        out.push_back(request.target.substr(0, request.target.find('?')));
    }
    return out;
}

std::string FakeSso::answer(const PeerRequest &request) {
    const std::scoped_lock lock(mutex);
    if (request.target == "/client/register") {
        return json(200, R"({"clientId":"client-1","clientSecret":"client-CANARY","clientSecretExpiresAt":)" +
                             epoch(m_now() + std::chrono::hours(24 * 90), 1) + R"(,"scopes":["a","b"]})");
    }
    if (request.target == "/device_authorization") {
        return json(200, R"({"deviceCode":"device-CANARY","userCode":"ABCD-EFGH","verificationUri":")" +
                             verificationUri + R"(","verificationUriComplete":")" + verificationUri +
                             R"(?user_code=ABCD-EFGH","expiresIn":600,"interval":)" +
                             std::to_string(intervalSeconds) + "}");
    }
    if (request.target == "/token") {
        return token(request);
    }
    if (request.target.starts_with("/federation/credentials?")) {
        return roleCredentials(request);
    }
    return json(404, R"({"message":"no such path"})");
}

std::string FakeSso::token(const PeerRequest &request) {
    if (has(request, "\"refresh_token\"")) {
        const bool good = takesRefreshToken && has(request, "\"refreshToken\":\"refresh-CANARY-");
        return good ? newToken()
                    : json(400, R"({"error":"invalid_grant","error_description":"Invalid refresh token"})");
    }
    if (!has(request, "\"deviceCode\":\"device-CANARY\"") ||
        !has(request, "\"clientSecret\":\"client-CANARY\"")) {
        return json(401, R"({"error":"invalid_client"})", "InvalidClientException");
    }
    if (polls.empty()) {
        return newToken();
    }
    const std::string poll = polls.front();
    polls.pop_front();
    if (poll == "pending") {
        return json(400, R"({"error":"authorization_pending"})", "AuthorizationPendingException");
    }
    if (poll == "slow_down") {
        return json(400, R"({"error":"slow_down","error_description":"slow"})");
    }
    if (poll == "expired") {
        return json(400, R"({"error":"expired_token"})", "ExpiredTokenException");
    }
    if (poll == "denied") {
        return json(400, R"({"error":"access_denied"})", "AccessDeniedException");
    }
    return httpAnswer(503, "<html>busy CANARY</html>");
}

std::string FakeSso::newToken() {
    const std::string number = std::to_string(++m_tokens);
    goodTokens.insert("token-CANARY-" + number);
    return json(200, R"({"accessToken":"token-CANARY-)" + number + R"(","tokenType":"Bearer","expiresIn":)" +
                         std::to_string(tokenLife.count() * 60) +
                         (givesRefreshToken ? R"(,"refreshToken":"refresh-CANARY-)" + number + R"(")" : "") +
                         "}");
}

std::string FakeSso::roleCredentials(const PeerRequest &request) {
    if (!goodTokens.contains(request.header("x-amz-sso_bearer_token"))) {
        return json(401, R"({"message":"Session token not found or invalid"})", "UnauthorizedException");
    }
    if (request.target.find("role_name=Role%20One&account_id=111122223333") == std::string::npos) {
        return json(403, R"({"message":"No access"})", "ForbiddenException");
    }
    return json(200, R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"secret-CANARY",)"
                     R"("sessionToken":"session-CANARY","expiration":)" +
                         epoch(m_now() + std::chrono::hours(1), 1000) + "}}");
}

} // namespace keyturn::test
