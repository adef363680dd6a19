// SPDX-License-Identifier: Apache-2.0
#include "ui/views/jobs_window.h"

#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/question.h"
#include "ui/models/job_list_model.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/views/campaign_view.h"
#include "ui/views/job_view.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int listWidth = 500;
constexpr int viewWidth = 720;
constexpr auto recountEvery = std::chrono::seconds(2);

} // namespace

JobsWindow::JobsWindow(const DialogContext &context, keychain::Keychain *keychain,
                       std::filesystem::path folder, QWidget *parent)
    : QMainWindow(parent, Qt::Window)
    , m_context(context)
    , m_desk(context.session, keychain, folder)
    , m_stripe(new widgets::EnvironmentStripe(this))
    , m_bar(new widgets::InlineBar(this))
    , m_pages(new QStackedWidget(this))
    , m_model(new JobListModel(this))
    , m_new(new QPushButton(tr("New job\u2026"), this))
    , m_open(new QPushButton(tr("Open job file\u2026"), this))
    , m_table(new QTableView(this))
    , m_view(new JobView(this))
    , m_campaigns(new CampaignView(context, keychain, folder.empty() ? folder : folder / "campaigns",
                                   m_desk.rates(), this))
    , m_tabs(new QTabWidget(this))
    , m_recount(new QTimer(this)) {
    setObjectName(QStringLiteral("jobsWindow"));
    setWindowTitle(tr("Bulk jobs"));
    m_bar->hide();
    m_stripe->setEnvironment(static_cast<theme::Environment>(context.session->profile().environment));
    auto *work = new QSplitter(this);
    work->addWidget(makeList());
    work->addWidget(m_view);
    work->setSizes({listWidth, viewWidth});
    work->setChildrenCollapsible(false);
    m_pages->addWidget(makeEmpty());
    m_pages->addWidget(work);
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_stripe);
    column->addWidget(m_bar);
    m_tabs->setObjectName(QStringLiteral("jobs.tabs"));
    m_tabs->setAccessibleName(tr("Jobs and campaigns"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_pages, tr("Jobs"));
    m_tabs->addTab(m_campaigns, tr("Campaigns"));
    column->addWidget(m_tabs, 1);
    setCentralWidget(page);
    makeShortcuts();
    connectParts();
    resize(listWidth + viewWidth, 680);
    refresh();
}

JobsWindow::~JobsWindow() = default;

void JobsWindow::connectParts() {
    m_recount->setInterval(recountEvery);
    connect(m_recount, &QTimer::timeout, this, &JobsWindow::refresh);
    connect(&m_desk, &JobDesk::entriesChanged, this, &JobsWindow::showEntries);
    connect(&m_desk, &JobDesk::noticed, this, [this](const QString &sentence) {
        m_bar->present({widgets::NewsKind::Attention, tr("About the journal's key"), sentence, {}, {}});
    });
    connect(m_view, &JobView::stateChanged, &m_desk, &JobDesk::refresh);
    connect(m_view, &JobView::reportRequested, this, &JobsWindow::saveReport);
    connect(m_view, &JobView::busyChanged, this, &JobsWindow::busyChanged);
    connect(m_campaigns, &CampaignView::runningChanged, this, &JobsWindow::busyChanged);
    connect(m_view, &JobView::progressChanged, this, [this] {
        if (isRunning() && m_model->rowOf(m_shown) < 0) {
            refresh(); // its journal stands now
        }
        Q_EMIT statusChanged(m_view->statusText());
    });
    connect(m_view, &JobView::anotherRequested, this,
            [this](const reencrypt::JobSpec &spec) { newJob(spec, JobPage::Review); });
    connect(m_view, &JobView::hasEnded, this, &JobsWindow::tellOfEnd);
    connect(m_campaigns, &CampaignView::stepEnded, this, &JobsWindow::tellOfEnd);
    connect(m_context.session, &workspace::Session::aboutToLock, this, &JobsWindow::sessionLocks);
}

void JobsWindow::busyChanged() {
    const bool running = isRunning();
    m_space->setEnabled(m_view->isRunning());
    m_table->setEnabled(!m_view->isRunning());
    running ? m_recount->start() : m_recount->stop();
    if (running != std::exchange(m_wasRunning, running)) {
        Q_EMIT runningChanged(running);
        m_view->firstField()->setFocus();
    }
    Q_EMIT statusChanged(m_view->statusText());
    if (!running && m_afterPause) {
        // Not from within the presenter's own signal: what follows may end it.
        QTimer::singleShot(0, this, [next = std::exchange(m_afterPause, {})] { next(); });
    }
}

void JobsWindow::tellOfEnd(const QString &title, const QString &text) {
    if (!isVisible() || isMinimized()) {
        Q_EMIT endedUnseen(title, text);
    }
    QApplication::alert(this); // nothing when it is looked at
}

void JobsWindow::pauseThen(std::function<void()> next) {
    if (!isRunning()) {
        return next();
    }
    m_afterPause = std::move(next);
    m_campaigns->presenter().stop();
    m_view->pause();
}

QWidget *JobsWindow::makeList() {
    auto *page = new QWidget(this);
    m_table->setObjectName(QStringLiteral("jobs.list"));
    m_table->setAccessibleName(tr("Jobs, newest first"));
    m_table->setModel(m_model);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(JobListModel::Name, QHeaderView::Stretch);
    m_table->horizontalHeader()->resizeSection(JobListModel::State, 90);
    m_table->horizontalHeader()->resizeSection(JobListModel::Items, 96);
    m_table->horizontalHeader()->resizeSection(JobListModel::Changed, 146);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) { showJob(current.row()); });
    m_new->setObjectName(QStringLiteral("jobs.new"));
    connect(m_new, &QPushButton::clicked, this, [this] { newJob(); });
    m_open->setObjectName(QStringLiteral("jobs.open"));
    connect(m_open, &QPushButton::clicked, this, [this] { openJobFile(); });
    auto *top = new QHBoxLayout;
    top->setSpacing(metric::related);
    top->addWidget(m_new);
    top->addWidget(m_open);
    top->addStretch(1);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metric::pageMargin, metric::pageMargin, 0, metric::pageMargin);
    column->setSpacing(metric::related);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    return page;
}

/// What a job is, and what to begin with.
QWidget *JobsWindow::makeEmpty() {
    auto *page = new QWidget(this);
    auto *title = new QLabel(tr("Move everything that a key protects"), page);
    theme::setTextRole(*title, theme::TextRole::Title);
    auto *words = new QLabel(
        tr("A job finds ciphertexts in files, tables or a database, re-encrypts each under another key, and "
           "proves it. Nothing else changes by a byte. It can be stopped, resumed and undone at any "
           "moment.\n\n"
           "Rotating a key's material needs no job: old ciphertexts stay readable. Run one for a new key, a "
           "new "
           "account, another encryption context, or after a compromise."),
        page);
    words->setWordWrap(true);
    words->setMaximumWidth(metric::formMaxWidth);
    auto *inner = new QVBoxLayout;
    inner->setSpacing(metric::group);
    inner->addWidget(title);
    inner->addWidget(words);
    const bool inVault = m_context.session->profile().kind == workspace::ProfileKind::Vault;
    for (const JobTemplate &each : jobTemplates(inVault)) {
        auto *button = new QPushButton(each.name, page);
        button->setObjectName(QStringLiteral("jobs.template.") + kindName(each.spec.source.kind));
        button->setToolTip(each.sentence);
        auto *sentence = new QLabel(each.sentence, page);
        sentence->setWordWrap(true);
        theme::setTextRole(*sentence, theme::TextRole::Caption);
        auto *offer = new QVBoxLayout;
        offer->setSpacing(metric::unit);
        offer->addWidget(button, 0, Qt::AlignLeft);
        offer->addWidget(sentence);
        inner->addLayout(offer);
        connect(button, &QPushButton::clicked, this, [this, spec = each.spec] { newJob(spec); });
    }
    auto *other = new QPushButton(tr("Choose a source\u2026"), page);
    other->setObjectName(QStringLiteral("jobs.choose"));
    theme::setButtonKind(*other, theme::ButtonKind::Primary);
    connect(other, &QPushButton::clicked, this, [this] { newJob(); });
    auto *file = new QPushButton(tr("Open job file\u2026"), page);
    file->setObjectName(QStringLiteral("jobs.openFirst"));
    connect(file, &QPushButton::clicked, this, [this] { openJobFile(); });
    auto *acts = new QHBoxLayout;
    acts->setSpacing(metric::related);
    acts->addWidget(other);
    acts->addWidget(file);
    acts->addStretch(1);
    inner->addLayout(acts);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addLayout(inner, 4);
    row->addStretch(1);
    auto *column = new QVBoxLayout(page);
    column->addStretch(1);
    column->addLayout(row);
    column->addStretch(2);
    return page;
}

void JobsWindow::makeShortcuts() {
    const auto bind = [this](const QKeySequence &keys, auto act) {
        auto *shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    bind(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), [this] { newJob(); });
    bind(QKeySequence::Open, [this] { openJobFile(); });
    bind(QKeySequence(Qt::Key_F5), [this] { refresh(); });
    bind(QKeySequence::Close, [this] { close(); });
    m_space = new QShortcut(QKeySequence(Qt::Key_Space), this);
    m_space->setEnabled(false); // only while a job runs: Space is how buttons are pressed
    connect(m_space, &QShortcut::activated, this, [this] {
        auto *button = qobject_cast<QAbstractButton *>(focusWidget());
        button != nullptr ? button->click() : m_view->pause();
    });
}

void JobsWindow::refresh() {
    m_desk.refresh();
}

bool JobsWindow::isRunning() const {
    return m_view->isRunning() || m_campaigns->isRunning();
}

void JobsWindow::showCampaigns() {
    m_tabs->setCurrentWidget(m_campaigns);
}

void JobsWindow::showEntries() {
    const QSignalBlocker quiet(m_table->selectionModel());
    m_model->setEntries(m_desk.entries());
    m_pages->setCurrentIndex(m_model->rowCount() == 0 && !isRunning() ? EmptyPage : WorkPage);
    const int row = m_model->rowOf(m_shown);
    if (row >= 0) {
        m_table->setCurrentIndex(m_model->index(row, 0));
    }
    if (m_desk.unreadable() > 0) {
        m_bar->present(
            {widgets::NewsKind::Attention,
             tr("Some journals cannot be read"),
             counted(m_desk.unreadable(), tr("1 journal is damaged or of a later Keyturn. It is left alone."),
                     tr("%1 journals are damaged or of a later Keyturn. They are left alone.")),
             {},
             {}});
    }
}

void JobsWindow::saveReport() {
    const QString suggestion = fromUtf8(m_view->presenter()->spec().name) + QStringLiteral(".html");
    requestSaveFile(this, tr("Save report"), suggestion, [this](const std::filesystem::path &file) {
        if (m_view->presenter() != nullptr) {
            m_view->presenter()->report(file);
        }
    });
}

/// The presenter's death cancels the calls under way and waits: the job can be resumed from its journal.
void JobsWindow::sessionLocks() {
    m_afterPause = {};
    m_view->clear();
    m_shown.clear();
    busyChanged();
}

void JobsWindow::closeEvent(QCloseEvent *event) {
    if (!isRunning()) {
        return QMainWindow::closeEvent(event);
    }
    event->ignore();
    Question question{
        .title = tr("A job is running"),
        .text = tr("Pause it and close? It goes on where it stood when you resume it, also on another "
                   "day."),
        .verb = tr("Pause and close"),
        .destroys = false};
    question.choices.push_back({tr("Keep running"), [this] { hide(); }});
    ask(this, question, [this] { pauseThen([this] { close(); }); });
}

} // namespace keyturn::ui
