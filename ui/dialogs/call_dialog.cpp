// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/call_dialog.h"

#include "ui/dialogs/call_form.h"
#include "ui/dialogs/call_reply_view.h"
#include "ui/dialogs/call_words.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int listWidth = 320;
constexpr int workHeight = 440;

} // namespace

CallDialog::CallDialog(const DialogContext &context, desktop::ClipboardGuard *clipboard, std::string key,
                       QWidget *parent)
    : ActingDialog(context, tr("Call any operation"), false, parent)
    , m_presenter(context)
    , m_clipboard(clipboard)
    , m_key(std::move(key))
    , m_check(new QPushButton(tr("Check only"), this))
    , m_run(new widgets::BusyButton(tr("Call"), this)) {
    setObjectName(QStringLiteral("callDialog"));
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::group);
    row->addWidget(makeList());
    row->addWidget(makeWork(), 1);
    content()->addLayout(row, 1);
    makeActs();
    fillList();
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(1000, 700);
    m_list->setCurrentRow(0);
    m_search->setFocus();
}

QWidget *CallDialog::makeList() {
    auto *page = new QWidget(this);
    page->setFixedWidth(listWidth);
    m_search = new QLineEdit(page);
    m_search->setObjectName(QStringLiteral("call.search"));
    m_search->setAccessibleName(tr("Find an operation"));
    m_search->setPlaceholderText(tr("Find an operation"));
    m_list = new QListWidget(page);
    m_list->setObjectName(QStringLiteral("call.list"));
    m_list->setAccessibleName(tr("Operations"));
    m_list->setMinimumHeight(workHeight);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    return page;
}

QWidget *CallDialog::makeWork() {
    auto *page = new QWidget(this);
    m_title = new QLabel(page);
    m_title->setObjectName(QStringLiteral("call.title"));
    theme::setTextRole(*m_title, theme::TextRole::Section);
    m_facts = new QLabel(page);
    m_facts->setObjectName(QStringLiteral("call.facts"));
    m_facts->setWordWrap(true);
    theme::setTone(*m_facts, theme::ColorRole::MutedText);
    m_formArea = new QScrollArea(page);
    m_formArea->setFrameShape(QFrame::NoFrame);
    m_formArea->setWidgetResizable(true);
    m_formArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_formArea->setFocusPolicy(Qt::NoFocus);
    m_reply = new CallReplyView(m_clipboard, page);
    m_tabs = new QTabWidget(page);
    m_tabs->setObjectName(QStringLiteral("call.tabs"));
    m_tabs->setAccessibleName(tr("Request and reply"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_formArea, tr("Request"));
    m_tabs->addTab(m_reply, tr("Reply"));
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::unit);
    column->addWidget(m_title);
    column->addWidget(m_facts);
    column->addWidget(m_tabs, 1);
    return page;
}

void CallDialog::makeActs() {
    m_check->setObjectName(QStringLiteral("call.check"));
    m_run->setObjectName(QStringLiteral("call.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    auto *copy = new widgets::CopyButton(
        tr("command"), [this] { return command(); }, this);
    copy->setAsCommand();
    buttons()->addStretch(1);
    buttons()->addWidget(copy);
    buttons()->addWidget(m_check);
    buttons()->addWidget(m_run);
}

void CallDialog::fillList() {
    std::vector<kms::OperationId> ids;
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        ids.push_back(static_cast<kms::OperationId>(i));
    }
    std::ranges::sort(ids, {}, [](kms::OperationId id) { return kms::operationInfo(id).name; });
    for (const kms::OperationId id : ids) {
        const kms::OperationInfo &info = kms::operationInfo(id);
        const QString absent = m_presenter.whyAbsent(id);
        const QString name = fromUtf8(info.name);
        auto *item = new QListWidgetItem(absent.isEmpty()
                                             ? theme::icon(effectIcon(info.effect))
                                             : theme::icon(theme::Icon::Disable, theme::ColorRole::MutedText),
                                         name, m_list);
        item->setData(Qt::UserRole, int(id));
        item->setToolTip(absent.isEmpty() ? effectWords(info.effect) : absent);
        item->setData(Qt::AccessibleTextRole, absent.isEmpty() ? name : tr("%1, not available").arg(name));
    }
}

void CallDialog::connectParts() {
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &CallDialog::narrow);
    connect(m_list, &QListWidget::currentRowChanged, this, &CallDialog::showOperation);
    connect(m_list, &QListWidget::itemActivated, this, [this] {
        m_tabs->setCurrentIndex(0);
        m_form->focusFirst();
    });
    connect(m_check, &QPushButton::clicked, this, [this] { call(true); });
    connect(m_run, &widgets::BusyButton::started, this, [this] { call(false); });
    connect(m_run, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
    connect(&m_presenter, &CallPresenter::busyChanged, this, &CallDialog::refresh);
    connect(&m_presenter, &CallPresenter::answered, this, &CallDialog::showAnswer);
    connect(m_reply, &CallReplyView::failed, this, [this](const Error &error) { showError(error); });
    connect(m_reply, &CallReplyView::saved, this, [this](const QString &file) {
        bar()->present({widgets::NewsKind::Good, tr("Saved"), file, {}, {}});
    });
    setRetry([this] { m_run->click(); });
    const auto run = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    connect(run, &QShortcut::activated, m_run, &QPushButton::click);
    const auto find = new QShortcut(QKeySequence(QKeySequence::Find), this);
    connect(find, &QShortcut::activated, this, [this] {
        m_search->setFocus();
        m_search->selectAll();
    });
}

void CallDialog::narrow(const QString &text) {
    const QString wanted = text.simplified();
    int first = -1;
    for (int row = 0; row < m_list->count(); ++row) {
        const bool fits = m_list->item(row)->text().contains(wanted, Qt::CaseInsensitive);
        m_list->item(row)->setHidden(!fits);
        first = first < 0 && fits ? row : first;
    }
    if (first >= 0 && (m_list->currentItem() == nullptr || m_list->currentItem()->isHidden())) {
        m_list->setCurrentRow(first);
    }
}

void CallDialog::choose(kms::OperationId operation) {
    m_search->clear();
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(Qt::UserRole).toInt() == int(operation)) {
            m_list->setCurrentRow(row);
            m_list->scrollToItem(m_list->item(row));
            m_form->focusFirst();
        }
    }
}

kms::OperationId CallDialog::operation() const {
    return m_form->info().id;
}

void CallDialog::showOperation() {
    const QListWidgetItem *item = m_list->currentItem();
    if (item == nullptr || m_presenter.isBusy()) {
        return;
    }
    const auto id = static_cast<kms::OperationId>(item->data(Qt::UserRole).toInt());
    const kms::OperationInfo &info = kms::operationInfo(id);
    if (m_form != nullptr) {
        m_form->wipe();
    }
    m_form = new CallForm(context(), info, m_formArea);
    m_form->suggestKey(m_key);
    m_formArea->setWidget(m_form); // deletes the one before
    m_form->show();
    m_reply->setWords(tr("Nothing was asked yet."));
    m_tabs->setCurrentIndex(0);
    m_title->setText(fromUtf8(info.name));
    bar()->dismiss();
    const QString absent = m_presenter.whyAbsent(id);
    m_facts->setText(QStringList{effectWords(info.effect), permissionWords(info)}.join(u' '));
    if (!absent.isEmpty()) {
        bar()->present({widgets::NewsKind::Attention,
                        tr("%1 is not available here").arg(fromUtf8(info.name)),
                        absent,
                        {},
                        {}});
    }
    connect(m_form, &CallForm::changed, this, &CallDialog::refresh);
    orderTabsAsLaidOut(*this);
    refresh();
}

void CallDialog::refresh() {
    const kms::OperationInfo &info = m_form->info();
    const bool busy = m_presenter.isBusy();
    const QString absent = m_presenter.whyAbsent(info.id);
    const QString noDryRun = absent.isEmpty() ? m_presenter.whyNoDryRun(info.id) : absent;
    m_run->setBusy(busy);
    m_run->setEnabled(busy || absent.isEmpty());
    m_run->setToolTip(absent);
    m_check->setVisible(kms::findField(info.request, "DryRun") != nullptr);
    m_check->setEnabled(!busy && noDryRun.isEmpty());
    m_check->setToolTip(noDryRun.isEmpty() ? tr("A dry run: whether it would work, nothing is done.")
                                           : noDryRun);
    m_list->setEnabled(!busy);
}

void CallDialog::call(bool dryRun) {
    bar()->dismiss();
    m_form->clearFaults();
    auto request = m_form->request();
    if (!request) {
        m_tabs->setCurrentIndex(0);
        bar()->present(
            {widgets::NewsKind::Danger, tr("It was not sent"), fromUtf8(request.error().detail), {}, {}});
        return;
    }
    const kms::Effect effect = m_form->info().effect;
    if (dryRun || effect < kms::Effect::Changes || m_presenter.sessionAsks(effect)) {
        return send(std::move(*request), dryRun);
    }
    askThen(std::move(*request));
}

void CallDialog::askThen(kms::AnyRequest request) {
    const kms::OperationInfo &info = m_form->info();
    const QString name = fromUtf8(info.name);
    const QString target = targetOf(request);
    const auto kept = std::make_shared<kms::AnyRequest>(std::move(request));
    ask(this,
        {.title =
             target.isEmpty() ? tr("Call %1?").arg(name) : tr("Call %1 on \u201c%2\u201d?").arg(name, target),
         .text = tr("%1 Profile %2, %3.")
                     .arg(effectWords(info.effect), fromUtf8(context().session->profile().name),
                          fromUtf8(context().session->identity())),
         .verb = tr("Call %1").arg(name),
         .destroys = info.effect == kms::Effect::Destroys},
        [this, kept] { send(std::move(*kept), false); });
}

void CallDialog::send(kms::AnyRequest request, bool dryRun) {
    m_dryRun = dryRun;
    m_reply->setWords(tr("Waiting for the answer."));
    m_presenter.send(std::move(request), dryRun);
}

void CallDialog::showAnswer() {
    const QString name = fromUtf8(m_form->info().name);
    if (m_presenter.error()) {
        const Error &error = *m_presenter.error();
        m_reply->setWords(error.code == ErrorCode::Cancelled ? tr("It was stopped.")
                                                             : tr("There is no reply."));
        if (error.code == ErrorCode::Cancelled) {
            return;
        }
        showError(error);
        if (error.code == ErrorCode::Validation) {
            m_tabs->setCurrentIndex(0);
            m_form->markFaults(fromUtf8(error.serviceMessage));
        }
        return;
    }
    m_tabs->setCurrentIndex(1);
    if (m_presenter.wouldWork()) {
        m_reply->setWords(tr("A dry run gives no reply."));
        bar()->present(
            {widgets::NewsKind::Good, tr("%1 would have worked").arg(name), tr("Nothing was done."), {}, {}});
        return;
    }
    m_reply->setReply(m_presenter.takeReply());
    orderTabsAsLaidOut(*this);
    m_reply->focusMembers();
    bar()->present({widgets::NewsKind::Good, tr("%1 succeeded").arg(name), {}, {}, {}});
}

QString CallDialog::command() {
    auto request = m_form->request();
    return request ? commandText(*request, context().session->profile()) : QString();
}

void CallDialog::wipe() {
    m_presenter.cancel();
    m_form->wipe();
    m_reply->wipe();
}

void CallDialog::closeEvent(QCloseEvent *event) {
    wipe();
    QDialog::closeEvent(event);
}

void CallDialog::reject() {
    wipe();
    QDialog::reject();
}

bool CallDialog::eventFilter(QObject *watched, QEvent *event) {
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            m_list->setFocus();
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) { // not the default button: nothing is sent
            m_form->focusFirst();
            return true;
        }
    }
    return ActingDialog::eventFilter(watched, event);
}

} // namespace keyturn::ui
