// SPDX-License-Identifier: Apache-2.0
// The half of Session that deals with endpoints: connecting, questions, the connection test.
#include "workspace/session.h"

#include "credentials/session_cache.h"
#include "keychain/keychain.h"
#include "kms/call.h"
#include "workspace/connect.h"
#include "workspace/probe_store.h"
#include "workspace/session_asker.h"
#include "workspace/worker.h"

#include <QPointer>

#include <algorithm>

namespace keyturn::workspace {
namespace {

/// Facts of a connection change with every answer; what acts depend on, hardly ever.
bool sameCapabilities(const kms::Capabilities &one, const kms::Capabilities &other) {
    const auto sameAvailability = [](const kms::Availability &a, const kms::Availability &b) {
        return a.available == b.available && a.reason == b.reason;
    };
    return one.backend == other.backend && one.region == other.region && one.accountId == other.accountId &&
           one.keySpecs == other.keySpecs && one.dryRun == other.dryRun &&
           one.aliasesAsKeyIds == other.aliasesAsKeyIds && one.readOnly == other.readOnly &&
           std::ranges::equal(one.operations, other.operations, sameAvailability);
}

} // namespace

void Session::setQuestions(Questions *questions) {
    m_asker->setQuestions(questions);
}

std::shared_ptr<ConfirmationTickets> Session::tickets() const {
    return m_tickets;
}

StackParts Session::stackParts() const {
    return {
        .confirmation = m_asker, .tickets = m_tickets, .rates = m_rates, .report = {}, .history = m_history};
}

ConnectParts Session::connectParts() {
    if (!m_cache && m_keychain != nullptr) {
        m_cache = credentials::keychainSessionCache(*m_keychain);
    }
    ConnectParts parts;
    parts.stack = stackParts();
    parts.prompts = m_asker;
    parts.cache = m_cache;
    parts.factsChanged = [this, delivery = kms::Delivery(this)] {
        delivery.post([this] {
            refreshCapabilities();
            Q_EMIT factsChanged();
        });
    };
    return parts;
}

void Session::withKeychainItem(const Profile &profile, const CancelToken &cancel,
                               std::function<void(Result<std::optional<SecretBytes>>)> next) {
    if (!usesKeychain(profile)) {
        return next(std::optional<SecretBytes>());
    }
    if (m_keychain == nullptr) {
        return next(
            fail(ErrorCode::KeychainUnavailable, "This machine has no keychain that Keyturn can use."));
    }
    m_keychain->read({keychain::ItemKind::Profile, profile.id}, {.cancel = cancel},
                     [self = QPointer<Session>(this), next = std::move(next)](Result<SecretBytes> item) {
                         if (!self) {
                             return;
                         }
                         if (!item) {
                             return next(failFrom(item));
                         }
                         next(std::optional(std::move(*item)));
                     });
}

void Session::connectToEndpoint(Profile profile, Done done) {
    const auto serial = begin(profile, std::move(done));
    withKeychainItem(profile, m_cancel.token(),
                     [this, serial, profile](Result<std::optional<SecretBytes>> item) {
                         if (!item) {
                             return finish(serial, failFrom(item));
                         }
                         connectWith(serial, profile, std::move(*item));
                     });
}

void Session::connectWith(std::uint64_t serial, const Profile &profile,
                          std::optional<SecretBytes> keychainItem) {
    openOnWorker(serial,
                 [profile, item = std::move(keychainItem),
                  parts = connectParts()](const CancelToken &) mutable -> Result<Opened> {
                     auto report = ProbeStore().load(profile);
                     parts.stack.report = report;
                     auto connection = connectEndpoint(profile, std::move(item), std::move(parts));
                     if (!connection) {
                         return failFrom(connection);
                     }
                     auto service = connection->stack.service;
                     return Opened{{},
                                   std::move(service),
                                   std::make_shared<const Connection>(std::move(*connection)),
                                   std::move(report)};
                 });
}

std::optional<std::chrono::seconds> Session::clockOffset() const {
    return m_connection ? m_connection->clockOffset() : std::nullopt;
}

std::function<std::optional<std::chrono::seconds>()> Session::clockOffsetSource() const {
    return [connection = m_connection] { return connection ? connection->clockOffset() : std::nullopt; };
}

std::string Session::changeHint(std::string_view keyOrAlias) const {
    return m_connection ? m_connection->changeHint(keyOrAlias) : std::string();
}

void Session::setCallsPerSecond(int ceiling) {
    if (m_connection && m_connection->stack.limiter) {
        m_connection->stack.limiter->setRate(ceiling);
    }
}

void Session::testConnection(Profile profile, TestChanged progress, TestDone done) {
    cancelTest();
    m_testCancel = CancelSource();
    m_testChanged = std::move(progress);
    m_testDone = std::move(done);
    const auto serial = ++m_testSerial;
    withKeychainItem(
        profile, m_testCancel.token(), [this, serial, profile](Result<std::optional<SecretBytes>> item) {
            if (!item) {
                return testEnded(serial, profile,
                                 reportOfFailedOpening(profile, item.error(), systemClock()->now()));
            }
            runTest(serial, profile, std::move(*item));
        });
}

void Session::cancelTest() {
    m_testCancel.cancel();
}

void Session::runTest(std::uint64_t serial, const Profile &profile, std::optional<SecretBytes> item) {
    if (!m_tester) {
        m_tester = std::make_unique<Worker>();
    }
    auto parts = connectParts();
    parts.factsChanged = {};
    m_tester->run([this, serial, profile, item = std::move(item), parts = std::move(parts),
                   cancel = m_testCancel.token(), delivery = kms::Delivery(this)]() mutable {
        const auto changed = [&](TestStep step, const ConnectionReport &soFar) {
            delivery.post([this, serial, step, soFar] {
                if (serial == m_testSerial && m_testChanged) {
                    m_testChanged(step, soFar);
                }
            });
        };
        auto connection = connectEndpoint(profile, std::move(item), std::move(parts));
        const ConnectionReport report =
            connection ? runConnectionTest(testTargetOf(profile, *connection), changed, cancel)
                       : reportOfFailedOpening(profile, connection.error(), systemClock()->now());
        if (!report.cancelled) {
            // What cannot be kept is found out again next time.
            static_cast<void>(ProbeStore().save(profile, report).has_value());
        }
        delivery.post([this, serial, profile, report] { testEnded(serial, profile, report); });
    });
}

void Session::testEnded(std::uint64_t serial, const Profile &profile, const ConnectionReport &report) {
    if (serial != m_testSerial) {
        return; // a newer test has its place
    }
    const bool open = m_state == State::Open && m_connection && m_profile.id == profile.id;
    if (open && !report.cancelled && report.endpointUrl == m_connection->endpointUrl) {
        m_lastTest = report;
        m_connection->stack.probed->setReport(report);
        refreshCapabilities();
    }
    m_testChanged = {};
    if (const TestDone done = std::exchange(m_testDone, {})) {
        done(report);
    }
}

void Session::refreshCapabilities() {
    if (!m_service) {
        return;
    }
    auto now = m_service->capabilities();
    if (!sameCapabilities(now, m_capabilities)) {
        m_capabilities = std::move(now);
        Q_EMIT capabilitiesChanged();
    }
}

} // namespace keyturn::workspace
