// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/profiles_dialog.h"

#include "base/atomic_file.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/profile_form.h"
#include "ui/dialogs/profile_list.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_words.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/profile_exchange.h"
#include "workspace/profile_secrets.h"

#include <QPointer>
#include <QPushButton>

namespace keyturn::ui {

using workspace::Profile;
using workspace::ProfileKind;

void ProfilesDialog::refill(const QString &select) {
    m_list->setProfiles(m_store->profiles());
    const QString name = select.isEmpty() ? m_list->first() : select;
    m_list->choose(name);
}

void ProfilesDialog::showProfile(const QString &name) {
    const Profile *profile = m_store->find(name.toStdString());
    if (profile == nullptr) {
        m_current = {};
        m_current.id = workspace::newProfileId();
    } else {
        m_current = *profile;
    }
    m_form->setProfile(m_current);
    m_bar->dismiss();
    refresh();
}

void ProfilesDialog::startNew() {
    m_list->choose({});
    m_form->focusName();
}

void ProfilesDialog::copyCurrent() {
    Profile copy = m_current;
    copy.id = workspace::newProfileId();
    for (int n = 2; m_store->find(copy.name) != nullptr; ++n) {
        copy.name = m_current.name + " " + std::to_string(n);
    }
    const bool hadSecret = workspace::usesKeychain(m_current) && m_current.kind == ProfileKind::Endpoint;
    if (auto added = m_store->add(copy); !added) {
        return report(added.error());
    }
    Q_EMIT profilesChanged();
    refill(fromUtf8(copy.name));
    m_form->focusName();
    if (hadSecret) {
        m_bar->present({widgets::NewsKind::Info,
                        tr("The copy has no credentials yet"),
                        tr("Those in the OS keychain belong to the profile that was copied."),
                        {},
                        {}});
    }
}

bool ProfilesDialog::isChanged() const {
    return !(m_form->profile() == m_current) || m_form->hasNewSecret();
}

void ProfilesDialog::refresh() {
    const Profile profile = m_form->profile();
    const auto valid = workspace::validateProfile(profile);
    const bool stored = !m_current.name.empty();
    const bool changed = isChanged();
    const QString fault = valid ? QString() : fromUtf8(valid.error().detail);
    m_form->showFault(stored || !profile.name.empty() ? fault : QString());
    m_save->setEnabled(valid.has_value() && changed);
    m_save->setToolTip(fault);
    const QString saveFirst = changed ? tr("Save first.") : QString();
    m_open->setEnabled(stored && !changed);
    m_open->setToolTip(saveFirst);
    m_test->setEnabled(stored && !changed && m_current.kind == ProfileKind::Endpoint);
    m_test->setToolTip(m_current.kind == ProfileKind::Vault ? tr("A vault is no connection.") : saveFirst);
    m_copy->setEnabled(stored);
    m_remove->setEnabled(stored);
}

bool ProfilesDialog::lowersProduction(const Profile &next) const {
    const bool wasGuarded =
        m_current.environment == workspace::Environment::Production && !m_current.name.empty();
    const bool moved = next.environment != workspace::Environment::Production;
    return wasGuarded && (moved || (next.safety != m_current.safety && next.safety < m_current.safety));
}

void ProfilesDialog::save() {
    const Profile profile = m_form->profile();
    if (!lowersProduction(profile)) {
        return store(profile);
    }
    ask(this,
        {.title = tr("Ask for less in production?"),
         .text =
             tr("\u201c%1\u201d is a production profile. With these settings less is asked before its keys "
                "are changed or destroyed.")
                 .arg(fromUtf8(m_current.name)),
         .verb = tr("Save"),
         .typed = fromUtf8(m_current.name)},
        [this, profile] { store(profile); });
}

void ProfilesDialog::store(const Profile &profile) {
    const auto saved = m_current.name.empty() ? m_store->add(profile) : m_store->replace(profile);
    if (!saved) {
        return report(saved.error());
    }
    auto key = m_form->takeAccessKey();
    Q_EMIT profilesChanged();
    refill(fromUtf8(profile.name));
    if (key) {
        storeSecret(profile, std::move(*key));
    }
}

void ProfilesDialog::storeSecret(const Profile &profile, workspace::AccessKey key) {
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
    const bool production = m_current.environment == workspace::Environment::Production;
    ask(this,
        {.title = tr("Remove the profile \u201c%1\u201d?").arg(name),
         .text = m_current.kind == ProfileKind::Vault ? tr("The vault file itself stays where it is.")
                 : workspace::usesKeychain(m_current)
                     ? tr("Its credentials are removed from the OS keychain as well.")
                     : tr("Its credentials stay where they are."),
         .verb = tr("Remove"),
         .typed = production ? name : QString()},
        [this, profile = m_current] { remove(profile); });
}

void ProfilesDialog::remove(const Profile &profile) {
    const auto removed = m_store->remove(profile.name);
    if (!removed) {
        return report(removed.error());
    }
    if (workspace::usesKeychain(profile)) {
        workspace::removeAccessKey(m_keychain, profile,
                                   [self = QPointer<ProfilesDialog>(this)](const Status &gone) {
                                       if (self && !gone) {
                                           self->report(gone.error());
                                       }
                                   });
    }
    Q_EMIT profilesChanged();
    refill({});
}

void ProfilesDialog::importAws() {
    preview(workspace::previewAwsImport(*m_store));
}

void ProfilesDialog::importShared(const std::filesystem::path &file) {
    preview(workspace::previewSharedFile(file, *m_store));
}

void ProfilesDialog::preview(Result<workspace::ImportPreview> found) {
    if (!found) {
        return report(found.error());
    }
    auto *dialog = new ImportDialog(m_store, std::move(*found), this);
    connect(dialog, &ImportDialog::imported, this, [this](int count, const QString &first) {
        Q_EMIT profilesChanged();
        refill(first);
        m_bar->present({widgets::NewsKind::Good,
                        counted(count, tr("1 profile was imported"), tr("%1 profiles were imported")),
                        tr("No secret was copied."),
                        {},
                        {}});
    });
    dialog->open();
}

void ProfilesDialog::exportAll() {
    requestSaveFile(this, tr("Export profiles"), QStringLiteral("keyturn-profiles.json"),
                    [this](const std::filesystem::path &file) {
                        const std::string text = workspace::exportProfiles(m_store->profiles());
                        const auto saved = writeFileAtomically(file, asBytes(text), {.mode = 0600});
                        if (!saved) {
                            return report(saved.error());
                        }
                        m_bar->present(
                            {widgets::NewsKind::Good,
                             tr("Exported"),
                             tr("%1 holds no secret. Whoever imports it brings their own credentials.")
                                 .arg(fromUtf8(file.string())),
                             {},
                             {}});
                    });
}

void ProfilesDialog::reject() {
    if (!isChanged()) {
        m_form->wipe();
        return QDialog::reject();
    }
    ask(this,
        {.title = tr("Discard the changes?"),
         .text = tr("What was changed in this profile is not saved."),
         .verb = tr("Discard")},
        [this] {
            m_form->wipe();
            QDialog::reject();
        });
}

void ProfilesDialog::report(const Error &error) {
    m_bar->present(newsFor(error, {}, false));
}

} // namespace keyturn::ui
