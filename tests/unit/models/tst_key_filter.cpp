// SPDX-License-Identifier: Apache-2.0
// What is typed into the filter bar, against one key.
#include "ui/models/key_catalog.h"
#include "ui/models/key_filter.h"

#include <QTest>

using namespace keyturn;
using keyturn::ui::CatalogKey;
using keyturn::ui::KeyFilter;

namespace {

CatalogKey invoiceKey() {
    CatalogKey key;
    key.keyId = "0c5f2b7e-6a3d-4e58-9d1b-2f7a4c8e6b10";
    key.arn = "arn:aws:kms:eu-central-1:111122223333:key/" + key.keyId;
    key.aliases = {"alias/billing/Invoices"};
    kms::KeyMetadata metadata;
    metadata.description = "Invoices of the shop";
    metadata.keyState = kms::KeyState::Disabled;
    metadata.keySpec = kms::KeySpec::RSA_2048;
    metadata.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT;
    metadata.origin = kms::OriginType::AWS_KMS;
    key.metadata = metadata;
    key.tags = std::vector<kms::Tag>{{"Team", "Pay ments"}};
    key.rotationKnown = true;
    key.rotationEnabled = false;
    return key;
}

} // namespace

class TestKeyFilter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rows_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *text, bool matches) {
            QTest::newRow(text) << QString::fromUtf8(text) << matches;
        };
        row("", true);
        row("invoices", true);
        row("INVOICES shop", true);
        row("invoices receipts", false);
        row("0c5f2b7e", true);
        row("arn:aws:kms:eu-central-1", true);
        row("alias/billing", true);
        row("state:disabled", true);
        row("state:enabled", false);
        row("State:Disabled", true);
        row("-state:enabled", true);
        row("-state:disabled", false);
        row("spec:rsa", true);
        row("spec:symmetric", false);
        row("usage:encrypt", true);
        row("origin:aws", true);
        row("alias:invoices", true);
        row("alias:shop", false);
        row("id:0c5f", true);
        row("id:invoices", false);
        row("tag:team", true);
        row("tag:te", true);
        row("tag:owner", false);
        row("\"tag:team=pay ments\"", true);
        row("tag:team=\"pay ments\"", true);
        row("tag:te=pay", false);
        row("rotation:off", true);
        row("rotation:on", false);
        row("-receipts", true);
        row("-invoices", false);
        row("-", true); // in every key id
        row("colour:red", false);
    }
    void rows() {
        QFETCH(QString, text);
        QFETCH(bool, matches);
        QCOMPARE(KeyFilter::parse(text.toStdString()).matches(invoiceKey()), matches);
    }

    void whatIsNotKnownYetMatchesNoToken() {
        CatalogKey key;
        key.keyId = "0c5f2b7e-6a3d-4e58-9d1b-2f7a4c8e6b10";
        for (const char *text : {"state:enabled", "spec:rsa", "rotation:off", "tag:team"}) {
            QVERIFY2(!KeyFilter::parse(text).matches(key), text);
        }
    }

    void unknownFieldsAreNamed() {
        QCOMPARE(KeyFilter::parse("colour:red state:enabled arn:aws").unknownFields(),
                 std::vector<std::string>{"colour"});
    }

    void aTermIsTakenAwayByItsChip() {
        const auto filter = KeyFilter::parse("shop tag:team=\"pay ments\" -state:enabled");
        QCOMPARE(filter.terms().size(), std::size_t(3));
        QCOMPARE(filter.without(0), "\"tag:team=pay ments\" -state:enabled");
        const auto left = KeyFilter::parse(filter.without(0));
        QCOMPARE(left.terms().size(), std::size_t(2));
        QVERIFY(left.matches(invoiceKey()));
    }
};

QTEST_APPLESS_MAIN(TestKeyFilter)
#include "tst_key_filter.moc"
