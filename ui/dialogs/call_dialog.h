// SPDX-License-Identifier: Apache-2.0
// CallDialog: "Call any operation": every operation of the language, found by name, as a form made from its
// field table; what it answers as tree and JSON. What the open service lacks says why and is not sent. What
// changes or destroys asks first. Wipes its secrets on close and lock. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/call_presenter.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QScrollArea;
class QTabWidget;

namespace keyturn::desktop {
class ClipboardGuard;
}
namespace keyturn::widgets {
class BusyButton;
class CopyButton;
} // namespace keyturn::widgets

namespace keyturn::ui {

class CallForm;
class CallReplyView;

class CallDialog : public ActingDialog {
    Q_OBJECT

public:
    /// `key`: what members that name a key begin with; may be empty.
    CallDialog(const DialogContext &context, desktop::ClipboardGuard *clipboard, std::string key,
               QWidget *parent = nullptr);

    void choose(kms::OperationId operation);
    kms::OperationId operation() const;

private:
    QWidget *makeList();
    QWidget *makeWork();
    void makeActs();
    void fillList();
    void connectParts();
    void narrow(const QString &text);
    void showOperation();
    void refresh();
    void call(bool dryRun);
    void askThen(kms::AnyRequest request);
    void send(kms::AnyRequest request, bool dryRun);
    void showAnswer();
    QString command();
    void wipe() override;
    void closeEvent(QCloseEvent *event) override;
    void reject() override;
    bool eventFilter(QObject *watched, QEvent *event) override;

    CallPresenter m_presenter;
    desktop::ClipboardGuard *m_clipboard;
    std::string m_key;
    bool m_dryRun = false; ///< of the call under way
    QLineEdit *m_search = nullptr;
    QListWidget *m_list = nullptr;
    QLabel *m_title = nullptr;
    QLabel *m_facts = nullptr;
    QTabWidget *m_tabs = nullptr;
    QScrollArea *m_formArea = nullptr;
    CallForm *m_form = nullptr;
    CallReplyView *m_reply = nullptr;
    QPushButton *m_check;
    widgets::BusyButton *m_run;
};

} // namespace keyturn::ui
