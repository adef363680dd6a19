// SPDX-License-Identifier: Apache-2.0
#include "credentials/sso.h"

#include "credentials/flat_json.h"
#include "credentials/http_target.h"
#include "credentials/service_reply.h"

#include "kms/json.h"

#include <algorithm>

namespace keyturn::credentials {

namespace {

constexpr std::chrono::seconds refreshTime{10};
constexpr std::int64_t longestSeconds = 366LL * 24 * 3600; ///< more is no life of a token

/// A JSON object of texts, written inside secure memory.
class JsonBody {
public:
    JsonBody &add(std::string_view name, std::string_view value) {
        m_text.append(m_text.empty() ? "{" : ",");
        kms::appendJsonString(name, m_text);
        m_text.append(":");
        kms::appendJsonString(value, m_text);
        return *this;
    }
    JsonBody &add(std::string_view name, const std::vector<std::string> &values) {
        m_text.append(m_text.empty() ? "{" : ",");
        kms::appendJsonString(name, m_text);
        m_text.append(":[");
        for (std::size_t i = 0; i < values.size(); ++i) {
            m_text.append(i == 0 ? "" : ",");
            kms::appendJsonString(values[i], m_text);
        }
        m_text.append("]");
        return *this;
    }
    SecretText take() {
        m_text.append("}");
        return std::move(m_text);
    }

private:
    SecretText m_text;
};

SecretText secretOf(std::string_view text) {
    SecretText out;
    out.append(text);
    return out;
}

struct Answer {
    HttpReply reply;
    JsonMembers members;
};

/// The error of a refusal. OIDC names it in `error` ("authorization_pending") where no type is given.
Error refusal(const std::string &operation, const HttpReply &reply, const JsonMembers &members) {
    std::string code(kms::bareErrorCode(reply.errorType));
    for (const char *name : {"__type", "code", "error"}) {
        if (code.empty()) {
            code = kms::bareErrorCode(memberText(members, name));
        }
    }
    static const std::map<std::string, std::string> oauthNames = {
        {"authorization_pending", "AuthorizationPendingException"},
        {"slow_down", "SlowDownException"},
        {"expired_token", "ExpiredTokenException"},
        {"access_denied", "AccessDeniedException"},
        {"invalid_grant", "InvalidGrantException"},
        {"invalid_client", "InvalidClientException"},
        {"invalid_request", "InvalidRequestException"},
    };
    if (const auto found = oauthNames.find(code); found != oauthNames.end()) {
        code = found->second;
    }
    std::string message;
    for (const char *name : {"message", "Message", "error_description"}) {
        if (message.empty()) {
            message = memberText(members, name);
        }
    }
    return refusedBy(operation, reply, std::move(code), std::move(message), {});
}

Result<Answer> exchange(HttpClient &http, HttpRequest request, const std::string &operation,
                        const CancelToken &cancel) {
    auto reply = http.exchange(std::move(request), cancel);
    if (!reply) {
        reply.error().operation = operation;
        return failFrom(reply);
    }
    auto members = readFlatJson(reply->body.view(), Nested::Join);
    if (!members) {
        return fail(badReply(operation, *reply, "is no JSON object: " + members.error().detail));
    }
    if (reply->status != 200) {
        return fail(refusal(operation, *reply, *members));
    }
    return Answer{std::move(*reply), std::move(*members)};
}

Result<Answer> post(HttpClient &http, const ServiceEndpoint &oidc, const char *path, JsonBody body,
                    const std::string &operation, const CancelToken &cancel,
                    std::optional<std::chrono::milliseconds> timeout = {}) {
    HttpRequest request;
    request.timeout = timeout;
    request.url = joinUrl(oidc.url, path);
    request.headers.push_back({"Content-Type", secretOf("application/json")});
    request.body = body.take();
    return exchange(http, std::move(request), operation, cancel);
}

std::optional<std::chrono::seconds> lifeOf(const JsonMembers &members) {
    const auto seconds = memberNumber(members, "expiresIn");
    if (!seconds || *seconds == 0) {
        return std::nullopt;
    }
    return std::chrono::seconds(std::min(*seconds, longestSeconds));
}

Result<SsoToken> createToken(HttpClient &http, const ServiceEndpoint &oidc, JsonBody body, Timestamp now,
                             const CancelToken &cancel,
                             std::optional<std::chrono::milliseconds> timeout = {}) {
    const std::string operation = "CreateToken";
    auto answer = post(http, oidc, "token", std::move(body), operation, cancel, timeout);
    if (!answer) {
        return failFrom(answer);
    }
    const auto life = lifeOf(answer->members);
    const std::string_view token = memberText(answer->members, "accessToken");
    if (token.empty() || !life) {
        return fail(badReply(operation, answer->reply, "lacks the token or its life"));
    }
    return SsoToken{secretOf(token), secretOf(memberText(answer->members, "refreshToken")), now + *life};
}

} // namespace

Result<OidcClient> registerClient(HttpClient &http, const ServiceEndpoint &oidc,
                                  const std::vector<std::string> &scopes, const CancelToken &cancel) {
    const std::string operation = "RegisterClient";
    JsonBody body;
    body.add("clientName", "keyturn").add("clientType", "public");
    if (!scopes.empty()) {
        body.add("scopes", scopes);
    }
    auto answer = post(http, oidc, "client/register", std::move(body), operation, cancel);
    if (!answer) {
        return failFrom(answer);
    }
    const auto expires = memberNumber(answer->members, "clientSecretExpiresAt");
    OidcClient out{std::string(memberText(answer->members, "clientId")),
                   secretOf(memberText(answer->members, "clientSecret")),
                   Timestamp(std::chrono::seconds(std::min<std::int64_t>(expires.value_or(0), 1LL << 33)))};
    if (out.id.empty() || out.secret.empty() || !expires) {
        return fail(badReply(operation, answer->reply, "lacks the client's id, its secret or its end"));
    }
    return out;
}

Result<DeviceAuthorization> startDeviceAuthorization(HttpClient &http, const ServiceEndpoint &oidc,
                                                     const OidcClient &client, const std::string &startUrl,
                                                     Timestamp now, const CancelToken &cancel) {
    const std::string operation = "StartDeviceAuthorization";
    JsonBody body;
    body.add("clientId", client.id).add("clientSecret", client.secret.view()).add("startUrl", startUrl);
    auto answer = post(http, oidc, "device_authorization", std::move(body), operation, cancel);
    if (!answer) {
        return failFrom(answer);
    }
    const JsonMembers &members = answer->members;
    const auto life = lifeOf(members);
    DeviceAuthorization out;
    out.deviceCode = secretOf(memberText(members, "deviceCode"));
    out.userCode = memberText(members, "userCode");
    out.verificationUrl = memberText(members, "verificationUri");
    out.verificationUrlComplete = memberText(members, "verificationUriComplete");
    if (out.deviceCode.empty() || out.userCode.empty() || !life || !isWebPage(out.verificationUrl)) {
        return fail(badReply(operation, answer->reply,
                             "lacks the codes, their life, or an https address to confirm them at"));
    }
    if (!isWebPage(out.verificationUrlComplete)) {
        out.verificationUrlComplete.clear();
    }
    out.expires = now + *life;
    if (const auto seconds = memberNumber(members, "interval"); seconds && *seconds > 0) {
        out.interval = std::chrono::seconds(std::min<std::int64_t>(*seconds, 60));
    }
    return out;
}

Result<SsoToken> createTokenByDevice(HttpClient &http, const ServiceEndpoint &oidc, const OidcClient &client,
                                     const SecretText &deviceCode, Timestamp now, const CancelToken &cancel) {
    JsonBody body;
    body.add("clientId", client.id)
        .add("clientSecret", client.secret.view())
        .add("grantType", "urn:ietf:params:oauth:grant-type:device_code")
        .add("deviceCode", deviceCode.view());
    return createToken(http, oidc, std::move(body), now, cancel);
}

Result<SsoToken> createTokenByRefresh(HttpClient &http, const ServiceEndpoint &oidc, const OidcClient &client,
                                      const SecretText &refreshToken, Timestamp now) {
    JsonBody body;
    body.add("clientId", client.id)
        .add("clientSecret", client.secret.view())
        .add("grantType", "refresh_token")
        .add("refreshToken", refreshToken.view());
    return createToken(http, oidc, std::move(body), now, {}, refreshTime);
}

Result<Credentials> getRoleCredentials(HttpClient &http, const ServiceEndpoint &portal,
                                       const SecretText &accessToken, const std::string &accountId,
                                       const std::string &roleName, const CancelToken &cancel) {
    const std::string operation = "GetRoleCredentials";
    HttpRequest request;
    request.method = "GET";
    request.url = joinUrl(portal.url, "federation/credentials?role_name=" + percentEncoded(roleName) +
                                          "&account_id=" + percentEncoded(accountId));
    request.headers.push_back({"x-amz-sso_bearer_token", secretOf(accessToken.view())});
    auto answer = exchange(http, std::move(request), operation, cancel);
    if (!answer) {
        return failFrom(answer);
    }
    const JsonMembers &members = answer->members;
    const auto milliseconds = memberNumber(members, "roleCredentials.expiration");
    Credentials out;
    out.accessKeyId = memberText(members, "roleCredentials.accessKeyId");
    out.secretKey = SecretBytes::copyOf(memberText(members, "roleCredentials.secretAccessKey"));
    out.sessionToken = SecretBytes::copyOf(memberText(members, "roleCredentials.sessionToken"));
    if (out.accessKeyId.empty() || out.secretKey.empty() || out.sessionToken.empty() || !milliseconds ||
        *milliseconds > (1LL << 43)) {
        return fail(
            badReply(operation, answer->reply, "lacks an access key, a secret, a token or an expiration"));
    }
    out.expiration = Timestamp(std::chrono::milliseconds(*milliseconds));
    return out;
}

} // namespace keyturn::credentials
