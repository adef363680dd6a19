// SPDX-License-Identifier: Apache-2.0
// The short dialogs that act on keys: create a key, add an alias, schedule a deletion. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/key_acts_presenter.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace keyturn::widgets {
class BusyButton;
class ContextGrid;
class Form;
} // namespace keyturn::widgets

namespace keyturn::ui {

class CreateKeyDialog : public ActingDialog {
    Q_OBJECT

public:
    CreateKeyDialog(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent = nullptr);

Q_SIGNALS:
    void created(const QString &keyId);

private:
    void makeForm();
    void offerUsages();
    void refresh();
    void create();
    QString aliasFault() const;

    KeyActsPresenter *m_acts;
    QComboBox *m_spec;
    QComboBox *m_usage;
    QComboBox *m_origin;
    QCheckBox *m_multiRegion;
    QLabel *m_importNote;
    QLineEdit *m_alias;
    QLineEdit *m_description;
    widgets::ContextGrid *m_tags;
    widgets::Form *m_form;
    widgets::BusyButton *m_run;
};

class CreateAliasDialog : public ActingDialog {
    Q_OBJECT

public:
    CreateAliasDialog(const DialogContext &context, KeyActsPresenter *acts, std::string keyId,
                      QWidget *parent = nullptr);

private:
    void refresh();
    void run();

    KeyActsPresenter *m_acts;
    std::string m_keyId;
    QLineEdit *m_name;
    QLabel *m_moves; ///< shown when the alias names another key now
    widgets::Form *m_form;
    widgets::BusyButton *m_run;
};

/// Asks for the key's own alias. "Disable instead" is offered first and has the focus; Enter never deletes.
class ScheduleDeletionDialog : public ActingDialog {
    Q_OBJECT

public:
    ScheduleDeletionDialog(const DialogContext &context, KeyActsPresenter *acts, std::string keyId,
                           QWidget *parent = nullptr);

Q_SIGNALS:
    void scheduled();

protected:
    /// Enter works the button with the focus and nothing else.
    void keyPressEvent(QKeyEvent *event) override;

private:
    void makeParts();
    void refresh();
    void run();
    void disableInstead();

    KeyActsPresenter *m_acts;
    std::string m_keyId;
    QString m_expected;
    QSpinBox *m_days = nullptr;
    QLabel *m_date = nullptr;
    QLineEdit *m_typed = nullptr;
    QPushButton *m_disable = nullptr;
    widgets::BusyButton *m_run = nullptr;
};

/// Why a text cannot be the name of a new alias ("alias/" may be left out); empty: it can. Pure.
QString aliasNameFault(const QString &name);
/// With "alias/" in front.
QString fullAliasName(const QString &name);

} // namespace keyturn::ui
