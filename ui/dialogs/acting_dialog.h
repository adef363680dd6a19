// SPDX-License-Identifier: Apache-2.0
// ActingDialog: the frame of every dialog that acts on keys: environment header naming profile, account and
// Region, a bar for errors, the content, a row of buttons. When the session locks it wipes what it holds and
// closes without a question. GUI thread.
#pragma once

#include "base/error.h"
#include "kms/error_text.h"
#include "ui/presenters/dialog_context.h"

#include <QDialog>

class QHBoxLayout;
class QVBoxLayout;

namespace keyturn::widgets {
class InlineBar;
}

namespace keyturn::ui {

class ActingDialog : public QDialog {
    Q_OBJECT

public:
    ActingDialog(const DialogContext &context, const QString &title, bool destroys, QWidget *parent);

protected:
    /// Cancels what runs and wipes what is secret; called at lock, before keys go.
    virtual void wipe() {}
    QVBoxLayout *content() const { return m_content; }
    QHBoxLayout *buttons() const { return m_buttons; }
    widgets::InlineBar *bar() const { return m_bar; }
    const DialogContext &context() const { return m_context; }
    void showError(const Error &error, const kms::ErrorCircumstances &circumstances = {}, bool offer = false);

private:
    DialogContext m_context;
    widgets::InlineBar *m_bar;
    QVBoxLayout *m_content;
    QHBoxLayout *m_buttons;
};

} // namespace keyturn::ui
