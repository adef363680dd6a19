// SPDX-License-Identifier: Apache-2.0
#include "ui/models/job_list_model.h"

#include "ui/models/key_words.h"

#include <QLocale>

#include <algorithm>

namespace keyturn::ui {

QString jobStateWord(reencrypt::JobState state) {
    using reencrypt::JobState;
    switch (state) {
    case JobState::Planned:
        return JobListModel::tr("Not started");
    case JobState::Running:
        return JobListModel::tr("Interrupted"); // a running one is held by its process
    case JobState::Paused:
        return JobListModel::tr("Paused");
    case JobState::Done:
        return JobListModel::tr("Done");
    case JobState::Verified:
        return JobListModel::tr("Verified");
    case JobState::Finalised:
        return JobListModel::tr("Finalised");
    case JobState::Undone:
        return JobListModel::tr("Undone");
    }
    return {};
}

void JobListModel::setEntries(std::vector<JobEntry> entries) {
    const bool same = std::equal(entries.begin(), entries.end(), m_entries.begin(), m_entries.end(),
                                 [](const JobEntry &a, const JobEntry &b) { return a.journal == b.journal; });
    if (same && !entries.empty()) { // counts of a running job: selection and scroll position stay
        m_entries = std::move(entries);
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int JobListModel::rowOf(const std::filesystem::path &journal) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const JobEntry &each) { return each.journal == journal; });
    return found == m_entries.end() ? -1 : static_cast<int>(found - m_entries.begin());
}

int JobListModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int JobListModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString JobListModel::text(const JobEntry &entry, int column) const {
    const reencrypt::Counters &counters = entry.head.counters;
    switch (column) {
    case Name:
        return fromUtf8(entry.head.spec.name);
    case State:
        return entry.heldBy.isEmpty() ? jobStateWord(entry.head.state) : tr("Running");
    case Items: {
        const std::uint64_t bad = counters.failed + counters.conflicts;
        const QString done = QLocale().toString(static_cast<qulonglong>(counters.done + counters.skipped));
        return bad == 0 ? done
                        : tr("%1, %2 failed").arg(done, QLocale().toString(static_cast<qulonglong>(bad)));
    }
    case Changed:
        return minuteText(entry.head.changed);
    default:
        return {};
    }
}

QVariant JobListModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const JobEntry &entry = at(index.row());
    if (role == Qt::DisplayRole) {
        return text(entry, index.column());
    }
    if (role == Qt::ToolTipRole) {
        const QString where = fromUtf8(entry.journal.string());
        return entry.heldBy.isEmpty() ? where : entry.heldBy + u'\n' + where;
    }
    if (role == Qt::TextAlignmentRole && index.column() == Items) {
        return int(Qt::AlignRight | Qt::AlignVCenter);
    }
    return {};
}

QVariant JobListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Name:
        return tr("Job");
    case State:
        return tr("State");
    case Items:
        return tr("Items");
    case Changed:
        return tr("Last change");
    default:
        return {};
    }
}

} // namespace keyturn::ui
