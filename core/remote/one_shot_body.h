// SPDX-License-Identifier: Apache-2.0
// OneShotBody: a request body that can be read once. QNetworkAccessManager silently sends a request again, up
// to three times, when a connection ends before the answer; a body that cannot be rewound makes it report the
// loss instead, so that only our own rules decide about a second attempt. It also spares a copy: the bytes
// stay in the caller's secret text, whose owner the device keeps. Nothing is read once the gate is closed.
// Internal to this module; the thread of its manager.
#pragma once

#include "remote/send_gate.h"

#include <QIODevice>

#include <memory>
#include <string_view>
#include <utility>

namespace keyturn::remote {

/// A body, the gate before it, and who owns its bytes.
struct AttemptPayload {
    std::string_view body;
    std::shared_ptr<SendGate> gate;
    std::shared_ptr<const void> owner;
};

class OneShotBody final : public QIODevice {
public:
    explicit OneShotBody(AttemptPayload payload)
        : m_payload(std::move(payload)) {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override {
        return qint64(m_payload.body.size()) + QIODevice::bytesAvailable();
    }
    bool atEnd() const override { return m_payload.body.empty(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    AttemptPayload m_payload; ///< its body: what is left
};

} // namespace keyturn::remote
