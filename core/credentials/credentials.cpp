// SPDX-License-Identifier: Apache-2.0
#include "credentials/credentials.h"

namespace keyturn::credentials {

namespace {

class FixedCredentials final : public CredentialsSource {
public:
    explicit FixedCredentials(Credentials credentials)
        : m_credentials(std::make_shared<const Credentials>(std::move(credentials))) {}

    Result<std::shared_ptr<const Credentials>> current(Timestamp now) override {
        if (m_credentials->expiration && *m_credentials->expiration <= now) {
            return fail(ErrorCode::ExpiredToken, "the credentials from " + m_credentials->source +
                                                     " expired at " +
                                                     formatIso8601(*m_credentials->expiration));
        }
        return m_credentials;
    }

private:
    const std::shared_ptr<const Credentials> m_credentials;
};

} // namespace

void CredentialsSource::obtain(Timestamp now, CancelToken cancel, Obtained done) {
    if (cancel.isCancelled()) {
        done(fail(ErrorCode::Cancelled, "stopped before the credentials were asked for"));
        return;
    }
    done(current(now));
}

void CredentialsSource::refused(const Credentials &) {}

std::shared_ptr<CredentialsSource> fixedCredentials(Credentials credentials) {
    return std::make_shared<FixedCredentials>(std::move(credentials));
}

} // namespace keyturn::credentials
