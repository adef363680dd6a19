// SPDX-License-Identifier: Apache-2.0
// JobView: one bulk job while it runs and afterwards (features-and-screens.md 3.6): progress, rate, what
// failed by cause, and the acts that its state allows. GUI thread. Owner: the jobs window.
#pragma once

#include "reencrypt/journal.h"
#include "ui/presenters/job_presenter.h"

#include <QWidget>

#include <functional>
#include <memory>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTreeView;
class QVBoxLayout;

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
    /// An act that works on the items is under way; reading or reporting is none.
    bool isRunning() const;
    /// Run, or go on where it stood.
    void run();
    void pause();
    /// "payments: 43 %": for a status bar; empty while nothing runs.
    QString statusText() const;
    /// Where the keyboard goes when the view is looked at.
    QWidget *firstField() const;

Q_SIGNALS:
    void busyChanged();
    /// The journal says something new: lists read again.
    void stateChanged();
    void reportRequested();
    /// Another job like this one: after a dry run the same in earnest.
    void anotherRequested(const keyturn::reencrypt::JobSpec &spec);
    void progressChanged();
    /// By itself, not because a person stopped it; `title` and `text` name neither job nor key.
    void hasEnded(const QString &title, const QString &text);

private:
    void makeHead();
    void makeActs();
    void makeFaults();
    QHBoxLayout *makeSpeedLine();
    void connectParts();
    void refresh();
    void showProgress();
    void ended(JobPresenter::Act act, const Status &status);
    void say(JobPresenter::Act act);
    void sayWhyPaused();
    void showActs();
    void offer(QPushButton *button, JobPresenter::Act act);
    void requestAnother();
    QString whyNot(JobPresenter::Act act) const;
    void askUndo();
    void askFinalise();
    reencrypt::JobState state() const { return m_head.state; }

    std::unique_ptr<JobPresenter> m_presenter;
    reencrypt::JournalHead m_head;
    std::function<void()> m_barAct; ///< what the button of the bar does
    QWidget *m_body;
    QLabel *m_nothing; ///< instead of it, while no job is looked at
    QVBoxLayout *m_column = nullptr;
    widgets::InlineBar *m_bar;
    widgets::SectionHeader *m_title;
    QLabel *m_words;
    QLabel *m_place;
    QProgressBar *m_progress;
    QLabel *m_speed;
    QLabel *m_rate;
    QLabel *m_counts;
    QSpinBox *m_ceiling;
    JobFaultModel *m_faults;
    widgets::SectionHeader *m_faultsTitle;
    QTreeView *m_faultTree;
    QPushButton *m_run;
    QPushButton *m_another;
    QPushButton *m_pause;
    QPushButton *m_verify;
    QPushButton *m_undo;
    QPushButton *m_finalise;
    QPushButton *m_report;
};

} // namespace keyturn::ui
