// SPDX-License-Identifier: Apache-2.0
// What may be granted for which key, what keeps a form from being sent, and the
// request that it becomes.
#include "ui/presenters/grant_form.h"

#include <QTest>

#include <algorithm>

using namespace keyturn;
using ui::GrantField;
using ui::GrantForm;

class TestGrantForm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void operationsFitTheKey_data() {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("usage");
        QTest::addColumn<QString>("has");
        QTest::addColumn<QString>("lacks");
        const auto row = [](const char *spec, const char *usage, const char *has, const char *lacks) {
            QTest::addRow("%s %s", spec, usage) << QString::fromLatin1(spec) << QString::fromLatin1(usage)
                                                << QString::fromLatin1(has) << QString::fromLatin1(lacks);
        };
        row("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "GenerateDataKeyPair", "GetPublicKey");
        row("RSA_2048", "ENCRYPT_DECRYPT", "GetPublicKey", "GenerateDataKey");
        row("RSA_2048", "SIGN_VERIFY", "Sign", "Encrypt");
        row("HMAC_256", "GENERATE_VERIFY_MAC", "VerifyMac", "GetPublicKey");
        row("ECC_NIST_P256", "KEY_AGREEMENT", "DeriveSharedSecret", "Sign");
        row("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", "Decapsulate", "Decrypt");
    }
    void operationsFitTheKey() {
        QFETCH(QString, spec);
        QFETCH(QString, usage);
        QFETCH(QString, has);
        QFETCH(QString, lacks);
        kms::KeyMetadata key;
        key.keySpec = kms::Open<kms::KeySpec>::fromText(spec.toStdString());
        key.keyUsage = kms::Open<kms::KeyUsageType>::fromText(usage.toStdString());
        const auto names = ui::grantOperationsOf(key);
        const auto holds = [&](const QString &name) {
            return std::ranges::find(names, name.toStdString()) != names.end();
        };
        QVERIFY(holds(has) && !holds(lacks) && holds(QStringLiteral("DescribeKey")));
        QCOMPARE(ui::takesContextConstraint(key), spec == u"SYMMETRIC_DEFAULT");
    }

    void faultsStandAtTheirFields() {
        QVERIFY(ui::grantFaults(filled()).empty());
        GrantForm form = filled();
        form.grantee.clear();
        QVERIFY(isAt(form, GrantField::Grantee));
        form = filled();
        form.grantee = "worker";
        QVERIFY(isAt(form, GrantField::Grantee));
        form = filled();
        form.retiring = "worker";
        QVERIFY(isAt(form, GrantField::Retiring));
        form = filled();
        form.operations.clear();
        QVERIFY(isAt(form, GrantField::Operations));
        form = filled();
        form.constraint = GrantForm::Context::Contains;
        QVERIFY(isAt(form, GrantField::Context));
        for (int i = 0; i < 8; ++i) {
            form.context.set("n" + std::to_string(i), "v");
        }
        QVERIFY(ui::grantFaults(form).empty());
        form.context.set("n8", "v");
        QVERIFY(isAt(form, GrantField::Context));
        form.context = {};
        form.context.set("n", std::string(384, 'v'));
        QVERIFY(ui::grantFaults(form).empty());
        form.context.set("n", std::string(385, 'v'));
        QVERIFY(isAt(form, GrantField::Context));
        form = filled();
        form.toService = true;
        form.grantee = "backup.amazonaws.com";
        QVERIFY(isAt(form, GrantField::SourceArn) && isAt(form, GrantField::Retiring));
        form.sourceArn = form.retiring = "arn:aws:iam::111122223333:role/x";
        QVERIFY(ui::grantFaults(form).empty());
    }

    void theRequestSaysWhatWasFilledIn() {
        GrantForm form = filled();
        auto request = ui::grantRequest(form);
        QCOMPARE(*request.granteePrincipal, form.grantee);
        QVERIFY(!request.constraints && !request.name && !request.retiringPrincipal);
        form.constraint = GrantForm::Context::Contains;
        form.context.set("team", "payments");
        form.name = "worker";
        request = ui::grantRequest(form);
        QCOMPARE(*request.constraints->encryptionContextSubset, form.context);
        QVERIFY(!request.constraints->encryptionContextEquals);
        QCOMPARE(*request.name, "worker");
        form.constraint = GrantForm::Context::Equals;
        QCOMPARE(*ui::grantRequest(form).constraints->encryptionContextEquals, form.context);
        QCOMPARE(request.operations->size(), std::size_t(2));
    }

private:
    static GrantForm filled() {
        return {.keyId = "key",
                .grantee = "arn:aws:iam::111122223333:role/worker",
                .operations = {"Encrypt", "Decrypt"}};
    }
    static bool isAt(const GrantForm &form, GrantField field) {
        const auto faults = ui::grantFaults(form);
        return std::ranges::find(faults, field, &ui::GrantFault::field) != faults.end();
    }
};

QTEST_GUILESS_MAIN(TestGrantForm)
#include "tst_grant_form.moc"
