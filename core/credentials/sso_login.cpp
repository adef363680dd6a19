// SPDX-License-Identifier: Apache-2.0
#include "credentials/sso_login.h"

#include "credentials/flat_json.h"

#include "base/atomic_file.h"
#include "kms/json.h"

namespace keyturn::credentials {

namespace {

constexpr std::size_t maxTokenFileBytes = 64 * 1024;
constexpr std::chrono::minutes refreshWindow{15};
constexpr std::chrono::minutes shortestLife{1}; ///< a token that ends sooner may end on the way
constexpr std::chrono::seconds slowDownBy{5};

SecretText secretOf(std::string_view text) {
    SecretText out;
    out.append(text);
    return out;
}

void addMember(std::string_view name, std::string_view value, SecretText &out) {
    out.append(out.empty() ? "{" : ",");
    kms::appendJsonString(name, out);
    out.append(":");
    kms::appendJsonString(value, out);
}

/// Of a login that has come to nothing; the words say what to do next. The operation tells it from other
/// lacks of credentials (kms/error_text).
tl::unexpected<Error> notLoggedIn(std::string words) {
    Error error = clientError(ErrorCode::NoCredentials, std::move(words));
    error.operation = "CreateToken";
    return fail(std::move(error));
}

/// Worth asking once more: the login goes on at the service meanwhile.
bool mayPass(const Error &error) {
    return error.retryable || error.code == ErrorCode::ConnectionFailed || error.code == ErrorCode::TimedOut;
}

} // namespace

SecretBytes writeSsoSession(const SsoSession &session) {
    SecretText out;
    addMember("v", "1", out);
    addMember("accessToken", session.token.accessToken.view(), out);
    addMember("expiresAt", formatIso8601(session.token.expires), out);
    addMember("refreshToken", session.token.refreshToken.view(), out);
    addMember("clientId", session.client.id, out);
    addMember("clientSecret", session.client.secret.view(), out);
    addMember("clientExpiresAt", formatIso8601(session.client.expires), out);
    out.append("}");
    return out.take();
}

std::optional<SsoSession> readSsoSession(const SecretBytes &document) {
    auto members = readFlatJson(document.text());
    if (!members || memberText(*members, "v") != "1") {
        return std::nullopt;
    }
    auto tokenEnd = parseIso8601(memberText(*members, "expiresAt"));
    auto clientEnd = parseIso8601(memberText(*members, "clientExpiresAt"));
    if (!tokenEnd || !clientEnd || memberText(*members, "accessToken").empty()) {
        return std::nullopt;
    }
    return SsoSession{{secretOf(memberText(*members, "accessToken")),
                       secretOf(memberText(*members, "refreshToken")), *tokenEnd},
                      {std::string(memberText(*members, "clientId")),
                       secretOf(memberText(*members, "clientSecret")), *clientEnd}};
}

std::optional<SsoToken> readCliToken(const std::filesystem::path &file, const std::string &startUrl,
                                     Timestamp now) {
    auto content = readSecretFile(file, maxTokenFileBytes);
    if (!content) {
        return std::nullopt;
    }
    auto members = readFlatJson(content->text(), Nested::Join);
    if (!members || memberText(*members, "accessToken").empty()) {
        return std::nullopt;
    }
    auto expires = parseIso8601(memberText(*members, "expiresAt"));
    if (!expires || *expires - now <= shortestLife || memberText(*members, "startUrl") != startUrl) {
        return std::nullopt;
    }
    return SsoToken{secretOf(memberText(*members, "accessToken")), {}, *expires};
}

SsoLogin::SsoLogin(const CredentialPlan &plan, const CredentialPorts &ports, SessionStore &sessions,
                   const CancelToken &cancel)
    : m_plan(plan)
    , m_role(std::get<SsoRole>(plan.way))
    , m_ports(ports)
    , m_sessions(sessions)
    , m_cancel(cancel)
    , m_key(sessionKey(plan)) {}

Result<SecretText> SsoLogin::token(bool rejected) {
    if (!rejected) {
        if (auto cli = readCliToken(m_role.cliTokenFile, m_role.startUrl, now())) {
            return std::move(cli->accessToken);
        }
    }
    if (auto session = remembered()) {
        const bool good = !rejected && session->token.expires - now() > shortestLife;
        if (good && session->token.expires - now() > refreshWindow) {
            return std::move(session->token.accessToken);
        }
        if (auto token = refreshed(*session)) {
            return std::move(*token);
        }
        if (good) {
            return std::move(session->token.accessToken);
        }
    }
    return logIn();
}

std::optional<SsoSession> SsoLogin::remembered() {
    const auto document = m_sessions.load(m_key, m_cancel);
    return document ? readSsoSession(*document) : std::nullopt;
}

std::optional<SecretText> SsoLogin::refreshed(SsoSession &session) {
    if (session.token.refreshToken.empty() || session.client.expires <= now() || m_cancel.isCancelled()) {
        return std::nullopt;
    }
    auto token =
        createTokenByRefresh(*m_ports.http, m_role.oidc, session.client, session.token.refreshToken, now());
    if (!token) {
        return std::nullopt; // a person logs in instead
    }
    if (token->refreshToken.empty()) {
        token->refreshToken = secretOf(session.token.refreshToken.view());
    }
    const SsoSession renewed{
        std::move(*token),
        {session.client.id, secretOf(session.client.secret.view()), session.client.expires}};
    m_sessions.save(m_key, writeSsoSession(renewed), m_cancel);
    return secretOf(renewed.token.accessToken.view());
}

/// The client that was registered before, while it holds; else a new one.
Result<OidcClient> SsoLogin::client() {
    if (auto session = remembered();
        session && !session->client.id.empty() && session->client.expires - now() > refreshWindow) {
        return std::move(session->client);
    }
    return registerClient(*m_ports.http, m_role.oidc, m_role.scopes, m_cancel);
}

Result<SecretText> SsoLogin::logIn() {
    if (!m_ports.prompts || !m_ports.prompts->isSomebodyThere()) {
        const std::string command =
            m_role.sessionName.empty() ? "\"aws sso login\" and a profile of the start URL " + m_role.startUrl
                                       : "\"aws sso login --sso-session " + m_role.sessionName + "\"";
        return notLoggedIn("the login of profile " + m_plan.profile +
                           " at IAM Identity Center has ended, and nobody can be asked here: log in on a "
                           "terminal, or with " +
                           command + ", then try again");
    }
    auto client = this->client();
    if (!client) {
        return failFrom(client);
    }
    auto device =
        startDeviceAuthorization(*m_ports.http, m_role.oidc, *client, m_role.startUrl, now(), m_cancel);
    if (!device) {
        return failFrom(device);
    }
    CancelSource giveUp;
    const auto passedOn = m_cancel.onCancel([giveUp]() mutable { giveUp.cancel(); });
    m_ports.prompts->deviceLoginStarted({m_plan.profile, m_role.startUrl, device->userCode,
                                         device->verificationUrl, device->verificationUrlComplete,
                                         device->expires},
                                        giveUp);
    auto token = waitForPerson(*client, *device, giveUp.token());
    m_ports.prompts->deviceLoginEnded(token ? Status() : Status(fail(token.error())));
    if (!token) {
        return failFrom(token);
    }
    const SsoSession session{std::move(*token), std::move(*client)};
    m_sessions.save(m_key, writeSsoSession(session), m_cancel);
    return secretOf(session.token.accessToken.view());
}

Result<SsoToken> SsoLogin::waitForPerson(const OidcClient &client, const DeviceAuthorization &device,
                                         const CancelToken &cancel) {
    auto interval = device.interval;
    while (true) {
        if (auto waited = m_ports.pause(interval, cancel); !waited) {
            return failFrom(waited);
        }
        if (now() >= device.expires) {
            break;
        }
        auto token =
            createTokenByDevice(*m_ports.http, m_role.oidc, client, device.deviceCode, now(), cancel);
        if (token) {
            return token;
        }
        const std::string &code = token.error().serviceCode;
        if (code == "SlowDownException") {
            interval += slowDownBy;
        } else if (code == "ExpiredTokenException") {
            break;
        } else if (code == "AccessDeniedException") {
            return notLoggedIn(
                "the login at IAM Identity Center was refused in the browser: start again, and "
                "allow access there");
        } else if (code != "AuthorizationPendingException" && !mayPass(token.error())) {
            return token;
        }
    }
    return notLoggedIn(
        "the login at IAM Identity Center was not confirmed in time: the code has expired, start again");
}

} // namespace keyturn::credentials
