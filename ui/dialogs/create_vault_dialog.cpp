// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/vault_dialogs.h"

#include "kms/identifier.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/recovery_sheet.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;

CreateVaultDialog::CreateVaultDialog(workspace::Session *session, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_bar(new widgets::InlineBar(this))
    , m_form(new widgets::Form(this))
    , m_file(new QLineEdit(this))
    , m_choose(new QPushButton(tr("Choose\u2026"), this))
    , m_passphrase(new widgets::SecretEdit(this))
    , m_again(new widgets::SecretEdit(this))
    , m_account(new QLineEdit(QStringLiteral("111122223333"), this))
    , m_region(new QLineEdit(QStringLiteral("us-east-1"), this))
    , m_kdf(new QComboBox(this))
    , m_withCode(new QCheckBox(tr("Make a recovery code next"), this))
    , m_title(new QLabel(tr("New vault"), this))
    , m_words(new QLabel(this))
    , m_sheet(new RecoverySheet(m_bar, this))
    , m_run(new widgets::BusyButton(tr("Create vault"), this))
    , m_use(new widgets::BusyButton(tr("Use this code"), this))
    , m_skip(new QPushButton(tr("Go without"), this)) {
    setObjectName(QStringLiteral("createVaultDialog"));
    setWindowTitle(tr("New vault"));
    setAttribute(Qt::WA_DeleteOnClose);
    makeParts();
    for (QLineEdit *edit : {m_file, m_account, m_region}) {
        connect(edit, &QLineEdit::textChanged, this, &CreateVaultDialog::refresh);
    }
    for (widgets::SecretEdit *edit : {m_passphrase, m_again}) {
        connect(edit, &widgets::SecretEdit::edited, this, &CreateVaultDialog::refresh);
        connect(edit, &widgets::SecretEdit::returnPressed, m_run, &QPushButton::click);
    }
    connect(m_choose, &QPushButton::clicked, this, [this] {
        requestSaveFile(
            this, tr("Place of the vault"), QStringLiteral("vault.keyturn"),
            [this](const std::filesystem::path &file) { m_file->setText(fromUtf8(file.string())); });
    });
    connect(m_use, &widgets::BusyButton::started, this, &CreateVaultDialog::useCode);
    connect(m_skip, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_sheet, &RecoverySheet::submitted, m_use, &QPushButton::click);
    connect(m_sheet, &RecoverySheet::changed, this, [this] { m_use->setEnabled(m_sheet->mayBeKept()); });
    connect(m_session, &workspace::Session::aboutToLock, this, [this] {
        if (m_made) { // what is open is the new vault
            m_sheet->wipe();
            reject();
        }
    });
    connect(m_run, &widgets::BusyButton::started, this, &CreateVaultDialog::create);
    connect(m_run, &widgets::BusyButton::cancelRequested, m_session, &workspace::Session::cancelOpening);
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(640, 520);
    m_file->setFocus();
    refresh();
}

void CreateVaultDialog::makeParts() {
    m_bar->hide();
    m_file->setObjectName(QStringLiteral("createVault.file"));
    m_passphrase->setObjectName(QStringLiteral("createVault.passphrase"));
    m_again->setObjectName(QStringLiteral("createVault.again"));
    m_account->setObjectName(QStringLiteral("createVault.account"));
    m_region->setObjectName(QStringLiteral("createVault.region"));
    m_run->setObjectName(QStringLiteral("createVault.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    m_kdf->addItem(tr("Argon2id, 256 MiB"), int(workspace::PassphraseKdf::Argon2id));
    m_kdf->addItem(tr("scrypt, 128 MiB (approved primitives)"), int(workspace::PassphraseKdf::Scrypt));
    m_withCode->setObjectName(QStringLiteral("createVault.withCode"));
    m_withCode->setChecked(true);
    m_use->setObjectName(QStringLiteral("createVault.use"));
    theme::setButtonKind(*m_use, theme::ButtonKind::Primary);
    m_skip->setObjectName(QStringLiteral("createVault.skip"));
    theme::setTextRole(*m_title, theme::TextRole::Title);
    m_words->setText(tr("One encrypted file that behaves as AWS KMS does, with no network. Without the "
                        "passphrase or a recovery code nobody can open it."));
    m_words->setWordWrap(true);
    makeForm();
    for (QWidget *each : std::initializer_list<QWidget *>{m_sheet, m_use, m_skip}) {
        each->hide();
    }
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addStretch(1);
    buttons->addWidget(m_skip);
    buttons->addWidget(m_run);
    buttons->addWidget(m_use);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    for (QWidget *each : std::initializer_list<QWidget *>{m_title, m_words, m_bar, m_form, m_sheet}) {
        layout->addWidget(each);
    }
    layout->addStretch(1);
    layout->addLayout(buttons);
}

void CreateVaultDialog::makeForm() {
    m_form->addRow(tr("File"), {m_file, m_choose});
    m_form->addRow(tr("Passphrase"), m_passphrase, tr("Several words are stronger than one with signs."));
    m_form->addRow(tr("Again"), m_again);
    m_form->addRow(tr("Account id"), m_account, tr("12 digits; appears in the ARNs of the keys."));
    m_form->addRow(tr("Region"), m_region);
    m_form->addRow(tr("Stretching"), m_kdf);
    m_form->addField(m_withCode);
}

QString CreateVaultDialog::fault() const {
    if (m_file->text().isEmpty() || !QFileInfo(m_file->text()).isAbsolute()) {
        return tr("Choose where the vault goes.");
    }
    if (m_passphrase->isEmpty()) {
        return tr("Type a passphrase.");
    }
    if (!m_passphrase->equals(*m_again)) {
        return tr("The passphrases differ.");
    }
    if (!kms::looksLikeAccountId(m_account->text().toStdString())) {
        return tr("An account id has 12 digits.");
    }
    return m_region->text().isEmpty() ? tr("Name a Region.") : QString();
}

void CreateVaultDialog::refresh() {
    const bool differ = !m_again->isEmpty() && !m_passphrase->equals(*m_again);
    m_form->setFault(m_again, differ ? tr("The passphrases differ.") : QString());
    const bool badAccount = !kms::looksLikeAccountId(m_account->text().toStdString());
    m_form->setFault(m_account, badAccount ? tr("An account id has 12 digits.") : QString());
    m_run->setEnabled(fault().isEmpty() || m_run->isBusy());
    m_run->setToolTip(fault());
}

void CreateVaultDialog::create() {
    const QString file = m_file->text();
    workspace::NewVault vault{.file = QFile::encodeName(file).toStdString(),
                              .passphrase = m_passphrase->take(),
                              .accountId = m_account->text().toStdString(),
                              .region = m_region->text().toStdString(),
                              .program = "console"};
    vault.kdf = static_cast<workspace::PassphraseKdf>(m_kdf->currentData().toInt());
    vault.kdfMemoryMib = vault.kdf == workspace::PassphraseKdf::Scrypt ? 128 : 256;
    m_again->clear();
    workspace::Profile profile;
    profile.id = workspace::newProfileId();
    profile.name = QFileInfo(file).completeBaseName().toStdString();
    profile.kind = workspace::ProfileKind::Vault;
    profile.vaultFile = vault.file;
    profile.environment = workspace::Environment::Local;
    m_bar->dismiss();
    m_run->setBusy(true);
    m_session->createVault(std::move(vault), profile,
                           [self = QPointer<CreateVaultDialog>(this), file](Status made) {
                               if (!self) {
                                   return;
                               }
                               self->m_run->setBusy(false);
                               if (!made) {
                                   self->m_bar->present(newsFor(made.error(), {}, false));
                                   return self->refresh();
                               }
                               Q_EMIT self->created(file);
                               self->vaultMade();
                           });
}

void CreateVaultDialog::vaultMade() {
    m_made = true;
    if (!m_withCode->isChecked()) {
        return accept();
    }
    m_title->setText(tr("Recovery code"));
    m_words->setText(
        tr("The vault is there. This code opens it when the passphrase is lost. It is shown once: "
           "write it down or save it where the vault is not. It counts once you have it."));
    m_form->hide();
    m_run->hide();
    for (QWidget *each : std::initializer_list<QWidget *>{m_sheet, m_use, m_skip}) {
        each->show();
    }
    m_use->setDefault(true);
    m_use->setEnabled(false);
    if (const auto drafted = m_sheet->make(); !drafted) {
        m_bar->present(newsFor(drafted.error(), {}, false));
    }
}

void CreateVaultDialog::useCode() {
    if (!m_sheet->kept()) {
        return;
    }
    m_use->setBusy(true);
    const auto code = std::make_shared<SecretBytes>(m_sheet->code());
    m_session->withVault([code](workspace::OpenVault &vault) { return vault.useRecoveryCode(*code); },
                         [self = QPointer<CreateVaultDialog>(this)](const Status &used) {
                             if (!self) {
                                 return;
                             }
                             self->m_use->setBusy(false);
                             if (!used) {
                                 return self->m_bar->present(newsFor(used.error(), {}, false));
                             }
                             self->m_codeUsed = true;
                             self->accept();
                         });
}

void CreateVaultDialog::done(int result) {
    m_sheet->wipe();
    if (m_made && !m_codeUsed) {
        Q_EMIT leftWithoutRecoveryCode();
    }
    QDialog::done(result);
}

} // namespace keyturn::ui
