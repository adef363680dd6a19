// SPDX-License-Identifier: Apache-2.0
// How the profiles dialog is put together; what it does stands in profiles_dialog.cpp.
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/profiles_dialog.h"

#include "ui/dialogs/file_request.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
using workspace::CredentialSource;
using workspace::ProfileKind;

} // namespace

ProfilesDialog::ProfilesDialog(workspace::ProfileStore *store, keychain::Keychain *keychain, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_keychain(keychain) {
    setObjectName(QStringLiteral("profilesDialog"));
    setWindowTitle(tr("Profiles"));
    setAttribute(Qt::WA_DeleteOnClose);
    makeParts();
    connectParts();
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(920, 600);
    refill({});
}

void ProfilesDialog::makeParts() {
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    layout->setSpacing(metric::group);
    layout->addWidget(makeList());
    layout->addWidget(makeForm(), 1);
}

QWidget *ProfilesDialog::makeList() {
    auto *side = new QWidget(this);
    side->setFixedWidth(220);
    m_list = new QListWidget(side);
    m_list->setObjectName(QStringLiteral("profiles.list"));
    m_list->setAccessibleName(tr("Profiles"));
    m_new = new QPushButton(tr("New profile"), side);
    m_new->setObjectName(QStringLiteral("profiles.new"));
    m_remove = new QPushButton(tr("Remove\u2026"), side);
    m_remove->setObjectName(QStringLiteral("profiles.remove"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addWidget(m_new);
    buttons->addWidget(m_remove);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_list, 1);
    column->addLayout(buttons);
    return side;
}

QWidget *ProfilesDialog::makeForm() {
    auto *side = new QWidget(this);
    const auto line = [side](const char *name) {
        auto *edit = new QLineEdit(side);
        edit->setObjectName(QStringLiteral("profiles.") + QString::fromLatin1(name));
        return edit;
    };
    m_bar = new widgets::InlineBar(side);
    m_bar->hide();
    m_form = new widgets::Form(side);
    m_name = line("name");
    m_kind = new QComboBox(side);
    m_kind->addItem(tr("KMS endpoint"), int(ProfileKind::Endpoint));
    m_kind->addItem(tr("Local vault"), int(ProfileKind::Vault));
    m_vaultFile = line("vaultFile");
    m_chooseVault = new QPushButton(tr("Choose\u2026"), side);
    m_region = line("region");
    m_endpoint = line("endpoint");
    m_endpoint->setPlaceholderText(tr("Empty: AWS KMS in the Region"));
    m_source = new QComboBox(side);
    m_source->addItem(tr("OS keychain"), int(CredentialSource::Keychain));
    m_source->addItem(tr("Environment variables"), int(CredentialSource::Environment));
    m_source->addItem(tr("Profile of the AWS files"), int(CredentialSource::AwsProfile));
    m_awsProfile = line("awsProfile");
    m_accessKey = line("accessKey");
    m_secretKey = new widgets::SecretEdit(side);
    m_secretKey->setObjectName(QStringLiteral("profiles.secretKey"));
    m_sessionToken = new widgets::SecretEdit(side);
    m_caBundle = line("caBundle");
    m_environment = new QComboBox(side);
    for (int i = 0; i < theme::environmentCount; ++i) {
        m_environment->addItem(widgets::environmentWord(static_cast<theme::Environment>(i)), i);
    }
    m_readOnly = new QCheckBox(tr("Read-only: nothing can be changed or destroyed"), side);
    addRows();
    m_save = new QPushButton(tr("Save"), side);
    m_save->setObjectName(QStringLiteral("profiles.save"));
    m_open = new QPushButton(tr("Open"), side);
    m_open->setObjectName(QStringLiteral("profiles.open"));
    theme::setButtonKind(*m_open, theme::ButtonKind::Primary);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addStretch(1);
    buttons->addWidget(m_save);
    buttons->addWidget(m_open);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::group);
    column->addWidget(m_bar);
    column->addWidget(m_form);
    column->addStretch(1);
    column->addLayout(buttons);
    return side;
}

void ProfilesDialog::addRows() {
    m_form->addRow(tr("Name"), m_name);
    m_form->addRow(tr("Kind"), m_kind);
    m_form->addRow(tr("Vault file"), {m_vaultFile, m_chooseVault});
    m_form->addRow(tr("Region"), m_region);
    m_form->addRow(tr("Endpoint"), m_endpoint);
    m_form->addRow(tr("Credentials"), m_source);
    m_form->addRow(tr("AWS profile"), m_awsProfile);
    m_form->addRow(tr("Access key id"), m_accessKey);
    m_form->addRow(tr("Secret key"), m_secretKey,
                   tr("Goes into the OS keychain. Empty keeps what is there."));
    m_form->addRow(tr("Session token"), m_sessionToken);
    m_form->addRow(tr("CA bundle"), m_caBundle);
    m_form->addRow(tr("Environment"), m_environment);
    m_form->addField(m_readOnly);
}

void ProfilesDialog::connectParts() {
    for (QLineEdit *edit :
         {m_name, m_vaultFile, m_region, m_endpoint, m_awsProfile, m_accessKey, m_caBundle}) {
        connect(edit, &QLineEdit::textChanged, this, &ProfilesDialog::refresh);
    }
    for (QComboBox *box : {m_kind, m_source, m_environment}) {
        connect(box, &QComboBox::currentIndexChanged, this, &ProfilesDialog::refresh);
    }
    connect(m_readOnly, &QCheckBox::toggled, this, &ProfilesDialog::refresh);
    connect(m_secretKey, &widgets::SecretEdit::edited, this, &ProfilesDialog::refresh);
    connect(m_list, &QListWidget::currentRowChanged, this, &ProfilesDialog::showProfile);
    connect(m_list, &QListWidget::itemActivated, m_open, &QPushButton::click);
    connect(m_new, &QPushButton::clicked, this, &ProfilesDialog::startNew);
    connect(m_remove, &QPushButton::clicked, this, &ProfilesDialog::removeCurrent);
    connect(m_save, &QPushButton::clicked, this, &ProfilesDialog::save);
    connect(m_open, &QPushButton::clicked, this, [this] {
        Q_EMIT openRequested(fromUtf8(m_current.name));
        accept();
    });
    connect(m_chooseVault, &QPushButton::clicked, this, [this] {
        requestOpenFile(
            this, tr("Vault file"), tr("Keyturn vaults (*.keyturn);;All files (*)"),
            [this](const std::filesystem::path &file) { m_vaultFile->setText(fromUtf8(file.string())); });
    });
}

} // namespace keyturn::ui
