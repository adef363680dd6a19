// SPDX-License-Identifier: Apache-2.0
// CampaignView: rotation campaigns (features-and-screens.md 3.6): those there are, and the steps of the one
// that is open: what each does, what it does not do, what came of it. One step can be taken at a time, on any
// day. GUI thread. Owner: the jobs window.
#pragma once

#include "reencrypt/campaign/campaign.h"
#include "ui/presenters/campaign_presenter.h"
#include "ui/presenters/dialog_context.h"

#include <QWidget>

#include <array>

class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace keyturn::widgets {
class IconLabel;
class InlineBar;
} // namespace keyturn::widgets

namespace keyturn::ui {

/// One step: a line while it is another's turn, its words and its button when it is its own.
class CampaignStepRow : public QWidget {
    Q_OBJECT

public:
    CampaignStepRow(reencrypt::CampaignStep step, QWidget *parent);
    void show(const reencrypt::CampaignRecord &record, const QString &blocked, bool isTurn, bool isRunning);
    QString verb(const reencrypt::CampaignRecord &record) const;

Q_SIGNALS:
    void taken(keyturn::reencrypt::CampaignStep step);

private:
    void paintEvent(QPaintEvent *event) override;

    reencrypt::CampaignStep m_step;
    bool m_isTurn = false;
    widgets::IconLabel *m_icon;
    QLabel *m_title;
    QLabel *m_note;
    QLabel *m_does;
    QLabel *m_doesNot;
    QLabel *m_warning;
    QPushButton *m_take;
};

class CampaignView : public QWidget {
    Q_OBJECT

public:
    CampaignView(const DialogContext &context, keychain::Keychain *keychain,
                 std::filesystem::path folder = {}, std::shared_ptr<reencrypt::JobRates> rates = nullptr,
                 QWidget *parent = nullptr);
    ~CampaignView() override;

    CampaignPresenter &presenter() { return m_presenter; }
    bool isRunning() const { return m_presenter.running().has_value(); }
    void newCampaign();

Q_SIGNALS:
    void runningChanged();
    /// By itself, not because a person stopped it. Names nothing.
    void stepEnded(const QString &title, const QString &text);

private:
    QWidget *makeList();
    QWidget *makeSteps();
    void connectParts();
    void showEntries();
    void showRecord();
    void showProgress();
    void open(int row);
    void take(reencrypt::CampaignStep step);
    void ended(reencrypt::CampaignStep step, const Status &status);

    DialogContext m_context;
    CampaignPresenter m_presenter;
    widgets::InlineBar *m_bar;
    QWidget *m_side = nullptr; ///< the list and its button
    QListWidget *m_list;
    QScrollArea *m_scroll = nullptr;
    QStackedWidget *m_pages;
    QLabel *m_title;
    QLabel *m_words;
    QProgressBar *m_progress;
    QLabel *m_progressText;
    QPushButton *m_stop;
    std::array<CampaignStepRow *, reencrypt::campaignStepCount> m_rows{};
};

} // namespace keyturn::ui
