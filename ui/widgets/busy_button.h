// SPDX-License-Identifier: Apache-2.0
// BusyButton: starts an act and, while it runs, is the button that cancels it. A spinner appears after
// 300 ms and the elapsed time after 3 s; the button keeps its width, so nothing jumps. GUI thread.
#pragma once

#include "base/clock.h"

#include <QPushButton>

#include <memory>

class QTimer;

namespace keyturn::widgets {

class BusyButton final : public QPushButton {
    Q_OBJECT
public:
    explicit BusyButton(const QString &verb, QWidget *parent = nullptr,
                        std::shared_ptr<const Clock> clock = systemClock());

    void setBusy(bool busy);
    bool isBusy() const { return m_busy; }
    /// What the act is called when it is not running.
    void setVerb(const QString &verb);
    bool showsSpinner() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

public Q_SLOTS:
    /// Brings words and spinner in step with the clock; a timer calls it while busy.
    void refresh();

Q_SIGNALS:
    void started();         ///< clicked while idle
    void cancelRequested(); ///< clicked while busy, once

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::chrono::milliseconds elapsed() const;

    std::shared_ptr<const Clock> m_clock;
    QString m_verb;
    QTimer *m_tick;
    std::chrono::steady_clock::time_point m_since;
    bool m_busy = false;
    bool m_cancelling = false;
    int m_turn = 0; ///< degrees of the spinner
};

} // namespace keyturn::widgets
