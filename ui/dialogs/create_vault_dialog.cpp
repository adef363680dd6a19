// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/vault_dialogs.h"

#include "kms/identifier.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"

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
    , m_run(new widgets::BusyButton(tr("Create vault"), this)) {
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
    auto *title = new QLabel(tr("New vault"), this);
    theme::setTextRole(*title, theme::TextRole::Title);
    auto *words =
        new QLabel(tr("One encrypted file that behaves as AWS KMS does, with no network. Without the "
                      "passphrase or a recovery code nobody can open it."),
                   this);
    words->setWordWrap(true);
    m_form->addRow(tr("File"), {m_file, m_choose});
    m_form->addRow(tr("Passphrase"), m_passphrase, tr("Several words are stronger than one with signs."));
    m_form->addRow(tr("Again"), m_again);
    m_form->addRow(tr("Account id"), m_account, tr("12 digits; appears in the ARNs of the keys."));
    m_form->addRow(tr("Region"), m_region);
    m_form->addRow(tr("Stretching"), m_kdf);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_run);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    layout->addWidget(title);
    layout->addWidget(words);
    layout->addWidget(m_bar);
    layout->addWidget(m_form);
    layout->addStretch(1);
    layout->addLayout(buttons);
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
                               self->accept();
                           });
}

} // namespace keyturn::ui
