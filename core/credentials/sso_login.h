// SPDX-License-Identifier: Apache-2.0
// SsoLogin: gets an IAM Identity Center token by the least disturbing way: what was remembered, the AWS CLI's
// own cache file (read, never written, and its refresh token never used: it would end the CLI's login), a
// refresh of our own token, and only then a person who confirms a device code. One thread, blocking. Internal
// to this module. Errors: NoCredentials (nobody can be asked; not confirmed in time), Cancelled, those of
// sso.h.
#pragma once

#include "credentials/plan_source.h"
#include "credentials/session_store.h"
#include "credentials/sso.h"

namespace keyturn::credentials {

/// A token with the client that may refresh it, as it lies in the keychain:
///   {"v":"1","accessToken":"..","expiresAt":"..","refreshToken":"..","clientId":"..","clientSecret":"..",
///    "clientExpiresAt":".."}
struct SsoSession {
    SsoToken token;
    OidcClient client;
};
SecretBytes writeSsoSession(const SsoSession &session);
std::optional<SsoSession> readSsoSession(const SecretBytes &document);

/// The AWS CLI's token, if its file is there, is for this start URL and still holds.
std::optional<SsoToken> readCliToken(const std::filesystem::path &file, const std::string &startUrl,
                                     Timestamp now);

class SsoLogin {
public:
    SsoLogin(const CredentialPlan &plan, const CredentialPorts &ports, SessionStore &sessions,
             const CancelToken &cancel);

    /// `rejected`: the portal did not take the token that came last.
    Result<SecretText> token(bool rejected);

private:
    std::optional<SsoSession> remembered();
    std::optional<SecretText> refreshed(SsoSession &session);
    Result<OidcClient> client();
    Result<SecretText> logIn();
    Result<SsoToken> waitForPerson(const OidcClient &client, const DeviceAuthorization &device,
                                   const CancelToken &cancel);
    Timestamp now() const { return m_ports.clock->now(); }

    const CredentialPlan &m_plan;
    const SsoRole &m_role;
    const CredentialPorts &m_ports;
    SessionStore &m_sessions;
    const CancelToken &m_cancel;
    const std::string m_key;
};

} // namespace keyturn::credentials
