// SPDX-License-Identifier: Apache-2.0
// The key's detail on keys of every kind: which tabs there are, what they show and change, how they look.
#include "gui/dialogs/dialog_parts.h"
#include "unit/presenters/desk.h"

#include "ui/dialogs/signing_dialog.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/views/key_detail.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTableWidget>

namespace keyturn::gui_test {

using test::Desk;

class TestKeyDetail : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void cleanup() {
        m_detail.reset();
        m_acts.reset();
        m_desk.reset();
    }

    void thePublicKeyIsShownAndSignsFromItsTab() {
        m_desk = std::make_unique<Desk>();
        const auto key = m_desk->addKeyOf(kms::KeySpec::ECC_NIST_P256, kms::KeyUsageType::SIGN_VERIFY,
                                          "alias/release/signing");
        open(key, "Public key");
        auto &text = part<QPlainTextEdit>(*m_detail, "publicKey.text");
        QTRY_VERIFY(text.toPlainText().contains(QStringLiteral("BEGIN PUBLIC KEY")));
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("detail-public-key"));
        auto &form = part<QComboBox>(*m_detail, "publicKey.form");
        form.setCurrentIndex(2);
        QVERIFY(text.toPlainText().contains(QStringLiteral("\"alg\": \"ES256\"")));
        press(*m_detail, "keyDetail.sign");
        auto *dialog = m_detail->window()->findChild<ui::SigningDialog *>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QCOMPARE(part<ui::KeyPicker>(*dialog, "signing.key").identifier(),
                 m_desk->arnOf("alias/release/signing"));
        dialog->close();
    }

    void tabsFollowTheKindOfKey_data() {
        QTest::addColumn<int>("spec");
        QTest::addColumn<int>("usage");
        QTest::addColumn<bool>("hasPublicKey");
        QTest::addColumn<bool>("signs");
        using Usage = kms::KeyUsageType;
        QTest::newRow("symmetric") << int(kms::KeySpec::SYMMETRIC_DEFAULT) << int(Usage::ENCRYPT_DECRYPT)
                                   << false << false;
        QTest::newRow("HMAC") << int(kms::KeySpec::HMAC_256) << int(Usage::GENERATE_VERIFY_MAC) << false
                              << false;
        QTest::newRow("signing") << int(kms::KeySpec::ECC_NIST_P384) << int(Usage::SIGN_VERIFY) << true
                                 << true;
        QTest::newRow("agreement") << int(kms::KeySpec::ECC_NIST_P384) << int(Usage::KEY_AGREEMENT) << true
                                   << false;
    }
    void tabsFollowTheKindOfKey() {
        QFETCH(int, spec);
        QFETCH(int, usage);
        QFETCH(bool, hasPublicKey);
        QFETCH(bool, signs);
        m_desk = std::make_unique<Desk>();
        const auto key = m_desk->addKeyOf(kms::KeySpec(spec), kms::KeyUsageType(usage), "alias/any");
        open(key, "Overview");
        auto *tabs = m_detail->findChild<QTabWidget *>();
        QCOMPARE(tabs->isTabVisible(indexOf("Public key")), hasPublicKey);
        if (hasPublicKey) {
            tabs->setCurrentIndex(indexOf("Public key"));
            QCOMPARE(part<QAbstractButton>(*m_detail, "keyDetail.sign").isVisible(), signs);
        }
    }

private:
    void open(const std::string &keyId, const char *tab) {
        m_desk->reload();
        m_acts = std::make_unique<ui::KeyActsPresenter>(m_desk->context());
        m_detail = std::make_unique<ui::KeyDetail>(m_desk->context(), m_acts.get());
        m_detail->setKey(keyId);
        QVERIFY(Stage::show(*m_detail, {480, 640}));
        m_detail->showTab(indexOf(tab));
        Stage::settle();
    }
    int indexOf(const char *title) {
        auto *tabs = m_detail->findChild<QTabWidget *>(QStringLiteral("keyDetail.tabs"));
        for (int i = 0; i < tabs->count(); ++i) {
            if (tabs->tabText(i) == QString::fromLatin1(title)) {
                return i;
            }
        }
        return -1;
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<ui::KeyActsPresenter> m_acts;
    std::unique_ptr<ui::KeyDetail> m_detail;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestKeyDetail)
#include "tst_key_detail.moc"
