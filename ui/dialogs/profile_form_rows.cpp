// SPDX-License-Identifier: Apache-2.0
// Which rows of the profile form count, and where a fault belongs; see profile_form.h.
#include "ui/dialogs/profile_form.h"

#include "ui/models/key_words.h"
#include "ui/widgets/form.h"
#include "ui/widgets/secret_edit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

namespace keyturn::ui {
namespace {

using workspace::CredentialSource;
using workspace::SafetyLevel;

QString meaningOf(SafetyLevel level) {
    switch (level) {
    case SafetyLevel::Normal:
        return ProfileForm::tr("Everything passes unasked.");
    case SafetyLevel::Confirm:
        return ProfileForm::tr("Each change is asked for.");
    case SafetyLevel::ConfirmAndType:
        return ProfileForm::tr("Changes are asked for; what destroys wants the key's own alias typed.");
    case SafetyLevel::WrappedOnly:
        return ProfileForm::tr("Nothing that reveals plaintext: no Decrypt, no plaintext data key.");
    case SafetyLevel::ReadOnly:
        break;
    }
    return ProfileForm::tr("Nothing can be changed or destroyed.");
}

} // namespace

void ProfileForm::refresh() {
    const workspace::Profile now = profile();
    const bool vault = now.kind == workspace::ProfileKind::Vault;
    const bool aws = !vault && now.service == workspace::EndpointService::Aws;
    const auto show = [this](bool visible, std::initializer_list<QWidget *> fields) {
        for (QWidget *field : fields) {
            m_form->setRowVisible(field, visible);
        }
    };
    show(vault, {m_vaultFile});
    show(!vault, {m_region, m_endpoint, m_caBundle, m_source, m_rate});
    show(aws && now.endpointUrl.empty(), {m_fips, m_dualStack});
    m_endpoint->setPlaceholderText(now.service == workspace::EndpointService::Custom
                                       ? QStringLiteral("https://kms.example.com")
                                       : tr("Empty: the service's own"));
    const bool role = !vault && now.credentialSource == CredentialSource::Role;
    const CredentialSource keysFrom = role ? now.role.base : now.credentialSource;
    show(role, {m_roleArn, m_roleBase, m_externalId, m_mfaSerial});
    show(!vault && keysFrom == CredentialSource::AwsProfile, {m_awsProfile});
    show(!vault && keysFrom == CredentialSource::Process, {m_process});
    show(!vault && keysFrom == CredentialSource::Sso, {m_ssoUrl, m_ssoRegion, m_ssoAccount, m_ssoRole});
    show(!vault && keysFrom == CredentialSource::Keychain, {m_accessKey, m_secretKey, m_sessionToken});
    m_form->setFault(m_safety, {});
    if (auto *note = m_safety->parentWidget()->findChild<QLabel *>(QStringLiteral("formNote"));
        note != nullptr) {
        note->setText(meaningOf(now.safety));
    }
}

void ProfileForm::showFault(const QString &sentence) {
    // "Profile "x": region must be ...": the member's name leads the sentence.
    const struct {
        const char *member;
        QWidget *field;
    } places[] = {{"vaultFile", m_vaultFile},      {"region", m_region},
                  {"endpoint", m_endpoint},        {"caBundle", m_caBundle},
                  {"awsProfile", m_awsProfile},    {"credentialProcess", m_process},
                  {"role.arn", m_roleArn},         {"role.externalId", m_externalId},
                  {"sso.startUrl", m_ssoUrl},      {"sso.region", m_ssoRegion},
                  {"sso.accountId", m_ssoAccount}, {"sso.roleName", m_ssoRole},
                  {"environmentLabel", m_label},   {"shortestDeletionDays", m_deletionDays},
                  {"callsPerSecond", m_rate}};
    const QString own = QStringLiteral("\": ");
    const qsizetype start = sentence.startsWith(u"Profile \"") ? sentence.indexOf(own) + own.size() : 0;
    const QString words = sentence.mid(start);
    m_form->setFault(
        m_name, words.startsWith(u"The profile's name") && !m_name->text().isEmpty() ? words : QString());
    for (const auto &each : places) {
        const QString member = QString::fromLatin1(each.member);
        const bool meant = words.startsWith(member + u' ');
        // The field's label says which it is; the sentence need not.
        QString rest = words.mid(member.size() + 1);
        rest = rest.isEmpty() ? rest : rest.at(0).toUpper() + rest.mid(1);
        m_form->setFault(each.field, meant ? rest : QString());
    }
}

} // namespace keyturn::ui
