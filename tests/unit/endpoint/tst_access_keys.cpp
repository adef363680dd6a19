// SPDX-License-Identifier: Apache-2.0
// Access keys of a vault: made, kept sealed, found, disabled, deleted, gone with the lock.
#include "unit/vault/kms_vault.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;

class TestAccessKeys : public QObject {
    Q_OBJECT

    static kms::CreatedAccessKey make(KmsVault &vault, kms::NewAccessKey wish) {
        auto created = vault.kms().accessKeys().create(std::move(wish));
        if (!created) {
            qFatal("not made: %s", created.error().detail.c_str());
        }
        return std::move(*created);
    }

private Q_SLOTS:
    void areKept() {
        KmsVault vault;
        const auto all = make(vault, {"backup"});
        vault.clock().advance(std::chrono::seconds(1));
        const auto some =
            make(vault, {{}, "arn:aws:iam::444455556666:role/app", {{"Encrypt", "Decrypt", "Encrypt"}}});
        const QRegularExpression idForm(QStringLiteral("^AKIA[A-Z2-7]{16}$"));
        QVERIFY(idForm.match(qstring(all.key.id)).hasMatch());
        QCOMPARE(all.secret.size(), std::size_t(40));
        QCOMPARE(all.key.principalArn, std::string("arn:aws:iam::111122223333:user/backup"));
        const auto entry = vault.kms().accessKeys().find(some.key.id);
        QVERIFY(entry != nullptr);
        entry->noteUse(vault.clock().now());
        vault.reopen();
        const auto keys = vault.kms().accessKeys().list();
        QCOMPARE(keys.size(), std::size_t(2));
        QVERIFY(keys[0] == all.key);
        QCOMPARE(keys[1].principalArn, std::string("arn:aws:iam::444455556666:role/app"));
        QCOMPARE(qstring(keys[1].permissionText()), QStringLiteral("Decrypt, Encrypt"));
        QVERIFY(keys[1].lastUsed == vault.clock().now());
        const auto found = vault.kms().accessKeys().find(some.key.id);
        QVERIFY(found != nullptr && equalConstantTime(found->secret.view(), some.secret.view()));
        QVERIFY(found->allows(kms::OperationId::Encrypt));
        QVERIFY(!found->allows(kms::OperationId::ReEncrypt));
        vault.reopen(vault::Access::ReadOnly);
        QCOMPARE(vault.kms().accessKeys().list().size(), std::size_t(2));
    }

    void changeAndGo() {
        KmsVault vault;
        auto *keys = &vault.kms().accessKeys();
        const auto one = make(vault, {"one"});
        QVERIFY(keys->setEnabled(one.key.id, false));
        QVERIFY(keys->find(one.key.id) == nullptr);
        QVERIFY(!keys->list()[0].enabled);
        vault.reopen();
        keys = &vault.kms().accessKeys();
        QVERIFY(keys->find(one.key.id) == nullptr);
        QVERIFY(keys->setEnabled(one.key.id, true));
        QVERIFY(keys->find(one.key.id) != nullptr);
        QVERIFY(keys->remove(one.key.id));
        QVERIFY(keys->find(one.key.id) == nullptr);
        const auto again = keys->remove(one.key.id);
        QVERIFY(!again && again.error().code == ErrorCode::Usage);
        vault.reopen();
        QVERIFY(vault.kms().accessKeys().list().empty());
    }

    void endWithTheLock() {
        KmsVault vault;
        const auto temporary = make(vault, {"run", {}, {}, kms::KeyLifetime::UntilLocked});
        QVERIFY(vault.kms().accessKeys().find(temporary.key.id) != nullptr);
        QVERIFY(!temporary.key.kept);
        vault::VaultKms &kms = vault.kms();
        QVERIFY(vault.lock());
        QVERIFY(!kms.accessKeys().isOpen());
        QVERIFY(kms.accessKeys().find(temporary.key.id) == nullptr);
        const auto late = kms.accessKeys().create({"late"});
        QVERIFY(!late && late.error().code == ErrorCode::VaultLocked);
        vault.reopen();
        QVERIFY(vault.kms().accessKeys().list().empty());
    }

    void lieSealedInTheFile() {
        KmsVault vault;
        const auto made = make(vault, {"findme", {}, {{"Encrypt"}}});
        QVERIFY(vault.lock());
        QFile file(QString::fromStdString(vault.path().string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        for (const std::string_view text :
             {std::string_view(made.key.id), std::string_view("findme"), made.secret.text()}) {
            QVERIFY(!bytes.contains(QByteArray(text.data(), qsizetype(text.size()))));
        }
        vault.reopen();
    }

    void areLogged() {
        KmsVault vault;
        const auto made = make(vault, {"app", {}, {{"Encrypt"}}});
        std::string note, action;
        QVERIFY(vault.kms().withContainer([&](vault::Container &container) -> Status {
            auto newest = container.newestLogRecords(1);
            if (!newest) {
                return failFrom(newest);
            }
            note = newest->front().record.note;
            action = newest->front().record.action;
            return {};
        }));
        QCOMPARE(action, std::string("CreateAccessKey"));
        QCOMPARE(note, made.key.id + " is arn:aws:iam::111122223333:user/app, may call Encrypt");
    }

    void refusesWishes_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("arn");
        QTest::addColumn<QString>("operation");
        QTest::newRow("blank in a name")
            << QStringLiteral("my app") << QStringLiteral("") << QStringLiteral("Encrypt");
        QTest::newRow("long name") << QString(65, QLatin1Char('a')) << QString() << QStringLiteral("Encrypt");
        QTest::newRow("no ARN") << QStringLiteral("a") << QStringLiteral("user/a")
                                << QStringLiteral("Encrypt");
        QTest::newRow("line feed in an ARN")
            << QStringLiteral("a") << QStringLiteral("arn:aws:iam::1:user/a\nb") << QStringLiteral("Encrypt");
        QTest::newRow("no operation")
            << QStringLiteral("a") << QStringLiteral("") << QStringLiteral("encrypt");
        QTest::newRow("none at all") << QStringLiteral("a") << QStringLiteral("") << QStringLiteral("-");
    }
    void refusesWishes() {
        QFETCH(QString, name);
        QFETCH(QString, arn);
        QFETCH(QString, operation);
        KmsVault vault;
        kms::NewAccessKey wish{name.toStdString(), arn.toStdString(), std::vector<std::string>()};
        if (operation != QStringLiteral("-")) {
            wish.operations->push_back(operation.toStdString());
        }
        const auto made = vault.kms().accessKeys().create(std::move(wish));
        QVERIFY(!made && made.error().code == ErrorCode::Usage);
        QVERIFY(vault.kms().accessKeys().list().empty());
    }

    void onesThatAreGoneMayNothing() {
        KmsVault vault;
        const auto made = make(vault, {"app"});
        QVERIFY(vault.kms().accessKeys().remove(made.key.id));
        kms::CallContext context;
        context.principal.accessKeyId = made.key.id;
        const auto reply = kms::callAndWait<kms::CreateKey>(vault.kms(), {}, std::move(context));
        QVERIFY(!reply && reply.error().code == ErrorCode::UnrecognizedClient);
    }
};

QTEST_GUILESS_MAIN(TestAccessKeys)
#include "tst_access_keys.moc"
