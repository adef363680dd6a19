// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/profile_form.h"

#include "ui/dialogs/file_request.h"
#include "ui/dialogs/profile_list.h"
#include "ui/models/key_words.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/form.h"
#include "ui/widgets/secret_edit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace keyturn::ui {
namespace {

using workspace::CredentialSource;
using workspace::EndpointService;
using workspace::Profile;
using workspace::ProfileKind;
using workspace::SafetyLevel;

/// One choice for kind and service together.
enum Kind { AwsKms, Qkms, OtherEndpoint, Vault };

Kind kindOf(const Profile &profile) {
    if (profile.kind == ProfileKind::Vault) {
        return Vault;
    }
    return profile.service == EndpointService::Aws    ? AwsKms
           : profile.service == EndpointService::Qkms ? Qkms
                                                      : OtherEndpoint;
}

std::string textOf(const QLineEdit *edit) {
    return edit->text().trimmed().toStdString();
}

void addSources(QComboBox *box, bool forRole) {
    box->addItem(ProfileForm::tr("OS keychain"), int(CredentialSource::Keychain));
    box->addItem(ProfileForm::tr("Environment variables"), int(CredentialSource::Environment));
    box->addItem(ProfileForm::tr("Profile of the AWS files"), int(CredentialSource::AwsProfile));
    box->addItem(ProfileForm::tr("A program that prints them"), int(CredentialSource::Process));
    if (!forRole) {
        box->addItem(ProfileForm::tr("IAM Identity Center"), int(CredentialSource::Sso));
        box->addItem(ProfileForm::tr("A role that is assumed"), int(CredentialSource::Role));
    }
}

} // namespace

ProfileForm::ProfileForm(QWidget *parent)
    : QWidget(parent)
    , m_form(new widgets::Form(this)) {
    makePlace();
    makeCredentials();
    makeSafety();
    addPlaceRows();
    addCredentialRows();
    addSafetyRows();
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_form);
    connectParts();
}

QLineEdit *ProfileForm::line(const char *name, const QString &placeholder) {
    auto *edit = new QLineEdit(this);
    edit->setObjectName(QStringLiteral("profiles.") + QString::fromLatin1(name));
    edit->setPlaceholderText(placeholder);
    return edit;
}

void ProfileForm::makePlace() {
    m_name = line("name");
    m_kind = new QComboBox(this);
    m_kind->setObjectName(QStringLiteral("profiles.kind"));
    m_kind->addItem(tr("AWS KMS"), AwsKms);
    m_kind->addItem(tr("QKMS"), Qkms);
    m_kind->addItem(tr("Another KMS endpoint"), OtherEndpoint);
    m_kind->addItem(tr("Local vault"), Vault);
    m_vaultFile = line("vaultFile");
    m_chooseVault = new QPushButton(tr("Choose\u2026"), this);
    m_region = line("region", QStringLiteral("eu-central-1"));
    m_endpoint = line("endpoint");
    m_fips = new QCheckBox(tr("FIPS endpoint"), this);
    m_dualStack = new QCheckBox(tr("Dual stack (IPv6)"), this);
    m_caBundle = line("caBundle", tr("Empty: the system's certificates"));
    m_chooseBundle = new QPushButton(tr("Choose\u2026"), this);
}

void ProfileForm::makeCredentials() {
    m_source = new QComboBox(this);
    m_source->setObjectName(QStringLiteral("profiles.source"));
    addSources(m_source, false);
    m_roleArn = line("roleArn", QStringLiteral("arn:aws:iam::111122223333:role/name"));
    m_roleBase = new QComboBox(this);
    m_roleBase->setObjectName(QStringLiteral("profiles.roleBase"));
    addSources(m_roleBase, true);
    m_externalId = line("externalId");
    m_mfaSerial = line("mfaSerial", QStringLiteral("arn:aws:iam::111122223333:mfa/device"));
    m_awsProfile = line("awsProfile", QStringLiteral("default"));
    m_process = line("process");
    m_ssoUrl = line("ssoUrl", QStringLiteral("https://example.awsapps.com/start"));
    m_ssoRegion = line("ssoRegion");
    m_ssoAccount = line("ssoAccount", tr("12 digits"));
    m_ssoRole = line("ssoRole");
    m_accessKey = line("accessKey");
    m_secretKey = new widgets::SecretEdit(this);
    m_secretKey->setObjectName(QStringLiteral("profiles.secretKey"));
    m_sessionToken = new widgets::SecretEdit(this);
    m_sessionToken->setObjectName(QStringLiteral("profiles.sessionToken"));
}

void ProfileForm::makeSafety() {
    m_environment = new QComboBox(this);
    m_environment->setObjectName(QStringLiteral("profiles.environment"));
    for (int i = 0; i < theme::environmentCount; ++i) {
        m_environment->addItem(widgets::environmentWord(static_cast<theme::Environment>(i)), i);
    }
    m_label = line("environmentLabel", tr("Empty: the environment's own word"));
    m_safety = new QComboBox(this);
    m_safety->setObjectName(QStringLiteral("profiles.safety"));
    for (const SafetyLevel level : workspace::allSafetyLevels) {
        m_safety->addItem(safetyWord(level), int(level));
    }
    m_deletionDays = new QSpinBox(this);
    m_deletionDays->setObjectName(QStringLiteral("profiles.deletionDays"));
    m_deletionDays->setRange(6, 30); // 6 stands for none
    m_deletionDays->setSpecialValueText(tr("As the service allows"));
    m_deletionDays->setSuffix(tr(" days"));
    m_rate = new QSpinBox(this);
    m_rate->setObjectName(QStringLiteral("profiles.rate"));
    m_rate->setRange(0, 100'000);
    m_rate->setSpecialValueText(tr("No ceiling"));
    m_rate->setSuffix(tr(" calls a second"));
}

void ProfileForm::addPlaceRows() {
    m_form->addRow(tr("Name"), m_name);
    m_form->addRow(tr("Kind"), m_kind);
    m_form->addRow(tr("Vault file"), {m_vaultFile, m_chooseVault});
    m_form->addRow(tr("Region"), m_region);
    m_form->addRow(tr("Endpoint"), m_endpoint);
    m_form->addField(m_fips);
    m_form->addField(m_dualStack);
    m_form->addRow(tr("CA bundle"), {m_caBundle, m_chooseBundle});
}

void ProfileForm::addCredentialRows() {
    m_form->addSection(tr("Credentials"));
    m_form->addRow(tr("From"), m_source);
    m_form->addRow(tr("Role ARN"), m_roleArn);
    m_form->addRow(tr("Assumed with"), m_roleBase);
    m_form->addRow(tr("External id"), m_externalId);
    m_form->addRow(tr("MFA device"), m_mfaSerial, tr("A code of it is asked for. Empty: none is needed."));
    m_form->addRow(tr("AWS profile"), m_awsProfile);
    m_form->addRow(tr("Program"), m_process, tr("Run as written, without a shell; prints JSON."));
    m_form->addRow(tr("Start URL"), m_ssoUrl);
    m_form->addRow(tr("Its Region"), m_ssoRegion);
    m_form->addRow(tr("Account id"), m_ssoAccount);
    m_form->addRow(tr("Role name"), m_ssoRole);
    m_form->addRow(tr("Access key id"), m_accessKey);
    m_form->addRow(tr("Secret key"), m_secretKey,
                   tr("Goes into the OS keychain. Empty keeps what is there."));
    m_form->addRow(tr("Session token"), m_sessionToken);
}

void ProfileForm::addSafetyRows() {
    m_form->addSection(tr("What is allowed there"));
    m_form->addRow(tr("Environment"), m_environment);
    m_form->addRow(tr("Shown as"), m_label);
    m_form->addRow(tr("Safety"), m_safety, QStringLiteral(" "));
    m_form->addRow(tr("Shortest deletion"), m_deletionDays);
    m_form->addRow(tr("Rate"), m_rate);
}

void ProfileForm::connectParts() {
    const auto told = [this] {
        if (!m_showing) {
            refresh();
            Q_EMIT changed();
        }
    };
    for (QLineEdit *edit : findChildren<QLineEdit *>(QString(), Qt::FindDirectChildrenOnly)) {
        connect(edit, &QLineEdit::textChanged, this, told);
    }
    for (QLineEdit *edit :
         {m_name, m_vaultFile, m_region, m_endpoint, m_caBundle, m_roleArn, m_externalId, m_mfaSerial,
          m_awsProfile, m_process, m_ssoUrl, m_ssoRegion, m_ssoAccount, m_ssoRole, m_accessKey, m_label}) {
        connect(edit, &QLineEdit::textChanged, this, told);
    }
    connect(m_environment, &QComboBox::currentIndexChanged, this, &ProfileForm::environmentChosen);
    for (QComboBox *box : {m_kind, m_source, m_roleBase, m_environment, m_safety}) {
        connect(box, &QComboBox::currentIndexChanged, this, told);
    }
    for (QCheckBox *box : {m_fips, m_dualStack}) {
        connect(box, &QCheckBox::toggled, this, told);
    }
    for (QSpinBox *box : {m_deletionDays, m_rate}) {
        connect(box, &QSpinBox::valueChanged, this, told);
    }
    for (widgets::SecretEdit *edit : {m_secretKey, m_sessionToken}) {
        connect(edit, &widgets::SecretEdit::edited, this, told);
    }
    connect(m_chooseVault, &QPushButton::clicked, this, [this] {
        requestOpenFile(
            this, tr("Vault file"), tr("Keyturn vaults (*.keyturn);;All files (*)"),
            [this](const std::filesystem::path &file) { m_vaultFile->setText(fromUtf8(file.string())); });
    });
    connect(m_chooseBundle, &QPushButton::clicked, this, [this] {
        requestOpenFile(
            this, tr("CA bundle"), tr("Certificates (*.pem *.crt);;All files (*)"),
            [this](const std::filesystem::path &file) { m_caBundle->setText(fromUtf8(file.string())); });
    });
}

void ProfileForm::environmentChosen() {
    if (!m_showing) { // the level follows the environment; whoever wants another chooses it after
        const auto environment = static_cast<workspace::Environment>(m_environment->currentData().toInt());
        setCombo(m_safety, int(workspace::defaultSafety(environment)));
    }
}

void ProfileForm::setCombo(QComboBox *box, int value) {
    box->setCurrentIndex(std::max(0, box->findData(value)));
}

void ProfileForm::setProfile(const Profile &profile) {
    m_showing = true;
    m_from = profile;
    m_name->setText(fromUtf8(profile.name));
    setCombo(m_kind, kindOf(profile));
    m_vaultFile->setText(fromUtf8(profile.vaultFile.string()));
    m_region->setText(fromUtf8(profile.region));
    m_endpoint->setText(fromUtf8(profile.endpointUrl));
    m_fips->setChecked(profile.fips);
    m_dualStack->setChecked(profile.dualStack);
    m_caBundle->setText(fromUtf8(profile.caBundle.string()));
    setCombo(m_source, int(profile.credentialSource));
    m_roleArn->setText(fromUtf8(profile.role.roleArn));
    setCombo(m_roleBase, int(profile.role.base));
    m_externalId->setText(fromUtf8(profile.role.externalId));
    m_mfaSerial->setText(fromUtf8(profile.role.mfaSerial));
    m_awsProfile->setText(fromUtf8(profile.awsProfile));
    m_process->setText(fromUtf8(profile.credentialProcess));
    m_ssoUrl->setText(fromUtf8(profile.sso.startUrl));
    m_ssoRegion->setText(fromUtf8(profile.sso.region));
    m_ssoAccount->setText(fromUtf8(profile.sso.accountId));
    m_ssoRole->setText(fromUtf8(profile.sso.roleName));
    setCombo(m_environment, int(profile.environment));
    m_label->setText(fromUtf8(profile.environmentLabel));
    setCombo(m_safety, int(profile.safety));
    m_deletionDays->setValue(profile.shortestDeletionDays.value_or(m_deletionDays->minimum()));
    m_rate->setValue(profile.callsPerSecond.value_or(0));
    wipe();
    m_showing = false;
    refresh();
}

Profile ProfileForm::profile() const {
    Profile profile = m_from;
    const int kind = m_kind->currentData().toInt();
    profile.name = textOf(m_name);
    profile.kind = kind == Vault ? ProfileKind::Vault : ProfileKind::Endpoint;
    profile.service = kind == Qkms            ? EndpointService::Qkms
                      : kind == OtherEndpoint ? EndpointService::Custom
                                              : EndpointService::Aws;
    profile.vaultFile = QFile::encodeName(m_vaultFile->text().trimmed()).toStdString();
    profile.region = textOf(m_region);
    profile.endpointUrl = textOf(m_endpoint);
    const bool awsItself = kind == AwsKms && profile.endpointUrl.empty();
    profile.fips = awsItself && m_fips->isChecked();
    profile.dualStack = awsItself && m_dualStack->isChecked();
    profile.caBundle = QFile::encodeName(m_caBundle->text().trimmed()).toStdString();
    profile.credentialSource = static_cast<CredentialSource>(m_source->currentData().toInt());
    profile.role.roleArn = textOf(m_roleArn);
    profile.role.base = static_cast<CredentialSource>(m_roleBase->currentData().toInt());
    profile.role.externalId = textOf(m_externalId);
    profile.role.mfaSerial = textOf(m_mfaSerial);
    profile.awsProfile = textOf(m_awsProfile);
    profile.credentialProcess = textOf(m_process);
    profile.sso.startUrl = textOf(m_ssoUrl);
    profile.sso.region = textOf(m_ssoRegion);
    profile.sso.accountId = textOf(m_ssoAccount);
    profile.sso.roleName = textOf(m_ssoRole);
    profile.environment = static_cast<workspace::Environment>(m_environment->currentData().toInt());
    profile.environmentLabel = textOf(m_label);
    profile.safety = static_cast<SafetyLevel>(m_safety->currentData().toInt());
    const bool anyWindow = m_deletionDays->value() == m_deletionDays->minimum();
    profile.shortestDeletionDays = anyWindow ? std::nullopt : std::optional<int>(m_deletionDays->value());
    profile.callsPerSecond = m_rate->value() == 0 ? std::nullopt : std::optional<int>(m_rate->value());
    return profile;
}

bool ProfileForm::hasNewSecret() const {
    return !m_secretKey->isEmpty();
}

std::optional<workspace::AccessKey> ProfileForm::takeAccessKey() {
    if (m_secretKey->isEmpty()) {
        return std::nullopt;
    }
    return workspace::AccessKey{.accessKeyId = textOf(m_accessKey),
                                .secretKey = m_secretKey->take(),
                                .sessionToken = m_sessionToken->take()};
}

void ProfileForm::wipe() {
    m_accessKey->clear();
    m_secretKey->clear();
    m_sessionToken->clear();
}

void ProfileForm::focusName() {
    m_name->setFocus();
}

} // namespace keyturn::ui
