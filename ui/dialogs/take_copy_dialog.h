// SPDX-License-Identifier: Apache-2.0
// TakeCopyDialog: takes an offline copy of the open account: says what goes into it, shows how far it is,
// can be cancelled, and says afterwards what permissions denied. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/offline_copies_presenter.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace keyturn::widgets {
class BusyButton;
class Form;
class MonoText;
class SectionHeader;
} // namespace keyturn::widgets

namespace keyturn::ui {

class TakeCopyDialog : public ActingDialog {
    Q_OBJECT

public:
    /// The keychain may be null. An empty folder: Keyturn's.
    TakeCopyDialog(const DialogContext &context, keychain::Keychain *keychain, std::filesystem::path folder,
                   QWidget *parent = nullptr);

Q_SIGNALS:
    void taken();

private:
    void makeResult();
    void showTaken(const workspace::OfflineCopyFacts &facts);
    void showFailure(const Error &error);
    void wipe() override;
    void reject() override;

    OfflineCopiesPresenter m_presenter;
    QProgressBar *m_progress;
    QLabel *m_step;
    QWidget *m_result;
    QLabel *m_time = nullptr;
    QLabel *m_keys = nullptr;
    widgets::MonoText *m_file = nullptr;
    widgets::SectionHeader *m_missingTitle = nullptr;
    QTreeWidget *m_missing = nullptr;
    QPushButton *m_close;
    widgets::BusyButton *m_run;
};

/// "2026-11-22 04:17, by the service's clock"
QString takenText(const workspace::OfflineCopyFacts &facts);

} // namespace keyturn::ui
