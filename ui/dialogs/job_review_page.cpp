// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/job_pages.h"
#include "ui/models/job_fault_model.h"
#include "ui/models/key_words.h"
#include "ui/presenters/job_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/form.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/section_header.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

enum Column { Key, Kind, Items, ColumnCount };
constexpr int leastTable = 120;
constexpr double leastCost = 0.01;
constexpr std::size_t faultsShown = 3;

QString number(std::uint64_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString timeText(std::chrono::seconds time) {
    const auto seconds = time.count();
    if (seconds < 60) {
        return JobReviewPage::tr("less than a minute");
    }
    if (seconds < 3600) {
        return JobReviewPage::tr("about %1 min").arg((seconds + 30) / 60);
    }
    return JobReviewPage::tr("about %1 h").arg(QLocale().toString(double(seconds) / 3600, 'f', 1));
}

QString numbersOf(const reencrypt::Plan &plan) {
    QStringList parts{
        counted(qint64(plan.survey.items), JobReviewPage::tr("1 ciphertext"),
                JobReviewPage::tr("%1 ciphertexts")),
        counted(qint64(plan.callsEstimated), JobReviewPage::tr("1 call"), JobReviewPage::tr("%1 calls")),
        timeText(plan.timeEstimated)};
    if (plan.costEstimatedUsd > 0) {
        parts +=
            plan.costEstimatedUsd < leastCost
                ? JobReviewPage::tr("less than US$ %1").arg(QLocale().toString(leastCost, 'f', 2))
                : JobReviewPage::tr("about US$ %1").arg(QLocale().toString(plan.costEstimatedUsd, 'f', 2));
    }
    return parts.join(QStringLiteral(" · "));
}

QString findingsOf(const reencrypt::Plan &plan, bool blocking) {
    QStringList lines;
    const auto &faults = plan.survey.faults;
    for (std::size_t i = 0; !blocking && i < std::min(faults.size(), faultsShown); ++i) {
        lines += QStringLiteral("%1: %2").arg(placeText(faults[i].place), messageText(faults[i]));
    }
    for (const reencrypt::Finding &finding : plan.findings) {
        if ((finding.weight == reencrypt::Finding::Weight::Blocks) == blocking) {
            lines += fromUtf8(finding.text);
        }
    }
    // Sentences that wrap are told apart by their first line.
    const QString mark = lines.size() > 1 ? QStringLiteral("\u2022 ") : QString();
    return lines.isEmpty() ? QString() : mark + lines.join(u'\n' + mark);
}

} // namespace

JobReviewPage::JobReviewPage(JobPresenter *presenter, const KeyCatalog *catalog, QWidget *parent)
    : JobPageWidget(parent)
    , m_presenter(presenter)
    , m_catalog(catalog)
    , m_name(makeLine("job.name"))
    , m_reason(makeLine("job.reason", tr("Rotation")))
    , m_note(new QLabel(this))
    , m_keys(new QTableWidget(0, ColumnCount, this))
    , m_numbers(new QLabel(this))
    , m_blockers(new QLabel(this))
    , m_findings(new QLabel(this))
    , m_commandTitle(new widgets::SectionHeader(tr("The same on the command line"), this))
    , m_command(new widgets::MonoText(tr("command"), this)) {
    form()->addRow(tr("Name"), m_name);
    form()->addRow(tr("Reason"), m_reason, tr("For the report."));
    bind(QStringLiteral("name"), m_name);
    bind(QStringLiteral("reason"), m_reason);
    m_keys->setObjectName(QStringLiteral("job.plan"));
    m_keys->setAccessibleName(tr("Ciphertexts by key"));
    m_keys->setHorizontalHeaderLabels({tr("Key now"), tr("What it is"), tr("Items")});
    m_keys->verticalHeader()->hide();
    m_keys->setShowGrid(false);
    m_keys->setTabKeyNavigation(false);
    m_keys->setWordWrap(false);
    m_keys->setTextElideMode(Qt::ElideMiddle);
    m_keys->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_keys->setSelectionMode(QAbstractItemView::SingleSelection);
    m_keys->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_keys->horizontalHeader()->setSectionResizeMode(Key, QHeaderView::Stretch);
    m_keys->horizontalHeader()->resizeSection(Kind, 190);
    m_keys->setMinimumHeight(leastTable);
    for (QLabel *each : {m_note, m_numbers, m_blockers, m_findings}) {
        each->setWordWrap(true);
    }
    m_command->setObjectName(QStringLiteral("job.command"));
    m_blockers->setObjectName(QStringLiteral("job.blockers"));
    theme::setTone(*m_blockers, theme::ColorRole::Danger);
    m_findings->setObjectName(QStringLiteral("job.findings"));
    theme::setTextRole(*m_numbers, theme::TextRole::Strong);
    auto *found = new QVBoxLayout;
    found->setSpacing(theme::metric::related);
    found->addWidget(new widgets::SectionHeader(tr("Plan"), this));
    for (QWidget *each : {m_note, m_numbers}) {
        found->addWidget(each);
    }
    found->addWidget(m_keys, 1);
    found->addWidget(m_blockers);
    found->addWidget(m_findings);
    column()->addLayout(found, 1);
    auto *same = new QVBoxLayout;
    same->setSpacing(theme::metric::unit);
    same->addWidget(m_commandTitle);
    same->addWidget(m_command);
    column()->addLayout(same);
    m_numbers->hide();
    m_blockers->hide();
    m_findings->hide();
}

QWidget *JobReviewPage::firstField() const {
    return m_name;
}

void JobReviewPage::load(const reencrypt::JobSpec &spec) {
    m_name->setText(fromUtf8(spec.name));
    m_reason->setText(fromUtf8(spec.reason));
}

void JobReviewPage::store(reencrypt::JobSpec &spec) const {
    spec.name = m_name->text().trimmed().toStdString();
    spec.reason = m_reason->text().trimmed().toStdString();
}

void JobReviewPage::sayAboutPlan(const QString &text) {
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
    m_numbers->hide();
    m_blockers->hide();
    m_findings->hide();
    m_keys->setRowCount(0);
}

void JobReviewPage::showPlan() {
    const auto &plan = m_presenter->planned();
    if (!plan) {
        return;
    }
    sayAboutPlan({});
    m_numbers->setText(numbersOf(*plan));
    m_numbers->show();
    for (QLabel *each : {m_blockers, m_findings}) {
        each->setText(findingsOf(*plan, each == m_blockers));
        each->setVisible(!each->text().isEmpty());
    }
    if (plan->survey.items == 0 && !m_blockers->isVisibleTo(this)) {
        m_blockers->setText(tr("There is nothing to move: no ciphertext was found."));
        m_blockers->show();
    }
    m_keys->setRowCount(static_cast<int>(plan->survey.keys.size()));
    int row = 0;
    for (const auto &each : plan->survey.keys) {
        const QString key = each.key.empty() ? tr("Not to be told offline") : keyName(*m_catalog, each.key);
        const QString texts[] = {key, fromUtf8(each.kind), number(each.items)};
        for (int column = 0; column < ColumnCount; ++column) {
            auto *cell = new QTableWidgetItem(texts[column]);
            cell->setToolTip(column == Key && !each.key.empty() ? fromUtf8(each.key) : texts[column]);
            if (column == Items) {
                cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            }
            m_keys->setItem(row, column, cell);
        }
        ++row;
    }
}

void JobReviewPage::setCommand(bool unsaved, const QString &command) {
    m_commandTitle->setNote(unsaved ? tr("once the job file is saved") : QString());
    m_command->setText(command);
}

} // namespace keyturn::ui
