// SPDX-License-Identifier: Apache-2.0
// A vault of its own, served; and what a test asks of it. The clock of the wire is the machine's.
#pragma once

#include "endpoint/server.h"
#include "fakes/raw_client.h"
#include "unit/vault/kms_vault.h"

#include <mutex>

namespace keyturn::test {

class ServedVault {
public:
    explicit ServedVault(endpoint::ServerLimits limits = {}) {
        endpoint::ServerOptions options;
        options.region = region;
        options.limits = limits;
        options.observer = [this](const endpoint::RequestNote &note) {
            const std::lock_guard lock(m_mutex);
            m_notes.push_back(note);
        };
        auto started = endpoint::Server::start(
            std::shared_ptr<kms::KmsService>(std::shared_ptr<void>(), &m_vault.kms()),
            std::shared_ptr<kms::AccessKeyStore>(std::shared_ptr<void>(), &m_vault.kms().accessKeys()),
            std::move(options));
        if (!started) {
            qFatal("not served: %s", started.error().detail.c_str());
        }
        m_server = std::move(*started);
        m_key = std::make_unique<kms::CreatedAccessKey>(makeKey("everything"));
    }

    kms::CreatedAccessKey makeKey(const std::string &name,
                                  std::optional<std::vector<std::string>> operations = {}) {
        auto created = m_vault.kms().accessKeys().create({name, {}, std::move(operations)});
        if (!created) {
            qFatal("no access key: %s", created.error().detail.c_str());
        }
        return std::move(*created);
    }

    KmsVault &vault() { return m_vault; }
    endpoint::Server &server() { return *m_server; }
    std::uint16_t port() const { return m_server->port(); }
    const kms::CreatedAccessKey &key() const { return *m_key; }
    std::vector<endpoint::RequestNote> notes() {
        const std::lock_guard lock(m_mutex);
        return m_notes;
    }

    SignedRequest request(const std::string &operation, const std::string &body = "{}") const {
        return requestOf(*m_key, operation, body);
    }
    SignedRequest requestOf(const kms::CreatedAccessKey &key, const std::string &operation,
                            const std::string &body) const {
        SignedRequest request;
        request.port = port();
        request.target = "TrentService." + operation;
        request.body = body;
        request.accessKeyId = key.key.id;
        request.secret = std::string(key.secret.text());
        return request;
    }
    /// On a connection of its own; status 0 when there was no answer.
    RawAnswer ask(const SignedRequest &request) const { return ask(request.text()); }
    RawAnswer ask(const std::string &bytes) const {
        RawClient client(port());
        if (!client.send(bytes)) {
            return {};
        }
        return client.read().value_or(RawAnswer());
    }

private:
    KmsVault m_vault;
    std::mutex m_mutex;
    std::vector<endpoint::RequestNote> m_notes;
    std::unique_ptr<kms::CreatedAccessKey> m_key;
    std::unique_ptr<endpoint::Server> m_server; ///< last: its thread uses the rest
};

} // namespace keyturn::test
