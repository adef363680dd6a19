// SPDX-License-Identifier: Apache-2.0
// ProfileForm: everything of a profile that a person fills in (features-and-screens.md 3.1): where, with
// whose credentials, and what is allowed there. Only the fields that count for the chosen kind and source are
// shown. Secrets are in SecretEdit alone and are given out once, for the keychain. GUI thread.
#pragma once

#include "workspace/profile.h"
#include "workspace/profile_secrets.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace keyturn::widgets {
class Form;
class SecretEdit;
} // namespace keyturn::widgets

namespace keyturn::ui {

class ProfileForm : public QWidget {
    Q_OBJECT

public:
    explicit ProfileForm(QWidget *parent = nullptr);

    void setProfile(const workspace::Profile &profile);
    workspace::Profile profile() const;
    bool hasNewSecret() const;
    /// The access key that was typed, if any; the fields are empty afterwards.
    std::optional<workspace::AccessKey> takeAccessKey();
    void wipe();
    /// Marks the field that a fault speaks of; empty takes the mark away.
    void showFault(const QString &sentence);
    void focusName();

Q_SIGNALS:
    void changed();

private:
    void makePlace();
    void makeCredentials();
    void makeSafety();
    void addPlaceRows();
    void addCredentialRows();
    void addSafetyRows();
    void connectParts();
    void environmentChosen();
    void refresh();
    QLineEdit *line(const char *name, const QString &placeholder = {});
    void setCombo(QComboBox *box, int value);

    workspace::Profile m_from; ///< what the fields do not show is kept
    bool m_showing = false;
    widgets::Form *m_form;
    QLineEdit *m_name = nullptr;
    QComboBox *m_kind = nullptr; ///< a vault, or the service that an endpoint speaks
    QLineEdit *m_vaultFile = nullptr;
    QPushButton *m_chooseVault = nullptr;
    QLineEdit *m_region = nullptr;
    QLineEdit *m_endpoint = nullptr;
    QCheckBox *m_fips = nullptr;
    QCheckBox *m_dualStack = nullptr;
    QLineEdit *m_caBundle = nullptr;
    QPushButton *m_chooseBundle = nullptr;
    QComboBox *m_source = nullptr;
    QLineEdit *m_roleArn = nullptr;
    QComboBox *m_roleBase = nullptr;
    QLineEdit *m_externalId = nullptr;
    QLineEdit *m_mfaSerial = nullptr;
    QLineEdit *m_awsProfile = nullptr;
    QLineEdit *m_process = nullptr;
    QLineEdit *m_ssoUrl = nullptr;
    QLineEdit *m_ssoRegion = nullptr;
    QLineEdit *m_ssoAccount = nullptr;
    QLineEdit *m_ssoRole = nullptr;
    QLineEdit *m_accessKey = nullptr;
    widgets::SecretEdit *m_secretKey = nullptr;
    widgets::SecretEdit *m_sessionToken = nullptr;
    QComboBox *m_environment = nullptr;
    QLineEdit *m_label = nullptr;
    QComboBox *m_safety = nullptr;
    QSpinBox *m_deletionDays = nullptr;
    QSpinBox *m_rate = nullptr;
};

} // namespace keyturn::ui
