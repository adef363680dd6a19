// SPDX-License-Identifier: Apache-2.0
// SigningDialog: signs or verifies a message, or makes or verifies its MAC. The message is typed, dropped or
// opened and lives in secret memory; the key's usage decides between signature and MAC, its algorithms are
// the choice. What does not match is told in a plain state of its own. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/signing_presenter.h"

class QComboBox;
class QCheckBox;
class QLabel;
class QPushButton;

namespace keyturn::widgets {
class BlobEdit;
class BusyButton;
class ByteCounter;
class Form;
class MonoText;
class SecretPad;
} // namespace keyturn::widgets

namespace keyturn::ui {

class KeyPicker;

class SigningDialog : public ActingDialog {
    Q_OBJECT

public:
    enum class Act { Make, Verify };

    SigningDialog(const DialogContext &context, SigningFamily family, Act act, QWidget *parent = nullptr);
    void setKey(const std::string &identifier);

private:
    void makeMessage();
    void makeForm();
    void makeResult();
    void makeButtons();
    void connectParts();
    SigningForm form() const;
    SecretBytes message() const;
    std::size_t messageBytes() const;
    Bytes proof() const;
    QString fault() const;
    void offerAlgorithms();
    void offerWays();
    void edited();
    void refresh();
    void run();
    void showOutcome();
    void save();
    void wipe() override;

    SigningPresenter m_presenter;
    Act m_act;
    widgets::SecretPad *m_pad = nullptr;
    QWidget *m_counterRow = nullptr;
    widgets::ByteCounter *m_counter = nullptr;
    QPushButton *m_strip = nullptr;
    QPushButton *m_open = nullptr;
    widgets::BlobEdit *m_digest = nullptr;
    KeyPicker *m_key = nullptr;
    QComboBox *m_algorithm = nullptr;
    QComboBox *m_way = nullptr;
    widgets::Form *m_form = nullptr;
    widgets::BlobEdit *m_proof = nullptr; ///< to verify
    QLabel *m_fault = nullptr;
    QWidget *m_result = nullptr;
    widgets::MonoText *m_made = nullptr;
    widgets::MonoText *m_usedKey = nullptr;
    QCheckBox *m_asBase64 = nullptr;
    QPushButton *m_save = nullptr;
    widgets::BusyButton *m_run = nullptr;
};

} // namespace keyturn::ui
