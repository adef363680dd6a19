// SPDX-License-Identifier: Apache-2.0
// ActingDialog: the frame of every dialog that acts on keys: environment header naming profile, account and
// Region, a bar for errors, the content, a row of buttons. When the session locks it wipes what it holds and
// closes without a question. GUI thread.
#pragma once

#include "base/error.h"
#include "kms/error_text.h"
#include "ui/presenters/dialog_context.h"

#include <QDialog>

#include <functional>

class QHBoxLayout;
class QVBoxLayout;

namespace keyturn::widgets {
class InlineBar;
struct News;
} // namespace keyturn::widgets

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
    /// What "Try again" does about an error that another attempt may mend; unset, it is not offered.
    void setRetry(std::function<void()> retry) { m_retry = std::move(retry); }
    /// The error in words, with "Try again" where that may help.
    widgets::News newsOf(const Error &error, const kms::ErrorCircumstances &circumstances = {});
    void showError(const Error &error, const kms::ErrorCircumstances &circumstances = {});

private:
    DialogContext m_context;
    widgets::InlineBar *m_bar;
    std::function<void()> m_retry;
    bool m_retryOffered = false;
    QVBoxLayout *m_content;
    QHBoxLayout *m_buttons;
};

} // namespace keyturn::ui
