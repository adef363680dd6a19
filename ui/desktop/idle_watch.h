// SPDX-License-Identifier: Apache-2.0
// IdleWatch: how long the person has not touched the program: keys, pointer and touch, seen through an
// application-wide event filter. GUI thread; the composition root owns it. It decides nothing: when to lock
// is workspace/lock_policy. Time comes from an injected clock.
#pragma once

#include "base/clock.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

class QTimer;

namespace keyturn::desktop {

class IdleWatch final : public QObject {
    Q_OBJECT
public:
    explicit IdleWatch(std::shared_ptr<const Clock> clock = systemClock(), QObject *parent = nullptr);

    /// After so long without activity `idleReached` is said, once until the next activity. None: never.
    void setLimit(std::optional<std::chrono::seconds> limit);
    std::chrono::milliseconds idleFor() const;

public Q_SLOTS:
    /// Counts as activity: a job that the person watches may say so.
    void touch();
    /// Compares with the limit; a timer calls it every second while there is a limit.
    void check();

Q_SIGNALS:
    void activitySeen(); ///< at most once a second
    void idleReached();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    std::shared_ptr<const Clock> m_clock;
    QTimer *m_timer;
    std::chrono::steady_clock::time_point m_last;
    std::chrono::steady_clock::time_point m_said;
    std::optional<std::chrono::seconds> m_limit;
    bool m_reached = false;
};

} // namespace keyturn::desktop
