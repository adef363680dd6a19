// SPDX-License-Identifier: Apache-2.0
// JobView: one bulk job while it runs and afterwards (features-and-screens.md 3.6): progress, rate, what
// failed by cause, and the acts that its state allows. GUI thread. Owner: the jobs window.
#pragma once

#include "reencrypt/journal.h"
#include "ui/presenters/job_presenter.h"

#include <QWidget>

#include <memory>

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTreeView;

namespace keyturn::widgets {
class BusyButton;
class InlineBar;
class SectionHeader;
} // namespace keyturn::widgets

namespace keyturn::ui {

class JobFaultModel;

class JobView : public QWidget {
    Q_OBJECT

public:
    explicit JobView(QWidget *parent = nullptr);
    ~JobView() override;

    /// Takes the presenter; `head` is what the journal says, of a new job its spec.
    void show(std::unique_ptr<JobPresenter> presenter, const reencrypt::JournalHead &head);
    void clear();
    JobPresenter *presenter() const { return m_presenter.get(); }
    bool isRunning() const { return m_presenter != nullptr && m_presenter->isBusy(); }
    /// Run, or go on where it stood.
    void run();
    void pause();

Q_SIGNALS:
    void busyChanged();
    /// The journal says something new: lists read again.
    void stateChanged();
    void reportRequested();

private:
    void makeHead();
    void makeActs();
    void makeFaults();
    void connectParts();
    void refresh();
    void showProgress();
    void ended(JobPresenter::Act act, const Status &status);
    void askUndo();
    void askFinalise();
    reencrypt::JobState state() const;

    std::unique_ptr<JobPresenter> m_presenter;
    reencrypt::JournalHead m_head;
    widgets::InlineBar *m_bar;
    widgets::SectionHeader *m_title;
    QLabel *m_words;
    QProgressBar *m_progress;
    QLabel *m_speed;
    QLabel *m_rate;
    QLabel *m_counts;
    QSpinBox *m_ceiling;
    JobFaultModel *m_faults;
    widgets::SectionHeader *m_faultsTitle;
    QTreeView *m_faultTree;
    QPushButton *m_run;
    QPushButton *m_pause;
    QPushButton *m_verify;
    QPushButton *m_undo;
    QPushButton *m_finalise;
    QPushButton *m_report;
};

} // namespace keyturn::ui
