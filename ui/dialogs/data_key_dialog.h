// SPDX-License-Identifier: Apache-2.0
// DataKeyDialog (features-and-screens.md 3.5): without plaintext at first; a key spec, a number of bytes or a
// key pair;
// one to 100 keys, shown one at a time; the plaintext masked, revealed for a time, wiped on close and lock.
// Closing with a plaintext that was neither saved nor seen asks first. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/data_key_presenter.h"

#include <functional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QWidget;

namespace keyturn::desktop {
class ClipboardGuard;
}
namespace keyturn::widgets {
class BusyButton;
class ContextGrid;
class CopyButton;
class Form;
class MonoText;
class SecretView;
} // namespace keyturn::widgets

namespace keyturn::ui {

class KeyPicker;
class PublicKeyView;

class DataKeyDialog : public ActingDialog {
    Q_OBJECT

public:
    DataKeyDialog(const DialogContext &context, desktop::ClipboardGuard *clipboard,
                  QWidget *parent = nullptr);
    void setKey(const std::string &identifier);

private:
    QWidget *makeForm();
    void offerKinds();
    bool wantsPair() const;
    QWidget *makeResult();
    void makeButtons();
    void connectParts();
    DataKeyForm form() const;
    void refresh();
    void generate();
    void showResult();
    void showRow();
    std::size_t row() const;
    DataKeyOutput output() const;
    void save(bool plaintext);
    void copyPlaintext();
    void copyCiphertext();
    void askToDiscard(std::function<void()> agreed);
    bool mayClose();
    void wipe() override;
    void closeEvent(QCloseEvent *event) override;
    void reject() override;

    DataKeyPresenter m_presenter;
    desktop::ClipboardGuard *m_clipboard;
    KeyPicker *m_key = nullptr;
    QComboBox *m_kind = nullptr;
    QSpinBox *m_bytes = nullptr;
    QSpinBox *m_count = nullptr;
    QCheckBox *m_withPlaintext = nullptr;
    widgets::ContextGrid *m_contextGrid = nullptr;
    QLineEdit *m_grantTokens = nullptr;
    widgets::Form *m_form = nullptr;
    QWidget *m_result = nullptr;
    QSpinBox *m_which = nullptr; ///< of several, the one that is shown
    QComboBox *m_output = nullptr;
    widgets::MonoText *m_ciphertext = nullptr;
    PublicKeyView *m_publicKey = nullptr; ///< of a pair
    widgets::MonoText *m_keyArn = nullptr;
    widgets::MonoText *m_material = nullptr;
    widgets::Form *m_resultForm = nullptr;
    widgets::SecretView *m_plaintext = nullptr;
    QPushButton *m_saveCiphertext = nullptr;
    widgets::CopyButton *m_copyCommand = nullptr;
    widgets::BusyButton *m_run = nullptr;
    bool m_closeAnyway = false;
};

} // namespace keyturn::ui
