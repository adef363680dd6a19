// SPDX-License-Identifier: Apache-2.0
#include "ui/desktop/idle_watch.h"

#include <QCoreApplication>
#include <QEvent>
#include <QTimer>

namespace keyturn::desktop {
namespace {

constexpr std::chrono::seconds checkEvery{1};
constexpr std::chrono::seconds sayAtMostEvery{1};

/// What only a person causes. Moves count, synthesized hover does not.
bool isActivity(QEvent::Type type) {
    switch (type) {
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::MouseButtonDblClick:
    case QEvent::MouseMove:
    case QEvent::Wheel:
    case QEvent::TouchBegin:
    case QEvent::TouchUpdate:
    case QEvent::TabletPress:
    case QEvent::TabletMove:
    case QEvent::InputMethod:
    case QEvent::Drop:
        return true;
    default:
        return false;
    }
}

} // namespace

IdleWatch::IdleWatch(std::shared_ptr<const Clock> clock, QObject *parent)
    : QObject(parent)
    , m_clock(std::move(clock))
    , m_timer(new QTimer(this))
    , m_last(m_clock->steadyNow())
    , m_said(m_last - sayAtMostEvery) {
    QCoreApplication::instance()->installEventFilter(this);
    m_timer->setInterval(checkEvery);
    connect(m_timer, &QTimer::timeout, this, &IdleWatch::check);
}

void IdleWatch::setLimit(std::optional<std::chrono::seconds> limit) {
    m_limit = limit;
    m_reached = false;
    if (limit) {
        m_timer->start();
    } else {
        m_timer->stop();
    }
}

std::chrono::milliseconds IdleWatch::idleFor() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock->steadyNow() - m_last);
}

void IdleWatch::touch() {
    // The limit may have passed while the machine slept or the loop stood still: that comes first.
    check();
    m_last = m_clock->steadyNow();
    m_reached = false;
    if (m_last - m_said >= sayAtMostEvery) {
        m_said = m_last;
        Q_EMIT activitySeen();
    }
}

void IdleWatch::check() {
    if (m_limit && !m_reached && idleFor() >= *m_limit) {
        m_reached = true;
        Q_EMIT idleReached();
    }
}

bool IdleWatch::eventFilter(QObject *watched, QEvent *event) {
    if (isActivity(event->type())) {
        touch();
    }
    return QObject::eventFilter(watched, event);
}

} // namespace keyturn::desktop
