// SPDX-License-Identifier: Apache-2.0
// CampaignDialog: what a rotation campaign is asked to do: old key, successor, alias, job files, days. GUI
// thread.
#pragma once

#include "reencrypt/campaign/campaign_record.h"
#include "ui/dialogs/acting_dialog.h"

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace keyturn::widgets {
class Form;
}

namespace keyturn::ui {

class KeyPicker;

class CampaignDialog : public ActingDialog {
    Q_OBJECT

public:
    explicit CampaignDialog(const DialogContext &context, QWidget *parent = nullptr);

    reencrypt::CampaignSpec spec() const;

private:
    enum class Successor { NewKey, ExistingKey, NewMaterial };
    void makeForm();
    void makeButtons();
    void showSuccessor();
    void suggestAlias();
    void chooseJobs();
    void begin();
    /// An id or ARN: an alias moves in the campaign.
    static std::string keyOf(const KeyPicker &picker);

    widgets::Form *m_form;
    QLineEdit *m_name;
    KeyPicker *m_oldKey;
    QComboBox *m_mode;
    KeyPicker *m_successor;
    QLineEdit *m_alias;
    QPlainTextEdit *m_jobs;
    QPushButton *m_choose;
    QComboBox *m_reason;
    QSpinBox *m_idleDays;
    QSpinBox *m_deletionDays;
};

} // namespace keyturn::ui
