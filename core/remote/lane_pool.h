// SPDX-License-Identifier: Apache-2.0
// LanePool: the lanes to one endpoint and the threads they live in, opened as they are needed: the first lane
// with a free place is taken, so that a few calls keep to a few warm connections. Internal to this module;
// one thread (the deciding one).
#pragma once

#include "remote/lane.h"

#include <QThread>

#include <memory>
#include <vector>

namespace keyturn::remote {

class LanePool {
public:
    LanePool(std::shared_ptr<const Wire> wire, int maxLanes);
    ~LanePool(); ///< ends all lanes and waits for them

    bool hasRoom() const { return m_inFlight < m_maxLanes * Lane::maxInFlight; }
    Lane *reserve(); ///< only when there is room
    void release(Lane *lane);

private:
    struct Worker {
        QThread thread;
        QObject context; ///< lives in the thread; what is posted to it runs there
    };
    struct Place {
        Lane *lane = nullptr; ///< deleted in its thread
        Worker *worker = nullptr;
        int inFlight = 0;
    };

    Place &open();

    const std::shared_ptr<const Wire> m_wire;
    const int m_maxLanes;
    const std::size_t m_maxThreads;
    std::vector<std::unique_ptr<Worker>> m_workers;
    std::vector<Place> m_places;
    int m_inFlight = 0;
};

} // namespace keyturn::remote
