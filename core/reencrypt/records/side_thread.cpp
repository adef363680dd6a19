// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/side_thread.h"

#include <utility>

namespace keyturn::reencrypt {

SideThread::~SideThread() {
    if (!m_thread.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_quits = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void SideThread::start(UniqueFunction<Status()> act) {
    if (!m_thread.joinable()) {
        m_thread = std::thread([this] { work(); });
    }
    {
        const std::lock_guard lock(m_mutex);
        m_act = std::move(act);
        m_isBusy = true;
    }
    m_changed.notify_all();
}

Status SideThread::wait() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_isBusy; });
    return std::exchange(m_ended, std::nullopt).value_or(Status());
}

void SideThread::work() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_act || m_quits; });
        if (!m_act) {
            return;
        }
        UniqueFunction<Status()> act = std::exchange(m_act, {});
        lock.unlock();
        Status ended = act();
        act = {};
        lock.lock();
        m_ended = std::move(ended);
        m_isBusy = false;
        m_changed.notify_all();
    }
}

} // namespace keyturn::reencrypt
