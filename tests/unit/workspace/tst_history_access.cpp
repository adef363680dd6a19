// SPDX-License-Identifier: Apache-2.0
// The history of a window: its sessions are recorded, its key comes from the keychain when it is first
// needed, and without a key no change is sent.
#include "fakes/counting_kms.h"
#include "fakes/fake_keychain.h"
#include "history/reader.h"
#include "kms/call.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/list_keys.h"
#include "workspace/history_access.h"
#include "workspace/session.h"

#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::workspace;

class TestHistoryAccess : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<test::FakeKeychain> m_keychain;
    std::unique_ptr<QObject> m_window;
    std::unique_ptr<Session> m_session;
    std::shared_ptr<CountingKms> m_service;

    HistoryPlace place() const {
        const std::filesystem::path folder(m_folder->path().toStdString());
        return {folder / "history.ktlog", folder / "config" / "history-context", folder};
    }

    void openSession(keychain::Keychain *keychain, ProfileKind kind = ProfileKind::Endpoint) {
        m_session = std::make_unique<Session>(nullptr);
        m_session->setHistory(windowHistory(place(), keychain, m_window.get()));
        m_service = std::make_shared<CountingKms>();
        Profile profile;
        profile.name = "prod";
        profile.kind = kind;
        profile.endpointUrl = "http://127.0.0.1:1";
        profile.region = "us-east-1";
        bool open = false;
        m_session->openService(m_service, profile, [&](const Status &opened) { open = opened.has_value(); });
        QVERIFY(open);
    }

    /// What a dialog does: asks on the GUI thread and is answered there.
    std::optional<Result<kms::EnableKey::Reply>> enable() {
        std::optional<Result<kms::EnableKey::Reply>> answer;
        kms::EnableKey::Request request;
        request.keyId = "key";
        kms::call<kms::EnableKey>(*m_session->service(), std::move(request), {}, m_window.get(),
                                  [&](auto reply) { answer.emplace(std::move(reply)); });
        [&] { QTRY_VERIFY(answer.has_value()); }();
        return answer;
    }

    std::vector<std::string> lines() {
        std::vector<std::string> found;
        std::optional<Result<history::HistoryKey>> key;
        obtainHistoryKey(place(), journalKeychain(*m_keychain, {}),
                         [&](Result<history::HistoryKey> answer) { key.emplace(std::move(answer)); });
        [&] { QTRY_VERIFY(key.has_value()); }();
        if (!*key) {
            return found;
        }
        auto log = chainlog::LogFile::open(place().file, (*key)->key.view(), true);
        [&] {
            QVERIFY(log.has_value());
            QVERIFY(history::readHistory(
                **log, {}, [&](const history::StoredEntry &stored, const auto &) -> Status {
                    found.push_back(stored.entry.profile + " " + stored.entry.operation + " " +
                                    stored.entry.outcome + " " + stored.entry.program);
                    return {};
                }));
        }();
        return found;
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_keychain = std::make_unique<test::FakeKeychain>();
        m_window = std::make_unique<QObject>();
    }
    void cleanup() {
        m_session.reset();
        m_window.reset();
    }

    void aSessionIsRecorded() {
        openSession(m_keychain.get());
        QCOMPARE(m_keychain->calls, 0); // nobody is asked before something is to be recorded
        const auto answer = enable();
        QVERIFY(answer && answer->has_value());
        QCOMPARE(m_service->calls(), 1);
        m_session.reset();
        const std::vector<std::string> expected{" HistoryBegan Success console",
                                                "prod EnableKey Intent console",
                                                "prod EnableKey Success console"};
        QCOMPARE(lines(), expected);
        const auto head = chainlog::LogFile::readHead(place().file);
        QVERIFY(head && head->keySource.starts_with("keychain "));
        QCOMPARE(m_keychain->items.size(), std::size_t{1});
        QVERIFY(sealedBy(place(), head->keySource).starts_with("the OS keychain, item v1/journal/"));
        // The next window opens it with the same key.
        openSession(m_keychain.get());
        QVERIFY(enable()->has_value());
        m_session.reset();
        QCOMPARE(lines().size(), std::size_t{5});
    }

    void withALockedKeychainNoChangeIsSent() {
        m_keychain->state.availability = keychain::Availability::Locked;
        m_keychain->nextError = clientError(ErrorCode::KeychainLocked, "locked");
        openSession(m_keychain.get());
        const auto answer = enable();
        QVERIFY(answer && !answer->has_value());
        QCOMPARE(answer->error().code, ErrorCode::KeychainLocked);
        QVERIFY(answer->error().detail.starts_with("EnableKey was not sent"));
        QCOMPARE(m_service->calls(), 0);
        // Reading is not held up.
        QVERIFY(kms::callAndWait<kms::ListKeys>(*m_session->service(), {}).has_value());
        QVERIFY(!std::filesystem::exists(place().stateFolder / "journal.key"));
    }

    /// A vault has every change in its own log: nothing is refused there.
    void aVaultIsFollowed() {
        openSession(m_keychain.get(), ProfileKind::Vault);
        m_keychain->nextError = clientError(ErrorCode::KeychainLocked, "locked");
        QVERIFY(enable()->has_value());
        QCOMPARE(m_service->calls(), 1);
        m_session.reset();
        QVERIFY(!std::filesystem::exists(place().file));
        m_keychain->nextError.reset();
        openSession(m_keychain.get(), ProfileKind::Vault);
        QVERIFY(enable()->has_value());
        QTRY_VERIFY(std::filesystem::exists(place().file));
        m_session.reset();
        const std::vector<std::string> expected{" HistoryBegan Success console",
                                                "prod EnableKey Success console"};
        QCOMPARE(lines(), expected);
    }

    void withoutAnyKeychainTheKeyLiesInAFileAndIsNamed() {
        openSession(nullptr);
        QVERIFY(enable()->has_value());
        m_session.reset();
        const auto head = chainlog::LogFile::readHead(place().file);
        QVERIFY(head && head->keySource == "file");
        QVERIFY(sealedBy(place(), "file").find("journal.key") != std::string::npos);
        QCOMPARE(lines().size(), std::size_t{3});
    }

    void aWindowThatClosesRefusesWhatWaits() {
        openSession(m_keychain.get());
        int answers = 0;
        kms::EnableKey::Request request;
        request.keyId = "key";
        m_session->service()->submit(kms::AnyRequest::of<kms::EnableKey>(std::move(request)), {},
                                     [&](const Result<kms::AnyReply> &) { ++answers; });
        m_session.reset(); // the keychain has not answered yet
        QCOMPARE(answers, 1);
        m_window.reset();
        QCoreApplication::processEvents();
        QCOMPARE(m_service->calls(), 0);
    }

    void contextsAreHashedUnlessSwitchedOn() {
        QVERIFY(!contextInTheClear(place()));
        QVERIFY(setContextInTheClear(place(), true));
        QVERIFY(contextInTheClear(place()));
        QVERIFY(recorderOptions(place(), "cli").contextInTheClear);
        QVERIFY(setContextInTheClear(place(), false));
        QVERIFY(!contextInTheClear(place()));
    }
};

QTEST_GUILESS_MAIN(TestHistoryAccess)
#include "tst_history_access.moc"
