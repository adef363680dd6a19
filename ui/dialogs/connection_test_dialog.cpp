// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/connection_test_dialog.h"

#include "kms/operation.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/models/key_words.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
using workspace::ConnectionReport;
using workspace::ProbeState;
using workspace::StepState;
using workspace::TestStep;

struct Look {
    QString word;
    theme::Icon icon;
    theme::ColorRole role;
};

Look lookOf(StepState state) {
    using theme::ColorRole;
    using theme::Icon;
    switch (state) {
    case StepState::Waiting:
        return {ConnectionTestDialog::tr("Waiting"), Icon::Clock, ColorRole::MutedText};
    case StepState::Running:
        return {ConnectionTestDialog::tr("Under way"), Icon::StateChanging, ColorRole::Accent};
    case StepState::Passed:
        return {ConnectionTestDialog::tr("Good"), Icon::Success, ColorRole::Good};
    case StepState::Warning:
        return {ConnectionTestDialog::tr("Look"), Icon::Warning, ColorRole::Attention};
    case StepState::Failed:
        return {ConnectionTestDialog::tr("Failed"), Icon::Error, ColorRole::Danger};
    case StepState::Skipped:
        break;
    }
    return {ConnectionTestDialog::tr("Left out"), Icon::Remove, ColorRole::MutedText};
}

Look lookOf(ProbeState state) {
    using theme::ColorRole;
    using theme::Icon;
    switch (state) {
    case ProbeState::Present:
        return {ConnectionTestDialog::tr("There"), Icon::Success, ColorRole::Good};
    case ProbeState::Refused:
        return {ConnectionTestDialog::tr("Refused"), Icon::Lock, ColorRole::Attention};
    case ProbeState::Absent:
        return {ConnectionTestDialog::tr("Absent"), Icon::Close, ColorRole::Danger};
    case ProbeState::NotTried:
        break;
    }
    return {ConnectionTestDialog::tr("Not tried"), Icon::Help, ColorRole::MutedText};
}

QTableWidget *makeTable(const QStringList &headers, const QString &name, const QString &forPeople,
                        QWidget *parent) {
    auto *table = new QTableWidget(0, static_cast<int>(headers.size()), parent);
    table->setObjectName(name);
    table->setAccessibleName(forPeople);
    table->setHorizontalHeaderLabels(headers);
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

void put(QTableWidget &table, int row, int column, const QString &text, std::optional<Look> look = {}) {
    auto *cell = new QTableWidgetItem(text);
    cell->setToolTip(text);
    if (look) {
        cell->setIcon(theme::icon(look->icon, look->role));
    }
    table.setItem(row, column, cell);
}

QString detailOf(const workspace::StepResult &step) {
    const QString detail = fromUtf8(step.detail);
    if (step.nextStep.empty()) {
        return detail;
    }
    const bool whole = detail.isEmpty() || detail.endsWith(u'.');
    return (whole ? detail : detail + u'.') + u' ' + fromUtf8(step.nextStep);
}

} // namespace

QString clockOffsetText(std::chrono::seconds offset) {
    const auto seconds = offset.count();
    if (seconds == 0) {
        return QCoreApplication::translate("Clock", "in step");
    }
    return (seconds > 0 ? QCoreApplication::translate("Clock", "our clock is %1 s behind")
                        : QCoreApplication::translate("Clock", "our clock is %1 s ahead"))
        .arg(std::abs(seconds));
}

ConnectionTestDialog::ConnectionTestDialog(const workspace::Profile &profile, QWidget *parent)
    : QDialog(parent)
    , m_profileName(fromUtf8(profile.name))
    , m_bar(new widgets::InlineBar(this))
    , m_run(new widgets::BusyButton(tr("Test again"), this)) {
    setObjectName(QStringLiteral("connectionTestDialog"));
    setWindowTitle(tr("Connection test"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("connectionTest.tabs"));
    m_tabs->setAccessibleName(tr("Parts of the report"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(makeSteps(), tr("Steps"));
    m_tabs->addTab(makeFacts(), tr("Facts"));
    m_tabs->addTab(makeOperations(), tr("Operations"));
    m_run->setObjectName(QStringLiteral("connectionTest.run"));
    auto *close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(metric::dialogMargin, 0, metric::dialogMargin, 0);
    buttons->setSpacing(metric::related);
    buttons->addWidget(m_run);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(metric::dialogMargin, metric::group, metric::dialogMargin, 0);
    inner->setSpacing(metric::group);
    inner->addWidget(m_bar);
    inner->addWidget(m_tabs, 1);
    auto *frame = new QVBoxLayout(this);
    frame->setContentsMargins(0, 0, 0, metric::dialogMargin);
    frame->setSpacing(metric::group);
    frame->addWidget(new widgets::EnvironmentHeader(tr("Connection test"),
                                                    {static_cast<theme::Environment>(profile.environment),
                                                     m_profileName,
                                                     {},
                                                     fromUtf8(profile.region),
                                                     false},
                                                    this));
    frame->addLayout(inner, 1);
    frame->addLayout(buttons);
    connect(m_run, &widgets::BusyButton::started, this, &ConnectionTestDialog::start);
    connect(m_run, &widgets::BusyButton::cancelRequested, this, &ConnectionTestDialog::cancelRequested);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    orderTabsAsLaidOut(*this);
    resize(760, 600);
    close->setFocus();
    showSteps({});
}

QWidget *ConnectionTestDialog::makeSteps() {
    m_steps = makeTable({tr("Step"), tr("Outcome"), tr("What was found")},
                        QStringLiteral("connectionTest.steps"), tr("Steps of the test"), this);
    m_steps->setWordWrap(true);
    m_steps->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_steps->horizontalHeader()->resizeSection(0, 190);
    m_steps->horizontalHeader()->resizeSection(1, 120);
    return m_steps;
}

QWidget *ConnectionTestDialog::makeOperations() {
    m_operations =
        makeTable({tr("Operation"), tr("Outcome"), tr("Why")}, QStringLiteral("connectionTest.operations"),
                  tr("Operations of the endpoint"), this);
    m_operations->setWordWrap(false);
    m_operations->horizontalHeader()->resizeSection(0, 280);
    m_operations->horizontalHeader()->resizeSection(1, 120);
    return m_operations;
}

QWidget *ConnectionTestDialog::makeFacts() {
    auto *page = new QWidget(this);
    m_facts = new widgets::Form(page);
    m_server = new QLabel(page);
    m_server->setObjectName(QStringLiteral("connectionTest.server"));
    m_clock = new QLabel(page);
    m_clock->setObjectName(QStringLiteral("connectionTest.clock"));
    m_credentials = new QLabel(page);
    m_tls = new QLabel(page);
    for (QLabel *each : {m_server, m_clock, m_credentials, m_tls}) {
        each->setWordWrap(true);
    }
    m_endpoint = new widgets::MonoText(tr("endpoint"), page);
    m_account = new widgets::MonoText(tr("account id"), page);
    m_arn = new widgets::MonoText(tr("ARN"), page);
    m_facts->addRow(tr("Answers there"), m_server);
    m_facts->addRow(tr("Endpoint"), m_endpoint);
    m_facts->addRow(tr("Account"), m_account);
    m_facts->addRow(tr("You are"), m_arn);
    m_facts->addRow(tr("Credentials"), m_credentials);
    m_facts->addRow(tr("Clock"), m_clock);
    m_facts->addRow(tr("TLS"), m_tls);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, metric::group, 0, 0);
    column->addWidget(m_facts);
    column->addStretch(1);
    return page;
}

void ConnectionTestDialog::start() {
    m_bar->dismiss();
    m_run->setBusy(true);
    showSteps({});
    m_tabs->setCurrentIndex(0);
    Q_EMIT startRequested();
}

void ConnectionTestDialog::showProgress(const ConnectionReport &soFar) {
    showSteps(soFar);
}

void ConnectionTestDialog::showReport(const ConnectionReport &report) {
    m_run->setBusy(false);
    showSteps(report);
    showOperations(report);
    showFacts(report);
    summarise(report);
}

void ConnectionTestDialog::showSteps(const ConnectionReport &report) {
    m_steps->setRowCount(static_cast<int>(workspace::testStepCount));
    for (int row = 0; row < m_steps->rowCount(); ++row) {
        const auto step = static_cast<TestStep>(row);
        const Look look = lookOf(report.of(step).state);
        put(*m_steps, row, 0, fromUtf8(workspace::stepTitle(step)));
        put(*m_steps, row, 1, look.word, look);
        put(*m_steps, row, 2, detailOf(report.of(step)));
    }
}

void ConnectionTestDialog::showOperations(const ConnectionReport &report) {
    m_operations->setRowCount(static_cast<int>(kms::operationCount));
    for (int row = 0; row < m_operations->rowCount(); ++row) {
        const auto id = static_cast<kms::OperationId>(row);
        const Look look = lookOf(report.of(id).state);
        put(*m_operations, row, 0, fromUtf8(kms::operationInfo(id).name));
        put(*m_operations, row, 1, look.word, look);
        put(*m_operations, row, 2, fromUtf8(report.of(id).reason));
    }
}

void ConnectionTestDialog::showFacts(const ConnectionReport &report) {
    const auto show = [this](auto *field, const QString &text) {
        field->setText(text);
        m_facts->setRowVisible(field, !text.isEmpty());
    };
    show(m_server, fromUtf8(report.serverKind));
    show(m_endpoint, fromUtf8(report.endpointUrl));
    show(m_account, fromUtf8(report.accountId));
    show(m_arn, fromUtf8(report.callerArn));
    show(m_credentials, fromUtf8(report.credentialOrigin));
    show(m_clock, report.clockOffset ? clockOffsetText(*report.clockOffset) : QString());
    QStringList tls;
    for (const std::string &each : {report.tlsProtocol, report.certificateSubject}) {
        if (!each.empty()) {
            tls += fromUtf8(each);
        }
    }
    show(m_tls, tls.join(QStringLiteral(", ")));
}

void ConnectionTestDialog::summarise(const ConnectionReport &report) {
    using widgets::NewsKind;
    if (report.cancelled) {
        return m_bar->present({NewsKind::Info, tr("The test was stopped"), {}, {}, {}});
    }
    const auto failed = std::ranges::find(report.steps, StepState::Failed, &workspace::StepResult::state);
    if (failed != report.steps.end()) {
        const auto step = static_cast<TestStep>(failed - report.steps.begin());
        return m_bar->present({NewsKind::Danger,
                               tr("Failed: %1").arg(fromUtf8(workspace::stepTitle(step))),
                               detailOf(*failed),
                               {},
                               {}});
    }
    const auto present =
        std::ranges::count(report.operations, ProbeState::Present, &workspace::OperationProbe::state);
    const QString who = report.callerArn.empty() ? fromUtf8(report.serverKind) : fromUtf8(report.callerArn);
    m_bar->present({NewsKind::Good,
                    tr("\u201c%1\u201d can be reached").arg(m_profileName),
                    tr("%1. %2 operations are there.").arg(who).arg(present),
                    {},
                    {}});
}

void ConnectionTestDialog::showEvent(QShowEvent *event) {
    QDialog::showEvent(event);
    if (!std::exchange(m_started, true)) {
        start();
    }
}

void ConnectionTestDialog::done(int result) {
    if (m_run->isBusy()) {
        Q_EMIT cancelRequested();
    }
    QDialog::done(result);
}

} // namespace keyturn::ui
