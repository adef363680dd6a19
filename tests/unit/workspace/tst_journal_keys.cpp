// SPDX-License-Identifier: Apache-2.0
#include "workspace/journal_keys.h"

#include "base/atomic_file.h"
#include "fakes/fake_keychain.h"
#include "keychain/blocking_keychain.h"
#include "workspace/vault_access.h"
#include "workspace/vault_care.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::workspace;
using keychain::Availability;

class TestJournalKeys : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<test::FakeKeychain> m_keychain;

    std::filesystem::path path(const char *name) const {
        return std::filesystem::path(m_folder->path().toStdString()) / name;
    }

    JournalKeyWish wish(std::string source = {}, std::filesystem::path keyFile = {},
                        std::shared_ptr<OpenVault> vault = {}) const {
        return {std::move(source), std::move(keyFile), std::move(vault), path("state")};
    }

    /// As a window asks: answers come through the event loop.
    Result<JournalKey> obtain(JournalKeyWish wished) {
        std::optional<Result<JournalKey>> answer;
        int answers = 0;
        obtainJournalKey(std::move(wished), journalKeychain(*m_keychain, {}), [&](Result<JournalKey> key) {
            ++answers;
            answer.emplace(std::move(key));
        });
        [&] { QTRY_VERIFY(answer.has_value()); }();
        [&] { QCOMPARE(answers, 1); }();
        return std::move(*answer);
    }

    std::shared_ptr<OpenVault> vault(const char *name) {
        NewVault made;
        made.file = path(name);
        made.passphrase = SecretBytes::copyOf("pass");
        made.kdfMemoryMib = 19;
        auto opened = createVault(made, {});
        return opened ? *opened : nullptr;
    }

    static bool same(const Result<JournalKey> &a, const Result<JournalKey> &b) {
        return a && b && a->key.size() == journalKeyBytes && std::ranges::equal(a->key.view(), b->key.view());
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_keychain = std::make_unique<test::FakeKeychain>();
    }

    void aVaultGivesItsOwn() {
        auto one = vault("one");
        auto other = vault("other");
        const auto key = obtain(wish({}, {}, one));
        QVERIFY(key);
        QCOMPARE(key->source, "vault " + one->vaultId());
        QVERIFY(key->notice.empty());
        QCOMPARE(m_keychain->calls, 0);
        QVERIFY(same(key, obtain(wish(key->source, {}, one))));
        QVERIFY(!same(key, obtain(wish({}, {}, other))));
        for (const auto &wrong : {other, std::shared_ptr<OpenVault>()}) {
            const auto refused = obtain(wish(key->source, {}, wrong));
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::Configuration);
            QVERIFY(refused.error().detail.find(one->vaultId()) != std::string::npos);
        }
        // The same after locking and opening again.
        QVERIFY(one->lock());
        VaultToOpen again;
        again.file = path("one");
        again.secret = SecretBytes::copyOf("pass");
        auto reopened = openVault(std::move(again), {});
        QVERIFY(reopened);
        QVERIFY(same(key, obtain(wish(key->source, {}, *reopened))));
    }

    void journalsOfBeforeANewVaultKeyGoOn() {
        auto one = vault("one");
        const auto before = obtain(wish({}, {}, one));
        QVERIFY(before);
        QVERIFY(one->lock());
        for (std::uint32_t epoch = 2; epoch < 4; ++epoch) {
            VaultKeyRotation rotation;
            rotation.file = path("one");
            rotation.passphrase = SecretBytes::copyOf("pass");
            const auto rotated = rotateVaultKey(std::move(rotation), {});
            QVERIFY2(rotated, rotated ? "" : rotated.error().detail.c_str());
            QCOMPARE(rotated->keyEpoch, epoch);
        }
        VaultToOpen again;
        again.file = path("one");
        again.secret = SecretBytes::copyOf("pass");
        const auto opened = openVault(std::move(again), {});
        QVERIFY(opened);
        const auto now = obtain(wish({}, {}, *opened));
        QVERIFY(now);
        QCOMPARE(now->source, before->source + " 3");
        QVERIFY(!same(now, before));
        QVERIFY(same(before, obtain(wish(before->source, {}, *opened))));
        QVERIFY(same(now, obtain(wish(now->source, {}, *opened))));
        QVERIFY(obtain(wish(before->source + " 2", {}, *opened)));
        for (const char *wrong : {" 4", " 1", " x", " 2x", " "}) {
            const auto refused = obtain(wish(before->source + wrong, {}, *opened));
            QVERIFY2(!refused, wrong);
            QCOMPARE(refused.error().code, ErrorCode::Configuration);
        }
    }

    void theKeychainKeepsOneForThisUser() {
        const auto first = obtain(wish());
        QVERIFY(first);
        QVERIFY2(first->source.starts_with("keychain "), first->source.c_str());
        QVERIFY(same(first, obtain(wish())));
        QVERIFY(same(first, obtain(wish(first->source))));
        QCOMPARE(m_keychain->items.size(), std::size_t(1));
        QCOMPARE(m_keychain->items.begin()->first, "v1/journal/" + first->source.substr(9));
        keychain::BlockingKeychain blocking(*m_keychain, {});
        std::optional<Result<JournalKey>> answer;
        obtainJournalKey(wish(first->source), journalKeychain(blocking),
                         [&](Result<JournalKey> key) { answer.emplace(std::move(key)); });
        QVERIFY2(answer.has_value(), "there when the call returns");
        QVERIFY(same(first, *answer));
    }

    void aHiddenItemIsNeverReplaced() {
        const auto first = obtain(wish());
        auto hidden = std::move(m_keychain->items);
        m_keychain->items.clear();
        const auto old = obtain(wish(first->source));
        QVERIFY(!old);
        QCOMPARE(old.error().code, ErrorCode::KeychainNotFoundOrLocked);
        const auto second = obtain(wish());
        QVERIFY(second);
        QVERIFY(second->source != first->source);
        m_keychain->items.merge(hidden);
        QVERIFY(same(first, obtain(wish(first->source))));
        QVERIFY(same(second, obtain(wish())));
    }

    void aLockedKeychainIsAnErrorAndNothingWeaker_data() {
        QTest::addColumn<int>("code");
        QTest::newRow("locked") << static_cast<int>(ErrorCode::KeychainLocked);
        QTest::newRow("mute") << static_cast<int>(ErrorCode::KeychainTimedOut);
        QTest::newRow("refused") << static_cast<int>(ErrorCode::KeychainDenied);
    }
    void aLockedKeychainIsAnErrorAndNothingWeaker() {
        QFETCH(int, code);
        m_keychain->state.availability = Availability::Locked;
        m_keychain->nextError = clientError(static_cast<ErrorCode>(code), "test", ErrorOrigin::System);
        const auto key = obtain(wish());
        QVERIFY(!key);
        QCOMPARE(static_cast<int>(key.error().code), code);
        QVERIFY(key.error().detail.find("--journal-key-file") != std::string::npos);
        QVERIFY(!std::filesystem::exists(path("state") / "journal.key"));
    }

    void withoutAnyKeychainAFileIsMadeAndSaid() {
        m_keychain->state = {Availability::NoSessionBus, {}, "no session bus"};
        const auto first = obtain(wish());
        QVERIFY(first);
        QCOMPARE(first->source, std::string("file"));
        const auto file = path("state") / "journal.key";
        QVERIFY(first->notice.find(file.string()) != std::string::npos);
        struct stat facts {};
        QCOMPARE(::stat(file.c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 07777, 0600U);
        QVERIFY(same(first, obtain(wish())));
        QVERIFY(same(first, obtain(wish("file"))));
        // A keychain that came since does not take its place for that journal.
        m_keychain->state = {};
        QVERIFY(same(first, obtain(wish("file"))));
        QVERIFY(!same(first, obtain(wish())));
        QCOMPARE(::chmod(file.c_str(), 0644), 0);
        const auto open = obtain(wish("file"));
        QVERIFY(!open);
        QCOMPARE(open.error().code, ErrorCode::PermissionDenied);
        QVERIFY(open.error().detail.find("chmod 600") != std::string::npos);
    }

    void aNamedFileComesFirst() {
        auto one = vault("one");
        const auto file = path("mine.key");
        const auto made = obtain(wish({}, file, one));
        QVERIFY(made);
        QCOMPARE(made->source, std::string("key file"));
        QVERIFY(made->notice.find("mine.key") != std::string::npos);
        const auto again = obtain(wish({}, file, one));
        QVERIFY(same(made, again));
        QVERIFY(again->notice.empty());
        QVERIFY(same(made, obtain(wish("key file", file))));
        QCOMPARE(m_keychain->calls, 0);
        const auto unnamed = obtain(wish("key file", {}, one));
        QCOMPARE(unnamed.error().code, ErrorCode::Configuration);
        QVERIFY(unnamed.error().detail.find("--journal-key-file") != std::string::npos);
        const auto missing = obtain(wish("key file", path("none.key")));
        QCOMPARE(missing.error().code, ErrorCode::FileNotFound);
        QVERIFY(!std::filesystem::exists(path("none.key")));
        for (const std::string &source :
             {"vault " + one->vaultId(), std::string("file"), std::string("keychain 1")}) {
            const auto other = obtain(wish(source, file, one));
            QVERIFY2(!other, source.c_str());
            QCOMPARE(other.error().code, ErrorCode::Configuration);
        }
    }

    void aFileWithoutAKeyIsRefused_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << QByteArray(63, 'a');
        QTest::newRow("long") << QByteArray(65, 'a');
        QTest::newRow("no hex") << QByteArray(64, 'g');
    }
    void aFileWithoutAKeyIsRefused() {
        QFETCH(QByteArray, content);
        const auto file = path("mine.key");
        QVERIFY(writeFileAtomically(file, asBytes(content.toStdString()), {}));
        const auto key = obtain(wish({}, file));
        QVERIFY(!key);
        QCOMPARE(key.error().code, ErrorCode::Usage);
    }

    void anItemOfAnotherSizeIsNoKey() {
        const auto first = obtain(wish());
        m_keychain->items.begin()->second = SecretBytes(31);
        const auto key = obtain(wish(first->source));
        QVERIFY(!key);
        QCOMPARE(key.error().code, ErrorCode::Configuration);
    }

    void anUnknownSourceIsRefused() {
        const auto key = obtain(wish("moonlight"));
        QVERIFY(!key);
        QCOMPARE(key.error().code, ErrorCode::Configuration);
    }
};

QTEST_GUILESS_MAIN(TestJournalKeys)
#include "tst_journal_keys.moc"
