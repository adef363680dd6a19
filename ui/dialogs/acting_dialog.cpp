// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/acting_dialog.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

widgets::ActingIn actingIn(const workspace::Session &session, bool destroys) {
    return {static_cast<theme::Environment>(session.profile().environment), fromUtf8(session.profile().name),
            fromUtf8(session.capabilities().accountId), fromUtf8(session.capabilities().region), destroys};
}

} // namespace

ActingDialog::ActingDialog(const DialogContext &context, const QString &title, bool destroys, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_bar(new widgets::InlineBar(this))
    , m_content(new QVBoxLayout)
    , m_buttons(new QHBoxLayout) {
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    auto *frame = new QVBoxLayout(this);
    frame->setContentsMargins(0, 0, 0, 0);
    frame->setSpacing(0);
    frame->addWidget(new widgets::EnvironmentHeader(title, actingIn(*context.session, destroys), this));
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(0, metric::group - metric::insideTight, 0, metric::dialogMargin);
    m_buttons->setContentsMargins(metric::dialogMargin, 0, metric::dialogMargin, 0);
    inner->setSpacing(metric::group - metric::insideTight);
    m_content->setSpacing(metric::related);
    m_buttons->setSpacing(metric::related);
    auto *news = new QHBoxLayout;
    news->setContentsMargins(metric::dialogMargin, 0, metric::dialogMargin, 0);
    news->addWidget(m_bar);
    inner->addLayout(news);
    auto *page = new QWidget;
    page->setLayout(m_content);
    m_content->setContentsMargins(metric::dialogMargin, metric::insideTight, metric::dialogMargin,
                                  metric::insideTight); // room for focus rings
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(page);
    growWithContent(*this, *scroll);
    inner->addWidget(scroll, 1);
    inner->addLayout(m_buttons);
    frame->addLayout(inner, 1);
    connect(m_bar, &widgets::InlineBar::actionTriggered, this, [this] {
        if (std::exchange(m_retryOffered, false)) {
            m_bar->dismiss();
            m_retry();
        }
    });
    // What a dialog shows belongs to the open session: it goes when that goes.
    connect(context.session, &workspace::Session::aboutToLock, this, [this] {
        wipe();
        done(QDialog::Rejected);
    });
}

widgets::News ActingDialog::newsOf(const Error &error, const kms::ErrorCircumstances &circumstances) {
    widgets::News news = newsFor(error, circumstances, false);
    m_retryOffered = m_retry && kms::describe(error, circumstances).act == kms::NextStep::Retry;
    if (m_retryOffered) {
        news.action = verbOf(kms::NextStep::Retry);
    }
    return news;
}

void ActingDialog::showError(const Error &error, const kms::ErrorCircumstances &circumstances) {
    m_bar->present(newsOf(error, circumstances));
}

} // namespace keyturn::ui
