// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/serving_presenter.h"

#include "base/atomic_file.h"
#include "kms/call.h"
#include "ui/models/key_words.h"
#include "workspace/session.h"

namespace keyturn::ui {
namespace {

constexpr std::size_t mostRequests = 500;

Error locked() {
    return clientError(ErrorCode::VaultLocked, "No vault is unlocked.");
}

} // namespace

ServingPresenter::ServingPresenter(workspace::Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session) {
    connect(session, &workspace::Session::aboutToLock, this, &ServingPresenter::endBeforeLock);
}

ServingPresenter::~ServingPresenter() = default;

void ServingPresenter::setState(State state) {
    m_state = state;
    Q_EMIT stateChanged();
}

void ServingPresenter::start(std::uint16_t port, Done done) {
    const auto vault = m_session->vault();
    if (m_state != State::Off || !vault) {
        return done(fail(locked()));
    }
    m_requests.clear();
    m_lastSerial = 0;
    setState(State::Starting);
    const auto started = std::make_shared<std::shared_ptr<workspace::Serving>>();
    m_session->withVault(
        [vault, port, started, delivery = kms::Delivery(this), this](workspace::OpenVault &) -> Status {
            auto serving = workspace::Serving::start(
                vault, {.port = port}, [delivery, this] { delivery.post([this] { takeRequests(); }); });
            if (!serving) {
                return failFrom(serving);
            }
            *started = std::move(*serving);
            return {};
        },
        [this, started, done = std::move(done), round = ++m_round](Status status) {
            if (round != m_round) {
                return done(fail(locked())); // it was locked meanwhile: the endpoint goes with `started`
            }
            if (status) {
                m_serving = std::move(*started);
                m_url = fromUtf8(m_serving->url());
                m_region = fromUtf8(m_serving->region());
            }
            setState(status ? State::On : State::Off);
            done(std::move(status));
        });
}

void ServingPresenter::stop() {
    if (m_state != State::On) {
        return;
    }
    setState(State::Stopping);
    m_session->withVault(
        [serving = std::move(m_serving)](workspace::OpenVault &) -> Status {
            serving->stop();
            return {};
        },
        [this, round = m_round](const Status &) {
            if (round == m_round) {
                m_url.clear();
                setState(State::Off);
            }
        });
    m_serving.reset();
}

void ServingPresenter::endBeforeLock() {
    ++m_round;
    if (m_serving) {
        // Queued before the lock itself, on the same worker: what is under way is still answered.
        m_session->withVault(
            [serving = std::move(m_serving)](workspace::OpenVault &) -> Status {
                serving->stop();
                return {};
            },
            {});
        m_serving.reset();
    }
    m_keys.clear();
    m_url.clear();
    setState(State::Off);
    Q_EMIT accessKeysChanged();
}

QString ServingPresenter::environmentLines() const {
    return m_url.isEmpty()
               ? QString()
               : fromUtf8(workspace::environmentLines(m_url.toStdString(), m_region.toStdString())).trimmed();
}

QString ServingPresenter::exampleCommand() const {
    return m_url.isEmpty()
               ? QString()
               : fromUtf8(workspace::exampleCommand(m_url.toStdString(), m_region.toStdString())).trimmed();
}

SecretBytes ServingPresenter::environmentLinesWith(const kms::CreatedAccessKey &key) const {
    return workspace::environmentLines(m_url.toStdString(), m_region.toStdString(), key).take();
}

Status ServingPresenter::saveCredentials(const kms::CreatedAccessKey &key,
                                         const std::filesystem::path &target) const {
    SecretText text = workspace::credentialsFileText(key);
    return writeFileAtomically(target, asBytes(text.view()), {.mode = 0600});
}

void ServingPresenter::withAccessKeys(std::function<Status(kms::AccessKeyStore &)> act, Done done) {
    const auto listed = std::make_shared<std::vector<kms::AccessKey>>();
    m_session->withVault(
        [listed, act = std::move(act)](workspace::OpenVault &vault) -> Status {
            const auto store = vault.accessKeys();
            if (!store) {
                return fail(ErrorCode::VaultReadOnly, "This vault keeps no access keys.");
            }
            Status status = act ? act(*store) : Status{};
            *listed = store->list();
            return status;
        },
        [this, listed, done = std::move(done), round = m_round](Status status) {
            if (round == m_round) {
                m_keys = std::move(*listed);
                Q_EMIT accessKeysChanged();
            }
            if (done) {
                done(std::move(status));
            }
        });
}

void ServingPresenter::refreshAccessKeys() {
    withAccessKeys({}, {});
}

void ServingPresenter::createAccessKey(kms::NewAccessKey wish, Created created) {
    const auto made = std::make_shared<std::optional<kms::CreatedAccessKey>>();
    withAccessKeys(
        [made, wish = std::move(wish)](kms::AccessKeyStore &store) -> Status {
            auto key = store.create(wish);
            if (!key) {
                return failFrom(key);
            }
            *made = std::move(*key);
            return {};
        },
        [made, created = std::move(created)](Status status) {
            created(status ? Result<kms::CreatedAccessKey>(std::move(**made)) : failFrom(status));
        });
}

void ServingPresenter::setAccessKeyEnabled(const std::string &id, bool enabled, Done done) {
    withAccessKeys([id, enabled](kms::AccessKeyStore &store) { return store.setEnabled(id, enabled); },
                   std::move(done));
}

void ServingPresenter::removeAccessKey(const std::string &id, Done done) {
    withAccessKeys([id](kms::AccessKeyStore &store) { return store.remove(id); }, std::move(done));
}

void ServingPresenter::takeRequests() {
    if (!m_serving) {
        return;
    }
    for (workspace::LiveRequest &each : m_serving->requestsSince(m_lastSerial)) {
        m_lastSerial = each.serial;
        m_requests.push_back(std::move(each));
        if (m_requests.size() > mostRequests) {
            m_requests.pop_front();
        }
    }
    Q_EMIT requestsArrived();
}

std::vector<AccessKeyRole> accessKeyRoles() {
    return {{ServingPresenter::tr("Everything"), std::nullopt},
            {ServingPresenter::tr("Use keys: encrypt, decrypt, re-encrypt, data keys"),
             {{"Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
               "DescribeKey"}}},
            {ServingPresenter::tr("Only wrapped data keys"), {{"GenerateDataKeyWithoutPlaintext"}}},
            {ServingPresenter::tr("Only decrypt"), {{"Decrypt"}}},
            {ServingPresenter::tr("Only look"),
             {{"ListKeys", "ListAliases", "DescribeKey", "GetKeyRotationStatus", "ListKeyRotations",
               "ListResourceTags", "GetPublicKey"}}}};
}

} // namespace keyturn::ui
