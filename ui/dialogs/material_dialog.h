// SPDX-License-Identifier: Apache-2.0
// MaterialDialog: imports key material in three steps that stand one under the other, each of use when the
// one before is done: get parameters; wrap the material, here or elsewhere; expiry and import. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/material_presenter.h"

class QCheckBox;
class QComboBox;
class QDateEdit;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace keyturn::widgets {
class BusyButton;
class CopyButton;
class Form;
class MonoText;
} // namespace keyturn::widgets

namespace keyturn::ui {

class MaterialDialog : public ActingDialog {
    Q_OBJECT

public:
    /// `hasMaterial`: some was imported before, so that a symmetric key can take it again or take a new one.
    MaterialDialog(const DialogContext &context, const kms::KeyMetadata &key, bool hasMaterial,
                   QWidget *parent = nullptr);

Q_SIGNALS:
    void imported();

private:
    void makeParameters();
    void makeWrapping();
    QWidget *makeElsewhere();
    QString keyName() const;
    QString materialHint() const;
    void makeImport(bool hasMaterial);
    void connectParts();
    void offerWrappingKeys();
    void refresh();
    void showOutcome();
    void save(const QString &title, const QString &name,
              Status (MaterialPresenter::*write)(const std::filesystem::path &) const);
    void chooseFile(bool wrapped);
    void chooseToken();
    void taken(QWidget *field, const Status &outcome);
    void refreshParameters();
    void refreshWrapping();
    ImportOptions options() const;
    void wipe() override;

    MaterialPresenter m_presenter;
    QComboBox *m_algorithm = nullptr;
    QComboBox *m_wrappingKey = nullptr;
    widgets::BusyButton *m_get = nullptr;
    QPushButton *m_useToken = nullptr;
    QLabel *m_validity = nullptr;
    QComboBox *m_where = nullptr;
    QPushButton *m_choose = nullptr;
    QWidget *m_elsewhere = nullptr;
    QPushButton *m_savePublicKey = nullptr;
    QPushButton *m_saveToken = nullptr;
    QPlainTextEdit *m_commands = nullptr;
    widgets::CopyButton *m_copyCommands = nullptr;
    QLabel *m_material = nullptr; ///< what is ready to be imported
    QComboBox *m_type = nullptr;
    bool m_offersType = false;
    QCheckBox *m_expires = nullptr;
    QDateEdit *m_expiry = nullptr;
    QLineEdit *m_description = nullptr;
    widgets::Form *m_form = nullptr;
    widgets::MonoText *m_materialId = nullptr;
    widgets::BusyButton *m_run = nullptr;
};

} // namespace keyturn::ui
