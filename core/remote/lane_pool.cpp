// SPDX-License-Identifier: Apache-2.0
#include "remote/lane_pool.h"

#include <algorithm>

namespace keyturn::remote {

LanePool::LanePool(std::shared_ptr<const Wire> wire, int maxLanes)
    : m_wire(std::move(wire))
    , m_maxLanes(maxLanes)
    , m_maxThreads(static_cast<std::size_t>(std::clamp(QThread::idealThreadCount(), 1, 4))) {}

LanePool::~LanePool() {
    for (const Place &place : m_places) {
        QMetaObject::invokeMethod(
            &place.worker->context, [lane = place.lane] { delete lane; }, Qt::BlockingQueuedConnection);
    }
    for (const auto &worker : m_workers) {
        worker->thread.quit();
        worker->thread.wait();
    }
}

LanePool::Place &LanePool::open() {
    if (m_workers.size() < m_maxThreads) {
        auto worker = std::make_unique<Worker>();
        worker->thread.setObjectName(QStringLiteral("remote lanes"));
        worker->context.moveToThread(&worker->thread);
        worker->thread.start();
        m_workers.push_back(std::move(worker));
    }
    Place place;
    place.worker = m_workers[m_places.size() % m_workers.size()].get();
    place.lane = new Lane(m_wire);
    place.lane->moveToThread(&place.worker->thread);
    m_places.push_back(place);
    return m_places.back();
}

Lane *LanePool::reserve() {
    const auto free = std::find_if(m_places.begin(), m_places.end(),
                                   [](const Place &place) { return place.inFlight < Lane::maxInFlight; });
    Place &place = free == m_places.end() ? open() : *free;
    ++place.inFlight;
    ++m_inFlight;
    return place.lane;
}

void LanePool::release(Lane *lane) {
    const auto place =
        std::find_if(m_places.begin(), m_places.end(), [&](const Place &row) { return row.lane == lane; });
    --place->inFlight;
    --m_inFlight;
}

} // namespace keyturn::remote
