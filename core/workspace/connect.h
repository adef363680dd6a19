// SPDX-License-Identifier: Apache-2.0
// From a profile to a service: credentials by the profile's source, RemoteKms on its endpoint, decorators
// around it (service_stack.h). Used by Session (off the GUI thread) and by commands. Makes no call to the
// endpoint; what asks a person or fetches credentials does so at the first call that needs them. Any thread.
// Errors: Configuration, NoCredentials, NoRegion, ProfileNotFound, InsecureEndpoint, file errors.
#pragma once

#include "base/secret_bytes.h"
#include "credentials/credentials.h"
#include "credentials/prompts.h"
#include "credentials/session_cache.h"
#include "kms/service.h"
#include "workspace/connection_test.h"
#include "workspace/profile.h"
#include "workspace/service_stack.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace keyturn::remote {
class RemoteKms;
}

namespace keyturn::workspace {

struct ConnectParts {
    StackParts stack;
    std::shared_ptr<credentials::CredentialPrompts> prompts; ///< null: nobody can be asked
    std::shared_ptr<credentials::SessionCache> cache;        ///< null: sessions live in memory only
    UniqueFunction<void()> factsChanged;                     ///< on a worker thread; may be empty
};

struct Connection {
    ServiceStack stack;
    std::shared_ptr<remote::RemoteKms> endpoint; ///< itself, for facts and the connection test
    std::string endpointUrl;
    std::string credentialOrigin; ///< which source won, for people
    /// What signs; the command line fetches from it before the first call (credentials/obtain_and_wait.h).
    std::shared_ptr<credentials::CredentialsSource> credentials;
    /// GetCallerIdentity; empty where the service has no STS.
    std::function<Result<CallerIdentity>(const CancelToken &)> identity;

    /// nothing before the endpoint's first answer.
    std::optional<std::chrono::seconds> clockOffset() const;
    /// A sentence while a change made here less than five minutes ago may not have spread; else empty.
    std::string changeHint(std::string_view keyOrAlias) const;
};

/// `keychainItem` is the profile's item where its credentials start from the keychain (usesKeychain).
Result<Connection> connectEndpoint(const Profile &profile, std::optional<SecretBytes> keychainItem,
                                   ConnectParts parts = {});

/// What a connection test of this connection is run on. Shares it.
ConnectionTestTarget testTargetOf(const Profile &profile, const Connection &connection);

/// The decorators that a profile asks for, around a backend that stands already.
std::shared_ptr<kms::KmsService> decorate(std::shared_ptr<kms::KmsService> backend, const Profile &profile,
                                          const StackParts &parts = {});

} // namespace keyturn::workspace
