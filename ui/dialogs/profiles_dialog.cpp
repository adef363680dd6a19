// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/profiles_dialog.h"

#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_words.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"
#include "workspace/profile_secrets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>

namespace keyturn::ui {

using workspace::CredentialSource;
using workspace::Profile;
using workspace::ProfileKind;

void ProfilesDialog::refill(const QString &select) {
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const Profile &profile : m_store->profiles()) {
        m_list->addItem(fromUtf8(profile.name));
    }
    const auto found = m_list->findItems(select, Qt::MatchExactly);
    m_list->setCurrentItem(found.isEmpty() ? m_list->item(0) : found.front());
    m_list->currentItem() == nullptr ? startNew() : showProfile();
}

void ProfilesDialog::startNew() {
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentItem(nullptr);
    m_current = {};
    m_current.id = workspace::newProfileId();
    showProfile();
    m_name->setFocus();
}

void ProfilesDialog::showProfile() {
    if (const QListWidgetItem *item = m_list->currentItem(); item != nullptr) {
        if (const Profile *profile = m_store->find(item->text().toStdString()); profile != nullptr) {
            m_current = *profile;
        }
    }
    m_name->setText(fromUtf8(m_current.name));
    m_kind->setCurrentIndex(m_kind->findData(int(m_current.kind)));
    m_vaultFile->setText(fromUtf8(m_current.vaultFile.string()));
    m_region->setText(fromUtf8(m_current.region));
    m_endpoint->setText(fromUtf8(m_current.endpointUrl));
    m_source->setCurrentIndex(m_source->findData(int(m_current.credentialSource)));
    m_awsProfile->setText(fromUtf8(m_current.awsProfile));
    m_caBundle->setText(fromUtf8(m_current.caBundle.string()));
    m_environment->setCurrentIndex(m_environment->findData(int(m_current.environment)));
    m_readOnly->setChecked(m_current.isReadOnly());
    m_accessKey->clear();
    m_secretKey->clear();
    m_sessionToken->clear();
    m_bar->dismiss();
    refresh();
}

Profile ProfilesDialog::profileInForm() const {
    Profile profile = m_current;
    profile.name = m_name->text().trimmed().toStdString();
    profile.kind = static_cast<ProfileKind>(m_kind->currentData().toInt());
    profile.vaultFile = QFile::encodeName(m_vaultFile->text()).toStdString();
    profile.region = m_region->text().trimmed().toStdString();
    profile.endpointUrl = m_endpoint->text().trimmed().toStdString();
    profile.credentialSource = static_cast<CredentialSource>(m_source->currentData().toInt());
    profile.awsProfile = m_awsProfile->text().trimmed().toStdString();
    profile.caBundle = QFile::encodeName(m_caBundle->text()).toStdString();
    profile.environment = static_cast<workspace::Environment>(m_environment->currentData().toInt());
    if (m_readOnly->isChecked() != profile.isReadOnly()) {
        profile.safety = m_readOnly->isChecked() ? workspace::SafetyLevel::ReadOnly
                                                 : workspace::defaultSafety(profile.environment);
    }
    // Until the form has a field for it: a URL of one's own is a custom service.
    profile.service = !profile.endpointUrl.empty() && profile.service == workspace::EndpointService::Aws
                          ? workspace::EndpointService::Custom
                      : profile.endpointUrl.empty() && profile.service == workspace::EndpointService::Custom
                          ? workspace::EndpointService::Aws
                          : profile.service;
    return profile;
}

void ProfilesDialog::refresh() {
    const Profile profile = profileInForm();
    const bool vault = profile.kind == ProfileKind::Vault;
    const bool keychain = !vault && profile.credentialSource == CredentialSource::Keychain;
    for (QWidget *field : std::initializer_list<QWidget *>{m_region, m_endpoint, m_source, m_caBundle}) {
        m_form->setRowVisible(field, !vault);
    }
    m_form->setRowVisible(m_vaultFile, vault);
    m_form->setRowVisible(m_awsProfile, !vault && profile.credentialSource == CredentialSource::AwsProfile);
    for (QWidget *field : std::initializer_list<QWidget *>{m_accessKey, m_secretKey, m_sessionToken}) {
        m_form->setRowVisible(field, keychain);
    }
    const auto valid = workspace::validateProfile(profile);
    const bool changed = !(profile == m_current) || !m_secretKey->isEmpty();
    m_save->setEnabled(valid.has_value() && changed);
    m_save->setToolTip(valid ? QString() : fromUtf8(valid.error().detail));
    m_open->setEnabled(!m_current.name.empty() && !changed);
    m_remove->setEnabled(!m_current.name.empty());
}

void ProfilesDialog::save() {
    const Profile profile = profileInForm();
    const bool isNew = m_current.name.empty();
    const auto saved = isNew ? m_store->add(profile) : m_store->replace(profile);
    if (!saved) {
        return report(saved.error());
    }
    if (!m_secretKey->isEmpty()) {
        storeSecret(profile);
    }
    m_current = profile;
    Q_EMIT profilesChanged();
    refill(fromUtf8(profile.name));
}

void ProfilesDialog::storeSecret(const Profile &profile) {
    workspace::AccessKey key{.accessKeyId = m_accessKey->text().trimmed().toStdString(),
                             .secretKey = m_secretKey->take(),
                             .sessionToken = m_sessionToken->take()};
    workspace::storeAccessKey(m_keychain, profile, std::move(key),
                              [self = QPointer<ProfilesDialog>(this)](const Status &stored) {
                                  if (!self) {
                                      return;
                                  }
                                  if (!stored) {
                                      return self->report(stored.error());
                                  }
                                  self->m_bar->present({widgets::NewsKind::Good,
                                                        tr("Saved"),
                                                        tr("The credentials are in the OS keychain."),
                                                        {},
                                                        {}});
                              });
}

void ProfilesDialog::removeCurrent() {
    const QString name = fromUtf8(m_current.name);
    ask(this,
        {.title = tr("Remove the profile \u201c%1\u201d?").arg(name),
         .text = m_current.kind == ProfileKind::Vault
                     ? tr("The vault file itself stays where it is.")
                     : tr("Its credentials are removed from the OS keychain as well."),
         .verb = tr("Remove")},
        [this, profile = m_current] {
            const auto removed = m_store->remove(profile.name);
            if (!removed) {
                return report(removed.error());
            }
            workspace::removeAccessKey(m_keychain, profile,
                                       [self = QPointer<ProfilesDialog>(this)](const Status &gone) {
                                           if (self && !gone) {
                                               self->report(gone.error());
                                           }
                                       });
            Q_EMIT profilesChanged();
            refill({});
        });
}

void ProfilesDialog::report(const Error &error) {
    m_bar->present(newsFor(error, {}, false));
}

} // namespace keyturn::ui
