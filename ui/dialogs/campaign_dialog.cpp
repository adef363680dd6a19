// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/campaign_dialog.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/key_picker.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/form.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

constexpr int jobRows = 3;

QSpinBox *makeDays(const char *name, int least, int most, int value, QWidget *parent) {
    auto *days = new QSpinBox(parent);
    days->setObjectName(QString::fromLatin1(name));
    days->setRange(least, most);
    days->setValue(value);
    days->setSuffix(CampaignDialog::tr(" days"));
    return days;
}

} // namespace

CampaignDialog::CampaignDialog(const DialogContext &context, QWidget *parent)
    : ActingDialog(context, tr("New rotation campaign"), false, parent)
    , m_form(new widgets::Form(this))
    , m_name(new QLineEdit(this))
    , m_oldKey(new KeyPicker(context, tr("Old key"), this))
    , m_mode(new QComboBox(this))
    , m_successor(new KeyPicker(context, tr("Successor key"), this))
    , m_alias(new QLineEdit(this))
    , m_jobs(new QPlainTextEdit(this))
    , m_choose(new QPushButton(tr("Choose job files\u2026"), this))
    , m_reason(new QComboBox(this))
    , m_idleDays(makeDays("campaign.idleDays", 0, 3650, 7, this))
    , m_deletionDays(makeDays("campaign.deletionDays", 7, 30, 30, this)) {
    setObjectName(QStringLiteral("campaignDialog"));
    makeForm();
    makeButtons();
    connect(m_oldKey, &KeyPicker::changed, this, &CampaignDialog::suggestAlias);
    connect(m_mode, &QComboBox::currentIndexChanged, this, &CampaignDialog::showSuccessor);
    connect(m_choose, &QPushButton::clicked, this, &CampaignDialog::chooseJobs);
    showSuccessor();
    orderTabsAsLaidOut(*this);
    resize(760, 600);
    m_name->setFocus();
}

void CampaignDialog::makeForm() {
    m_name->setObjectName(QStringLiteral("campaign.name"));
    m_oldKey->setObjectName(QStringLiteral("campaign.oldKey"));
    m_mode->setObjectName(QStringLiteral("campaign.mode"));
    m_mode->addItem(tr("A new key like the old one"), int(Successor::NewKey));
    m_mode->addItem(tr("A key that exists"), int(Successor::ExistingKey));
    m_mode->addItem(tr("New material for the same key"), int(Successor::NewMaterial));
    m_successor->setObjectName(QStringLiteral("campaign.successor"));
    m_alias->setObjectName(QStringLiteral("campaign.alias"));
    m_alias->setPlaceholderText(tr("No alias is moved"));
    m_jobs->setObjectName(QStringLiteral("campaign.jobs"));
    m_jobs->setTabChangesFocus(true);
    m_jobs->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_jobs->setFixedHeight(m_jobs->fontMetrics().lineSpacing() * jobRows + theme::metric::group);
    m_choose->setObjectName(QStringLiteral("campaign.chooseJobs"));
    m_reason->setObjectName(QStringLiteral("campaign.reason"));
    m_reason->addItem(tr("Rotation"), QStringLiteral("rotation"));
    m_reason->addItem(tr("The key is compromised"), QStringLiteral("compromise"));
    m_reason->addItem(tr("Move to another account"), QStringLiteral("account"));
    m_form->addRow(tr("Name"), m_name);
    m_form->addRow(tr("Reason"), m_reason);
    m_form->addRow(tr("Old key"), m_oldKey);
    m_form->addRow(tr("Goes over to"), m_mode);
    m_form->addRow(tr("Successor"), m_successor);
    m_form->addRow(tr("Alias to move"), m_alias);
    m_form->addRow(tr("Job files"), m_jobs,
                   tr("What they move goes to the successor, whatever destination key they name."));
    auto *choose = new QWidget(this);
    auto *row = new QHBoxLayout(choose);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_choose);
    row->addStretch(1);
    m_form->addField(choose);
    m_form->addRow(tr("Watch for"), m_idleDays, tr("Before the old key may be disabled."));
    m_form->addRow(tr("Delete after"), m_deletionDays);
    content()->addWidget(m_form);
    content()->addStretch(1);
}

void CampaignDialog::makeButtons() {
    auto *cancel = new QPushButton(tr("Cancel"), this);
    auto *begin = new QPushButton(tr("Begin campaign"), this);
    begin->setObjectName(QStringLiteral("campaign.begin"));
    begin->setDefault(true);
    theme::setButtonKind(*begin, theme::ButtonKind::Primary);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(begin, &QPushButton::clicked, this, &CampaignDialog::begin);
    buttons()->addStretch(1);
    buttons()->addWidget(cancel);
    buttons()->addWidget(begin);
}

void CampaignDialog::showSuccessor() {
    const auto mode = static_cast<Successor>(m_mode->currentData().toInt());
    const bool goesAway = mode != Successor::NewMaterial;
    m_form->setRowVisible(m_successor, mode == Successor::ExistingKey);
    for (QWidget *each : {static_cast<QWidget *>(m_alias), static_cast<QWidget *>(m_idleDays),
                          static_cast<QWidget *>(m_deletionDays)}) {
        m_form->setRowVisible(each, goesAway);
    }
}

std::string CampaignDialog::keyOf(const KeyPicker &picker) {
    const auto &known = picker.resolved();
    return known && known->arn ? *known->arn : known && known->keyId ? *known->keyId : picker.identifier();
}

void CampaignDialog::suggestAlias() {
    const int known = context().catalog->find(keyOf(*m_oldKey));
    if (known >= 0 && m_alias->text().isEmpty() && !context().catalog->at(known).aliases.empty()) {
        m_alias->setText(fromUtf8(context().catalog->at(known).aliases.front()));
    }
}

void CampaignDialog::chooseJobs() {
    requestOpenFiles(this, tr("Job files"), [this](const std::vector<std::filesystem::path> &files) {
        for (const auto &file : files) {
            m_jobs->appendPlainText(fromUtf8(file.string()));
        }
    });
}

reencrypt::CampaignSpec CampaignDialog::spec() const {
    const auto mode = static_cast<Successor>(m_mode->currentData().toInt());
    reencrypt::CampaignSpec spec;
    spec.name = m_name->text().trimmed().toStdString();
    spec.reason = m_reason->currentData().toString().toStdString();
    spec.oldKey = keyOf(*m_oldKey);
    spec.newMaterial = mode == Successor::NewMaterial;
    if (mode == Successor::ExistingKey) {
        spec.successor = keyOf(*m_successor);
    }
    if (!spec.newMaterial) {
        spec.alias = m_alias->text().trimmed().toStdString();
    }
    for (const QString &line : m_jobs->toPlainText().split(u'\n', Qt::SkipEmptyParts)) {
        spec.jobs.push_back(line.trimmed().toStdString());
    }
    spec.idleDays = static_cast<std::uint32_t>(m_idleDays->value());
    spec.deletionWindowDays = static_cast<std::uint32_t>(m_deletionDays->value());
    return spec;
}

void CampaignDialog::begin() {
    const std::pair<QLatin1String, QWidget *> fields[] = {{QLatin1String("old-key"), m_oldKey},
                                                          {QLatin1String("alias"), m_alias},
                                                          {QLatin1String("successor"), m_successor},
                                                          {QLatin1String("jobs"), m_jobs}};
    for (const auto &[member, field] : fields) {
        m_form->setFault(field, {});
    }
    m_form->setFault(m_name,
                     m_name->text().trimmed().isEmpty() ? tr("Give the campaign a name.") : QString());
    const Status sound = reencrypt::checkCampaign(spec());
    if (sound && !m_name->text().trimmed().isEmpty()) {
        return accept();
    }
    if (sound) {
        return m_name->setFocus();
    }
    const QString fault = fromUtf8(sound.error().detail);
    for (const auto &[member, field] : fields) {
        if (fault.startsWith(member + QLatin1String(": "))) {
            QString sentence = fault.mid(member.size() + 2) + u'.';
            sentence[0] = sentence[0].toUpper();
            m_form->setFault(field, sentence);
            return (m_name->text().trimmed().isEmpty() ? m_name : field)->setFocus();
        }
    }
    showError(sound.error());
}

} // namespace keyturn::ui
