// SPDX-License-Identifier: Apache-2.0
// ReplicateDialog: a replica of a multi-Region key in another Region, with description and tags of its own.
// Aliases and policy do not come along, and it says so. GUI thread.
#pragma once

#include "kms/structures.h"
#include "ui/dialogs/acting_dialog.h"

class QComboBox;
class QLineEdit;

namespace keyturn::widgets {
class BusyButton;
class ContextGrid;
class Form;
} // namespace keyturn::widgets

namespace keyturn::ui {

class KeyActsPresenter;

class ReplicateDialog : public ActingDialog {
    Q_OBJECT

public:
    ReplicateDialog(const DialogContext &context, KeyActsPresenter *acts, const kms::KeyMetadata &key,
                    QWidget *parent = nullptr);

private:
    QString regionFault() const;
    void refresh();
    void run();

    KeyActsPresenter *m_acts;
    kms::KeyMetadata m_key;
    QComboBox *m_region;
    QLineEdit *m_description;
    widgets::ContextGrid *m_tags;
    widgets::Form *m_form;
    widgets::BusyButton *m_run;
};

} // namespace keyturn::ui
