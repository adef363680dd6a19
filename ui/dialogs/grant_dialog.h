// SPDX-License-Identifier: Apache-2.0
// GrantDialog: makes a grant for one key: whom, what of the operations that such a key has, under which
// constraint. The token is shown once, to copy, and goes with the dialog. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/grant_form.h"

#include <vector>

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace keyturn::widgets {
class BusyButton;
class ContextGrid;
class Form;
class MonoText;
} // namespace keyturn::widgets

namespace keyturn::ui {

class KeyActsPresenter;

class GrantDialog : public ActingDialog {
    Q_OBJECT

public:
    GrantDialog(const DialogContext &context, KeyActsPresenter *acts, const kms::KeyMetadata &key,
                const std::string &keyArn, QWidget *parent = nullptr);

Q_SIGNALS:
    void created();

private:
    void makeForm(const kms::KeyMetadata &key);
    void makeResult();
    GrantForm form() const;
    void edited();
    void refresh();
    void run();
    void take(const Result<kms::AnyReply> &reply);
    void wipe() override;

    KeyActsPresenter *m_acts;
    std::string m_keyArn;
    bool m_done = false;
    QComboBox *m_kind = nullptr;
    QLineEdit *m_grantee = nullptr;
    QLineEdit *m_retiring = nullptr;
    QLineEdit *m_name = nullptr;
    QLineEdit *m_sourceArn = nullptr;
    QWidget *m_operationBox = nullptr;
    std::vector<QCheckBox *> m_operations;
    QComboBox *m_constraint = nullptr;
    widgets::ContextGrid *m_contextGrid = nullptr;
    widgets::Form *m_form = nullptr;
    QWidget *m_result = nullptr;
    widgets::MonoText *m_token = nullptr;
    widgets::MonoText *m_grantId = nullptr;
    widgets::BusyButton *m_run = nullptr;
};

} // namespace keyturn::ui
