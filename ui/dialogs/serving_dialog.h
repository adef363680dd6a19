// SPDX-License-Identifier: Apache-2.0
// ServingDialog: a switch that serves the open vault on loopback, its access keys, lines for a shell to copy,
// and the requests as they come. Closing it does not end the serving: the switch does, and locking. A new
// access key's secret is shown once, masked, and wiped on close and lock. GUI thread.
#pragma once

#include "kms/access_keys.h"
#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/serving_presenter.h"

#include <optional>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;
class QTabWidget;

namespace keyturn::desktop {
class ClipboardGuard;
}
namespace keyturn::widgets {
class CopyButton;
class Form;
class MonoText;
class SecretView;
} // namespace keyturn::widgets

namespace keyturn::ui {

class ServingDialog : public ActingDialog {
    Q_OBJECT

public:
    ServingDialog(const DialogContext &context, ServingPresenter *serving, desktop::ClipboardGuard *clipboard,
                  QWidget *parent = nullptr);

private:
    QWidget *makeSwitch();
    QWidget *makeKeys();
    QWidget *makeNewKey();
    QWidget *makeEnvironment();
    QWidget *makeRequests();
    void connectParts();
    void switched(bool on);
    void refresh();
    void refreshKeys();
    void addRequests();
    void createKey();
    void showCreated(Result<kms::CreatedAccessKey> created);
    void toggleKey();
    void removeKey();
    const kms::AccessKey *currentKey() const;
    void wipe() override;
    void done(int result) override;

    ServingPresenter *m_serving;
    desktop::ClipboardGuard *m_clipboard;
    std::optional<kms::CreatedAccessKey> m_created;
    QCheckBox *m_switch = nullptr;
    QSpinBox *m_port = nullptr;
    widgets::Form *m_form = nullptr;
    widgets::MonoText *m_url = nullptr;
    QTabWidget *m_tabs = nullptr;
    QTableWidget *m_keys = nullptr;
    QLineEdit *m_name = nullptr;
    QComboBox *m_role = nullptr;
    QCheckBox *m_untilLocked = nullptr;
    QPushButton *m_create = nullptr;
    QPushButton *m_toggle = nullptr;
    QPushButton *m_remove = nullptr;
    QWidget *m_newKey = nullptr;
    widgets::MonoText *m_newId = nullptr;
    widgets::SecretView *m_newSecret = nullptr;
    QPushButton *m_copyLines = nullptr;
    QPushButton *m_saveFile = nullptr;
    QPlainTextEdit *m_lines = nullptr;
    widgets::CopyButton *m_copyPlain = nullptr;
    QTableWidget *m_requests = nullptr;
    std::uint64_t m_shownSerial = 0;
};

} // namespace keyturn::ui
