// SPDX-License-Identifier: Apache-2.0
#include "ui/views/campaign_view.h"

#include "ui/dialogs/campaign_dialog.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
using reencrypt::CampaignStep;
enum Page { EmptyPage, StepsPage };
constexpr int listWidth = 280;
constexpr int progressSteps = 10000;

/// Without the part that all keys of an account share.
QString shortKey(const std::string &key) {
    return fromUtf8(key.substr(key.rfind('/') + 1));
}

QString headline(const reencrypt::CampaignRecord &record) {
    const QString from = shortKey(record.spec.oldKey);
    if (record.spec.newMaterial) {
        return CampaignView::tr("New key material for %1").arg(from);
    }
    return record.successorKey.empty()
               ? CampaignView::tr("Away from %1").arg(from)
               : CampaignView::tr("From %1 to %2").arg(from, shortKey(record.successorKey));
}

QString questionOf(CampaignStep step, const reencrypt::CampaignRecord &record) {
    switch (step) {
    case CampaignStep::Successor:
        return record.spec.newMaterial ? CampaignView::tr("Make new key material?")
                                       : CampaignView::tr("Make the successor key?");
    case CampaignStep::Run:
        return CampaignView::tr("Re-encrypt everything now?");
    case CampaignStep::MoveAlias:
        return CampaignView::tr("Point %1 to the new key?").arg(fromUtf8(record.spec.alias));
    case CampaignStep::Disable:
        return CampaignView::tr("Disable the old key?");
    case CampaignStep::ScheduleDeletion:
        return CampaignView::tr("Schedule the old key's deletion?");
    default:
        return fromUtf8(reencrypt::title(step));
    }
}

} // namespace

CampaignView::CampaignView(const DialogContext &context, keychain::Keychain *keychain,
                           std::filesystem::path folder, std::shared_ptr<reencrypt::JobRates> rates,
                           QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_presenter(context.session, keychain, std::move(folder), std::move(rates))
    , m_bar(new widgets::InlineBar(this))
    , m_list(new QListWidget(this))
    , m_pages(new QStackedWidget(this))
    , m_title(new QLabel(this))
    , m_words(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_progressText(new QLabel(this))
    , m_stop(new QPushButton(tr("Stop"), this)) {
    setObjectName(QStringLiteral("campaignView"));
    m_bar->hide();
    auto *empty = new widgets::EmptyState(this);
    empty->setContent(
        theme::Icon::Rotate,
        tr("A campaign takes a key out of use step by step: successor, re-encryption, proof, alias, "
           "watching, deletion. Every step can wait for another day."),
        tr("New campaign\u2026"));
    connect(empty, &widgets::EmptyState::actTriggered, this, &CampaignView::newCampaign);
    m_pages->addWidget(empty);
    m_pages->addWidget(makeSteps());
    auto *right = new QVBoxLayout;
    right->setSpacing(metric::related);
    right->addWidget(m_bar);
    right->addWidget(m_pages, 1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::pageMargin, metric::pageMargin, metric::pageMargin, metric::pageMargin);
    row->setSpacing(metric::group);
    row->addWidget(makeList());
    row->addLayout(right, 1);
    connectParts();
    orderTabsAsLaidOut(*this);
    m_presenter.refresh();
    showRecord();
}

CampaignView::~CampaignView() = default;

QWidget *CampaignView::makeList() {
    auto *page = new QWidget(this);
    m_side = page;
    page->setFixedWidth(listWidth);
    auto *fresh = new QPushButton(tr("New campaign\u2026"), page);
    fresh->setObjectName(QStringLiteral("campaign.new"));
    connect(fresh, &QPushButton::clicked, this, &CampaignView::newCampaign);
    m_list->setObjectName(QStringLiteral("campaign.list"));
    m_list->setAccessibleName(tr("Campaigns"));
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(fresh, 0, Qt::AlignLeft);
    column->addWidget(m_list, 1);
    return page;
}

QWidget *CampaignView::makeSteps() {
    auto *page = new QWidget(this);
    theme::setTextRole(*m_title, theme::TextRole::Title);
    m_words->setWordWrap(true);
    m_progress->setAccessibleName(tr("Progress of the step"));
    m_progress->setTextVisible(false);
    m_stop->setObjectName(QStringLiteral("campaign.stop"));
    theme::setTextRole(*m_progressText, theme::TextRole::Caption);
    auto *steps = new QWidget(page);
    auto *rows = new QVBoxLayout(steps);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(metric::insideTight);
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        m_rows[i] = new CampaignStepRow(static_cast<CampaignStep>(i), steps);
        connect(m_rows[i], &CampaignStepRow::taken, this, &CampaignView::take);
        rows->addWidget(m_rows[i]);
    }
    rows->addStretch(1);
    m_scroll = new QScrollArea(page);
    auto *scroll = m_scroll;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(steps);
    auto *under = new QHBoxLayout;
    under->setSpacing(metric::related);
    under->addWidget(m_progress, 1);
    under->addWidget(m_progressText);
    under->addWidget(m_stop);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addWidget(m_title);
    column->addWidget(m_words);
    column->addWidget(scroll, 1);
    column->addLayout(under);
    return page;
}

void CampaignView::connectParts() {
    connect(&m_presenter, &CampaignPresenter::entriesChanged, this, &CampaignView::showEntries);
    connect(&m_presenter, &CampaignPresenter::recordChanged, this, &CampaignView::showRecord);
    connect(&m_presenter, &CampaignPresenter::progressChanged, this, &CampaignView::showProgress);
    connect(&m_presenter, &CampaignPresenter::ended, this, &CampaignView::ended);
    connect(&m_presenter, &CampaignPresenter::runningChanged, this, [this] {
        showRecord();
        Q_EMIT runningChanged();
    });
    connect(m_list, &QListWidget::currentRowChanged, this, &CampaignView::open);
    connect(m_stop, &QPushButton::clicked, &m_presenter, &CampaignPresenter::stop);
    connect(m_context.session, &workspace::Session::aboutToLock, this, [this] { m_presenter.close(); });
}

void CampaignView::showEntries() {
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    m_side->setVisible(!m_presenter.entries().empty());
    int row = 0;
    for (const CampaignEntry &each : m_presenter.entries()) {
        const auto next = each.record.next();
        m_list->addItem(fromUtf8(each.record.spec.name) + u'\n' +
                        (next ? fromUtf8(reencrypt::title(*next)) : tr("Ended")));
        if (each.file == m_presenter.file()) {
            m_list->setCurrentRow(row);
        }
        ++row;
    }
}

void CampaignView::open(int row) {
    const auto &entries = m_presenter.entries();
    if (row < 0 || row >= static_cast<int>(entries.size()) || isRunning()) {
        return;
    }
    m_bar->dismiss();
    const auto file = entries[static_cast<std::size_t>(row)].file;
    if (auto opened = m_presenter.open(file); !opened) {
        m_bar->present(newsFor(opened.error(), {}, false));
    }
}

void CampaignView::showRecord() {
    m_pages->setCurrentIndex(m_presenter.isOpen() ? StepsPage : EmptyPage);
    if (!m_presenter.isOpen()) {
        return;
    }
    const reencrypt::CampaignRecord &record = m_presenter.record();
    m_title->setText(fromUtf8(record.spec.name));
    m_words->setText(headline(record));
    const auto turn = m_presenter.running() ? m_presenter.running() : record.next();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto step = static_cast<CampaignStep>(i);
        m_rows[i]->show(record, m_presenter.blocked(step), turn == step, m_presenter.running() == step);
    }
    if (turn) {
        QTimer::singleShot(0, this, [this, row = m_rows[static_cast<std::size_t>(*turn)]] {
            m_scroll->ensureWidgetVisible(row, 0, metric::related);
        });
    }
    for (QWidget *each : {static_cast<QWidget *>(m_progress), static_cast<QWidget *>(m_progressText),
                          static_cast<QWidget *>(m_stop)}) {
        each->setVisible(isRunning());
    }
    if (isRunning()) {
        showProgress();
    }
}

void CampaignView::showProgress() {
    const reencrypt::JobProgress &now = m_presenter.progress();
    m_progress->setRange(0, now.total > 0 ? progressSteps : 0);
    if (now.total > 0) {
        m_progress->setValue(static_cast<int>(double(now.done) / double(now.total) * progressSteps));
    }
    m_progressText->setText(fromUtf8(now.at));
}

void CampaignView::newCampaign() {
    auto *dialog = new CampaignDialog(m_context, this);
    connect(dialog, &CampaignDialog::accepted, this, [this, dialog] {
        m_bar->dismiss();
        if (auto begun = m_presenter.begin(dialog->spec()); !begun) {
            m_bar->present(newsFor(begun.error(), {}, false));
        }
    });
    dialog->open();
}

/// What changes a key or data asks first; the profile's own rules ask beside it.
void CampaignView::take(CampaignStep step) {
    const bool asks = step == CampaignStep::Run || step == CampaignStep::MoveAlias ||
                      step == CampaignStep::Disable || step == CampaignStep::ScheduleDeletion ||
                      step == CampaignStep::Successor;
    const auto go = [this, step] {
        m_bar->dismiss();
        m_presenter.perform(step);
    };
    const reencrypt::CampaignRecord &record = m_presenter.record();
    if (!asks || (step == CampaignStep::Successor && !record.spec.successor.empty())) {
        return go();
    }
    const reencrypt::StepWords said = reencrypt::words(step, record);
    const bool destroys = step == CampaignStep::Disable || step == CampaignStep::ScheduleDeletion;
    const bool production = m_context.session->profile().environment == workspace::Environment::Production;
    QString text = fromUtf8(said.does) + QStringLiteral("\n\n") + fromUtf8(said.doesNot);
    if (!said.warning.empty()) {
        text += QStringLiteral("\n\n") + fromUtf8(said.warning);
    }
    ask(this,
        {.title = questionOf(step, record),
         .text = text,
         .verb = m_rows[static_cast<std::size_t>(step)]->verb(record).remove(u'\u2026'),
         .destroys = destroys,
         .typed = production ? fromUtf8(record.spec.alias.empty() ? record.spec.oldKey : record.spec.alias)
                             : QString()},
        go);
}

void CampaignView::ended(CampaignStep step, const Status &status) {
    if (status || status.error().code != ErrorCode::Cancelled) {
        Q_EMIT stepEnded(status ? tr("A step of a campaign has ended")
                                : tr("A step of a campaign has failed"),
                         fromUtf8(reencrypt::title(step)));
    }
    if (!status && status.error().code != ErrorCode::Cancelled) {
        return m_bar->present(newsFor(status.error(), {}, false));
    }
    const bool done = m_presenter.record().of(step).state == reencrypt::StepState::Done;
    m_bar->present({done ? widgets::NewsKind::Good : widgets::NewsKind::Info,
                    fromUtf8(reencrypt::title(step)),
                    fromUtf8(m_presenter.record().of(step).note),
                    {},
                    {}});
}

} // namespace keyturn::ui
