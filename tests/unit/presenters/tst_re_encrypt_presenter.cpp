// SPDX-License-Identifier: Apache-2.0
// The re-encrypt dialog's logic: what is suggested, what is refused before any call, one outcome a row, what
// reaches files, and that it all speaks of what was sent.
#include "unit/presenters/desk.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "inspect/record.h"
#include "ui/presenters/re_encrypt_presenter.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace keyturn;
using namespace keyturn::test;
using keyturn::ui::FormFault;
using keyturn::ui::ReEncryptField;
using keyturn::ui::ReEncryptForm;
using keyturn::ui::ReEncryptItem;
using keyturn::ui::ReEncryptPresenter;
using Outcome = ReEncryptItem::Outcome;

namespace {

QString base64(const Bytes &bytes) {
    return QString::fromStdString(toBase64(bytes));
}

std::vector<Outcome> outcomes(const ReEncryptPresenter &presenter) {
    std::vector<Outcome> all;
    for (const ReEncryptItem &item : presenter.items()) {
        all.push_back(item.outcome);
    }
    return all;
}

} // namespace

class TestReEncryptPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_desk = std::make_unique<Desk>();
        m_source = m_desk->addKey("alias/source");
        m_target = m_desk->addKey("alias/target");
        m_desk->reload();
        m_presenter = std::make_unique<ReEncryptPresenter>(m_desk->context());
        m_form = {.sourceKey = "alias/source", .destinationKey = "alias/target"};
    }
    void cleanup() {
        m_presenter.reset();
        m_desk.reset();
    }

    void aKeyThatStandsBesideTheCiphertextIsSuggested() {
        const Bytes blob = m_desk->encrypt(m_source);
        const auto file = m_desk->write("one.bin", blob);
        inspect::Record record;
        record.version = 1;
        record.keyId = m_desk->arnOf("alias/source");
        record.encryptionContext = contextWith({{"team", "pay"}});
        QVERIFY(inspect::saveRecord(file, record).has_value());
        m_presenter->setFiles({file});
        QCOMPARE(m_presenter->suggestedSourceKey(), m_desk->arnOf("alias/source"));
        QCOMPARE(m_presenter->suggestedSourceContext(), contextWith({{"team", "pay"}}));
        // Two that disagree: nothing is suggested.
        m_presenter->setFiles({file, m_desk->write("two.bin", m_desk->encrypt(m_target))});
        QCOMPARE(m_presenter->suggestedSourceKey(), std::string());
        QCOMPARE(m_presenter->suggestedSourceContext(), std::nullopt);
    }

    void aFormThatCannotBeSentSaysWhy_data() {
        QTest::addColumn<QString>("sourceKey");
        QTest::addColumn<bool>("letServiceFind");
        QTest::addColumn<QString>("sourceAlgorithm");
        QTest::addColumn<bool>("sourceHasContext");
        QTest::addColumn<QString>("targetKey");
        QTest::addColumn<QString>("targetAlgorithm");
        QTest::addColumn<bool>("targetHasContext");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("fault"); // -1: none
        const auto row = [](const char *name, const char *source, bool find, const char *sourceAlgorithm,
                            bool sourceContext, const char *target, const char *targetAlgorithm,
                            bool targetContext, int tokens, int fault) {
            QTest::newRow(name) << QString::fromLatin1(source) << find << QString::fromLatin1(sourceAlgorithm)
                                << sourceContext << QString::fromLatin1(target)
                                << QString::fromLatin1(targetAlgorithm) << targetContext << tokens << fault;
        };
        using F = ReEncryptField;
        row("both keys", "alias/source", false, "", true, "alias/target", "", true, 0, -1);
        row("same key on both sides", "alias/source", false, "", false, "alias/source", "", true, 0, -1);
        row("service finds it", "", true, "", false, "alias/target", "", false, 0, -1);
        row("ten grant tokens", "alias/source", false, "", false, "alias/target", "", false, 10, -1);
        row("RSA source", "alias/rsa", false, "RSAES_OAEP_SHA_256", false, "alias/target", "", true, 0, -1);
        row("RSA target", "alias/source", false, "", true, "alias/rsa", "RSAES_OAEP_SHA_1", false, 0, -1);
        row("no source key and no choice", "", false, "", false, "alias/target", "", false, 0,
            int(F::SourceKey));
        row("service cannot find an asymmetric key", "", true, "RSAES_OAEP_SHA_256", false, "alias/target",
            "", false, 0, int(F::SourceKey));
        row("RSA source without algorithm", "alias/rsa", false, "", false, "alias/target", "", false, 0,
            int(F::SourceAlgorithm));
        row("RSA source with a context", "alias/rsa", false, "RSAES_OAEP_SHA_256", true, "alias/target", "",
            false, 0, int(F::SourceContext));
        row("no target key", "alias/source", false, "", false, "", "", false, 0, int(F::DestinationKey));
        row("RSA target without algorithm", "alias/source", false, "", false, "alias/rsa", "", false, 0,
            int(F::DestinationAlgorithm));
        row("RSA target with a context", "alias/source", false, "", false, "alias/rsa", "RSAES_OAEP_SHA_256",
            true, 0, int(F::DestinationContext));
        row("eleven grant tokens", "alias/source", false, "", false, "alias/target", "", false, 11,
            int(F::GrantTokens));
    }
    void aFormThatCannotBeSentSaysWhy() {
        QFETCH(QString, sourceKey);
        QFETCH(bool, letServiceFind);
        QFETCH(QString, sourceAlgorithm);
        QFETCH(bool, sourceHasContext);
        QFETCH(QString, targetKey);
        QFETCH(QString, targetAlgorithm);
        QFETCH(bool, targetHasContext);
        QFETCH(int, tokens);
        QFETCH(int, fault);
        if (sourceKey == u"alias/rsa" || targetKey == u"alias/rsa") {
            m_desk->addRsaKey("alias/rsa");
            m_desk->reload();
        }
        m_presenter->setPastedText(base64(m_desk->encrypt(m_source)));
        const auto context = contextWith({{"a", "b"}});
        const ReEncryptForm form{.sourceKey = sourceKey.toStdString(),
                                 .letServiceFindKey = letServiceFind,
                                 .sourceAlgorithm = sourceAlgorithm.toStdString(),
                                 .sourceContext = sourceHasContext ? context : kms::EncryptionContext(),
                                 .destinationKey = targetKey.toStdString(),
                                 .destinationAlgorithm = targetAlgorithm.toStdString(),
                                 .destinationContext = targetHasContext ? context : kms::EncryptionContext(),
                                 .grantTokens = std::vector<std::string>(std::size_t(tokens), "token")};
        const auto faults = m_presenter->faults(form);
        QCOMPARE(int(faults.size()), fault < 0 ? 0 : 1);
        if (fault >= 0) {
            QCOMPARE(int(faults.front().field), fault);
            QVERIFY(faults.front().sentence.endsWith(u'.'));
            const auto callsBefore = m_desk->kms().calls().size();
            m_presenter->reEncrypt(form);
            QVERIFY(!m_presenter->isBusy());
            QCOMPARE(m_desk->kms().calls().size(), callsBefore); // nothing was sent
        }
    }

    void ciphertextOfRsaSizeNeedsItsKeyNamed() {
        const auto rsa = m_desk->addRsaKey("alias/rsa");
        m_presenter->setPastedText(
            base64(m_desk->encrypt(rsa, {}, kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256)));
        QVERIFY(m_presenter->looksAsymmetric());
        m_form.sourceKey.clear();
        m_form.letServiceFindKey = true;
        const auto faults = m_presenter->faults(m_form);
        QVERIFY(std::ranges::any_of(
            faults, [](const FormFault &each) { return each.field == ReEncryptField::SourceKey; }));
    }

    void theSourceKeyIsSentWheneverItIsFilled() {
        m_presenter->setPastedText(base64(m_desk->encrypt(m_source)));
        QVERIFY(m_presenter->command(m_form).contains(QStringLiteral("--source-key-id alias/source")));
        m_form.letServiceFindKey = true;
        QVERIFY(!m_presenter->command(m_form).contains(QStringLiteral("--source-key-id")));
        // And really sent: a wrong one is refused by the service.
        m_form.letServiceFindKey = false;
        m_form.sourceKey = "alias/target";
        run();
        QCOMPARE(outcomes(*m_presenter), std::vector{Outcome::Failed});
        QCOMPARE(m_presenter->items()[0].error->code, ErrorCode::IncorrectKey);
    }

    void eachRowHasItsOwnOutcomeAndOneFailureStopsNothing() {
        const auto context = contextWith({{"team", "pay"}});
        QStringList lines;
        for (int i = 0; i < 12; ++i) {
            lines += base64(m_desk->encrypt(m_source, context));
        }
        lines[1] = base64(m_desk->encrypt(m_target, context)); // wrong key
        lines[3] = base64(m_desk->encrypt(m_source));          // wrong context
        lines.insert(5, QString());                            // a blank line is no ciphertext
        m_presenter->setPastedText(lines.join(u'\n'));
        QCOMPARE(m_presenter->items().size(), std::size_t(12));
        QCOMPARE(m_presenter->items()[5].name, QStringLiteral("Line 7")); // as an editor counts
        m_form.sourceContext = context;
        m_form.destinationContext = context;
        run();
        for (int i = 0; i < 12; ++i) {
            const auto &item = m_presenter->items()[std::size_t(i)];
            QCOMPARE(item.outcome, i == 1 || i == 3 ? Outcome::Failed : Outcome::Done);
            if (item.reply) {
                QCOMPARE(m_desk->decrypt(*item.reply->ciphertextBlob, context, m_target), "the invoice");
            }
        }
        QCOMPARE(m_presenter->items()[1].error->code, ErrorCode::IncorrectKey);
        QCOMPARE(m_presenter->items()[3].error->code, ErrorCode::InvalidCiphertext);
        QCOMPARE(m_presenter->doneCount(), 12);
    }

    void aFileThatIsNoCiphertextIsLeftAlone() {
        const auto good = m_desk->write("good.bin", m_desk->encrypt(m_source));
        const auto letter = m_desk->write("letter.txt", toBytes("Dear Sir or Madam"));
        const auto absent = m_desk->folder() / "absent.bin";
        m_presenter->setFiles({letter, good, absent});
        run();
        QCOMPARE(outcomes(*m_presenter), (std::vector{Outcome::Waiting, Outcome::Done, Outcome::Failed}));
        QCOMPARE(m_presenter->items()[2].error->code, ErrorCode::FileNotFound);
    }

    void aDryRunChangesNothingAndSaysSo() {
        m_presenter->setPastedText(base64(m_desk->encrypt(m_source)));
        m_presenter->checkOnly(m_form);
        QTRY_VERIFY(!m_presenter->isBusy());
        QCOMPARE(outcomes(*m_presenter), std::vector{Outcome::WouldSucceed});
        QVERIFY(!m_presenter->items()[0].reply);
        QVERIFY(!m_presenter->items()[0].error);
        m_form.sourceKey = "alias/target";
        m_presenter->checkOnly(m_form);
        QTRY_VERIFY(!m_presenter->isBusy());
        QCOMPARE(outcomes(*m_presenter), std::vector{Outcome::Failed});
    }

    void cancellingLeavesNoRowWaiting() {
        QStringList lines;
        for (int i = 0; i < 20; ++i) {
            lines += base64(m_desk->encrypt(m_source));
        }
        m_presenter->setPastedText(lines.join(u'\n'));
        m_desk->kms().holdAnswers();
        m_presenter->reEncrypt(m_form);
        QVERIFY(m_presenter->isBusy());
        QCOMPARE(std::ranges::count(outcomes(*m_presenter), Outcome::Running), 8); // no more at once
        m_presenter->cancel();
        m_desk->kms().answerHeld();
        QTRY_VERIFY(!m_presenter->isBusy());
        QCOMPARE(m_presenter->doneCount(), 20);
        QVERIFY(std::ranges::count(outcomes(*m_presenter), Outcome::Cancelled) >= 12);
    }

    void aSavedResultIsReadBackWithItsRecord() {
        const auto sourceContext = contextWith({{"team", "pay"}});
        const auto targetContext = contextWith({{"team", "billing"}, {"year", "2026"}});
        m_presenter->setPastedText(base64(m_desk->encrypt(m_source, sourceContext)));
        m_form.sourceContext = sourceContext;
        m_form.destinationContext = targetContext;
        run();
        const auto file = m_desk->folder() / "saved.bin";
        QVERIFY(m_presenter->save(0, file, false, true, false).has_value());
        QCOMPARE(fileContent(file), *m_presenter->items()[0].reply->ciphertextBlob);
        const auto record = inspect::loadRecord(file);
        QVERIFY(record && *record);
        QCOMPARE((*record)->keyId, m_desk->arnOf("alias/target"));
        QCOMPARE((*record)->sourceKeyId, m_presenter->items()[0].reply->sourceKeyId);
        QCOMPARE((*record)->encryptionContext, targetContext);
        QCOMPARE((*record)->encryptionAlgorithm, "SYMMETRIC_DEFAULT");
        QVERIFY((*record)->time.has_value());
        QCOMPARE((*record)->keyMaterialId, m_presenter->items()[0].reply->destinationKeyMaterialId);
        // The dialog opens it again: key and context come from the record.
        ReEncryptPresenter again(m_desk->context());
        again.setFiles({file});
        QCOMPARE(again.suggestedSourceKey(), m_desk->arnOf("alias/target"));
        QCOMPARE(again.suggestedSourceContext(), targetContext);
        // Replacing needs leave.
        QCOMPARE(m_presenter->save(0, file, false, false, false).error().code, ErrorCode::FileExists);
        QVERIFY(m_presenter->save(0, file, true, false, true).has_value());
        QCOMPARE(QString::fromUtf8(asText(fileContent(file)).data(), qsizetype(fileContent(file).size())),
                 base64(*m_presenter->items()[0].reply->ciphertextBlob) + u'\n');
    }

    void replacingAFileKeepsItsLayersAndTheOldContent_data() {
        QTest::addColumn<bool>("asBase64");
        QTest::addColumn<QByteArray>("end");
        QTest::newRow("raw") << false << QByteArray();
        QTest::newRow("base64") << true << QByteArray();
        QTest::newRow("base64 and a line break") << true << QByteArray("\n");
    }
    void replacingAFileKeepsItsLayersAndTheOldContent() {
        QFETCH(bool, asBase64);
        QFETCH(QByteArray, end);
        const Bytes blob = m_desk->encrypt(m_source);
        const Bytes before = asBase64 ? toBytes(toBase64(blob) + end.toStdString()) : blob;
        const auto file = m_desk->write("data.bin", before);
        m_presenter->setFiles({file});
        run();
        QVERIFY(m_presenter->replaceSourceFile(0, true).has_value());
        const Bytes &fresh = *m_presenter->items()[0].reply->ciphertextBlob;
        QCOMPARE(fileContent(file), asBase64 ? toBytes(toBase64(fresh) + end.toStdString()) : fresh);
        QCOMPARE(fileContent(std::filesystem::path(file.string() + ".bak")), before);
        QCOMPARE(m_desk->decrypt(fresh, {}, m_target), "the invoice");
        // A second time would put the new content over the old one's backup.
        QVERIFY(!m_presenter->replaceSourceFile(0, true).has_value());
        QCOMPARE(fileContent(std::filesystem::path(file.string() + ".bak")), before);
    }

    void aFileThatChangedMeanwhileIsLeftAlone() {
        const auto file = m_desk->write("data.bin", m_desk->encrypt(m_source));
        m_presenter->setFiles({file});
        run();
        const Bytes other = m_desk->encrypt(m_source);
        m_desk->write("data.bin", other);
        QVERIFY(!m_presenter->replaceSourceFile(0, true).has_value());
        QCOMPARE(fileContent(file), other);
    }

    void aRecordSpeaksOfWhatWasSentNotOfTheFormNow() {
        m_presenter->setPastedText(base64(m_desk->encrypt(m_source)));
        m_form.destinationContext = contextWith({{"sent", "1"}});
        run();
        QCOMPARE(m_presenter->recordOf(m_presenter->items()[0]).encryptionContext,
                 contextWith({{"sent", "1"}}));
    }

    void aContextThatDoesNotMatchIsComparedWithKnownOnes() {
        QCOMPARE(m_presenter->contextComparison(), QString());
        m_desk->knownContexts().remember(contextWith({{"Team", "pay"}}), QStringLiteral("used before"));
        m_presenter->setPastedText(base64(m_desk->encrypt(m_source, contextWith({{"Team", "pay"}}))));
        m_form.sourceContext = contextWith({{"team", "pay"}});
        run();
        QCOMPARE(m_presenter->items()[0].error->code, ErrorCode::InvalidCiphertext);
        const QString text = m_presenter->contextComparison();
        QVERIFY2(text.contains(QStringLiteral("used before")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("only in letter case")), qPrintable(text));
        QVERIFY2(text.endsWith(QStringLiteral("the ciphertext does not hold its context.")),
                 qPrintable(text));
    }

    void anEmptiedTargetContextIsNoticed() {
        QVERIFY(!ReEncryptPresenter::dropsContext(m_form));
        m_form.sourceContext = contextWith({{"a", "b"}});
        QVERIFY(ReEncryptPresenter::dropsContext(m_form));
        m_form.destinationContext = m_form.sourceContext;
        QVERIFY(!ReEncryptPresenter::dropsContext(m_form));
    }

    void theKeyInAServicesMessageIsFound() {
        m_presenter->setPastedText(base64(m_desk->encrypt(m_source)));
        m_desk->disable(m_target);
        run();
        const auto &item = m_presenter->items()[0];
        QCOMPARE(item.error->code, ErrorCode::Disabled);
        QCOMPARE(m_presenter->keyNamedIn(*item.error, item), m_target);
    }

    void aKeyOutsideTheListIsDescribedAndRemembered() {
        const std::string arn = "arn:aws:kms:eu-central-1:999988887777:key/" + m_source;
        QVERIFY(m_presenter->metadataOf(arn) == nullptr); // same id, other account: not ours
        QSignalSpy resolved(m_presenter.get(), &ReEncryptPresenter::keyResolved);
        m_presenter->resolve(arn);
        QTRY_COMPARE(resolved.size(), 1);
        QVERIFY(m_presenter->resolveErrorOf(arn) != nullptr && m_presenter->resolveErrorOf(arn)->has_value());
    }

private:
    void run() {
        m_presenter->reEncrypt(m_form);
        QVERIFY(m_presenter->isBusy());
        QTRY_VERIFY(!m_presenter->isBusy());
    }

    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<ReEncryptPresenter> m_presenter;
    std::string m_source;
    std::string m_target;
    ReEncryptForm m_form;
};

QTEST_MAIN(TestReEncryptPresenter)
#include "tst_re_encrypt_presenter.moc"
