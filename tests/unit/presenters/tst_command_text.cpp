// SPDX-License-Identifier: Apache-2.0
// "Copy as command": what is copied is what keyturn-cli takes, through a real shell and the real program.
#include "unit/presenters/desk.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/create_custom_key_store.h"
#include "kms/operations/create_grant.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/import_key_material.h"
#include "kms/operations/re_encrypt.h"
#include "ui/presenters/command_text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <thread>

using namespace keyturn;
using namespace keyturn::test;

namespace {

workspace::Profile endpointProfile() {
    workspace::Profile profile;
    profile.name = "Payments production";
    profile.region = "eu-central-1";
    return profile;
}

} // namespace

class TestCommandText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsQuotedOnlyWhereAShellNeedsIt_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("quoted");
        const auto row = [](const char *text, const char *quoted) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(quoted);
        };
        row("alias/app", "alias/app");
        row("arn:aws:kms:eu-central-1:111122223333:key/1", "arn:aws:kms:eu-central-1:111122223333:key/1");
        row("two words", "'two words'");
        row("it's", "'it'\\''s'");
        row("$HOME", "'$HOME'");
        row("a;b", "'a;b'");
        row("~/x", "'~/x'");
        row("*", "'*'");
        row("h\u00e4", "'h\u00e4'");
        row("", "''");
    }
    void textIsQuotedOnlyWhereAShellNeedsIt() {
        QFETCH(QString, text);
        QFETCH(QString, quoted);
        QCOMPARE(ui::shellQuoted(text), quoted);
        QProcess shell; // and a shell gives it back as it was
        shell.start(QStringLiteral("/bin/sh"),
                    {QStringLiteral("-c"), QStringLiteral("printf %s ") + ui::shellQuoted(text)});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), text);
    }

    void aRequestIsSpelledAsTheAwsCliDoes() {
        kms::ReEncrypt::Request request;
        request.ciphertextBlob = Bytes{1, 2, 3};
        request.sourceKeyId = "alias/a";
        request.destinationKeyId = "alias/b";
        request.sourceEncryptionContext = contextWith({{"it's", "a \"b\""}});
        request.grantTokens = std::vector<std::string>{"one", "two"};
        request.dryRun = true;
        QCOMPARE(ui::commandText(kms::AnyRequest::of<kms::ReEncrypt>(std::move(request)), endpointProfile()),
                 QStringLiteral("keyturn-cli kms re-encrypt --profile 'Payments production' "
                                "--ciphertext-blob AQID --source-encryption-context "
                                "'{\"it'\\''s\":\"a \\\"b\\\"\"}' --source-key-id alias/a "
                                "--destination-key-id alias/b --grant-tokens one two --dry-run"));
    }

    void noPlaintextIsEverInIt() {
        kms::Encrypt::Request request;
        request.keyId = "alias/a";
        request.plaintext = SecretBytes::copyOf("do not print this");
        const QString command =
            ui::commandText(kms::AnyRequest::of<kms::Encrypt>(std::move(request)), endpointProfile());
        QCOMPARE(command, QStringLiteral("keyturn-cli kms encrypt --profile 'Payments production' --key-id "
                                         "alias/a --plaintext fileb://FILE"));
    }

    void noOtherSecretIsInItEither() {
        const auto secret = [](std::string_view value) {
            SecretText text;
            text.append(value);
            return text;
        };
        kms::CreateCustomKeyStore::Request request;
        request.customKeyStoreName = "outside";
        request.keyStorePassword = secret("do not print this");
        request.xksProxyAuthenticationCredential.emplace();
        request.xksProxyAuthenticationCredential->rawSecretAccessKey = secret("nor this");
        QCOMPARE(ui::commandText(kms::AnyRequest::of<kms::CreateCustomKeyStore>(std::move(request)),
                                 endpointProfile()),
                 QStringLiteral("keyturn-cli kms create-custom-key-store --profile 'Payments production' "
                                "--custom-key-store-name outside --key-store-password file://FILE "
                                "--xks-proxy-authentication-credential file://FILE"));
    }

    void structuresListsAndTimesAreInIt() {
        kms::CreateGrant::Request grant;
        grant.keyId = "k";
        grant.operations = std::vector<kms::Open<kms::GrantOperation>>{kms::GrantOperation::Decrypt,
                                                                       kms::GrantOperation::Sign};
        grant.constraints.emplace();
        grant.constraints->encryptionContextSubset = contextWith({{"a", "b"}});
        QCOMPARE(ui::commandText(kms::AnyRequest::of<kms::CreateGrant>(std::move(grant)), endpointProfile()),
                 QStringLiteral("keyturn-cli kms create-grant --profile 'Payments production' --key-id k "
                                "--operations Decrypt Sign --constraints "
                                "'{\"EncryptionContextSubset\":{\"a\":\"b\"}}'"));
        kms::ImportKeyMaterial::Request import;
        import.keyId = "k";
        import.validTo = Timestamp(std::chrono::seconds(1'900'000'000));
        QCOMPARE(ui::commandText(kms::AnyRequest::of<kms::ImportKeyMaterial>(std::move(import)),
                                 endpointProfile()),
                 QStringLiteral("keyturn-cli kms import-key-material --profile 'Payments production' "
                                "--key-id k --valid-to 2030-03-17T17:46:40Z"));
    }

    void theRealProgramTakesIt() {
        const QString program = qEnvironmentVariable("KEYTURN_CLI");
        QVERIFY2(QFileInfo(program).isExecutable(), "KEYTURN_CLI names no program");
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "it's mine.keyturn";
        const QString passphrase = folder.filePath(QStringLiteral("passphrase"));
        QVERIFY(writeFileAtomically(passphrase.toStdString(), toBytes("correct horse"), {}).has_value());
        const auto context = contextWith({{"team", "it's \"ours\""}, {"caf\u00e9", "$HOME `x`"}});
        const auto sent = prepare(file, context);
        workspace::Profile profile;
        profile.kind = workspace::ProfileKind::Vault;
        profile.vaultFile = file;
        kms::ReEncrypt::Request request = sent;
        const QString command =
            ui::commandText(kms::AnyRequest::of<kms::ReEncrypt>(std::move(request)), profile);
        QProcess shell;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("KEYTURN_PASSPHRASE_FILE"), passphrase);
        environment.insert(QStringLiteral("PATH"),
                           QFileInfo(program).path() + u':' + qEnvironmentVariable("PATH"));
        shell.setProcessEnvironment(environment);
        shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command});
        QVERIFY(shell.waitForFinished());
        QVERIFY2(shell.exitCode() == 0, shell.readAllStandardError().constData());
        const auto reply = QJsonDocument::fromJson(shell.readAllStandardOutput()).object();
        QCOMPARE(reply.value(QStringLiteral("KeyId")).toString().section(u'/', 1),
                 QString::fromStdString(*sent.destinationKeyId));
        QVERIFY(!reply.value(QStringLiteral("CiphertextBlob")).toString().isEmpty());
    }

private:
    /// A vault with two keys; gives the request to re-encrypt from one to the other, and locks it again.
    kms::ReEncrypt::Request prepare(const std::filesystem::path &file,
                                    const kms::EncryptionContext &context) {
        workspace::NewVault vault{.file = file, .passphrase = SecretBytes::copyOf("correct horse")};
        vault.kdf = workspace::PassphraseKdf::Scrypt;
        vault.kdfMemoryMib = 32;
        vault.interactiveThread = std::this_thread::get_id();
        const auto made = workspace::createVault(vault, {});
        const auto service = (*made)->service();
        kms::ReEncrypt::Request request;
        request.sourceKeyId = *kms::callAndWait<kms::CreateKey>(*service, {})->keyMetadata->keyId;
        request.destinationKeyId = *kms::callAndWait<kms::CreateKey>(*service, {})->keyMetadata->keyId;
        kms::Encrypt::Request encrypt;
        encrypt.keyId = request.sourceKeyId;
        encrypt.plaintext = SecretBytes::copyOf("the invoice");
        encrypt.encryptionContext = context;
        request.ciphertextBlob = kms::callAndWait<kms::Encrypt>(*service, std::move(encrypt))->ciphertextBlob;
        request.sourceEncryptionContext = context;
        request.destinationEncryptionContext = context;
        static_cast<void>((*made)->lock().has_value());
        return request;
    }
};

QTEST_GUILESS_MAIN(TestCommandText)
#include "tst_command_text.moc"
