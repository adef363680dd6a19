// SPDX-License-Identifier: Apache-2.0
// OneShotBody: a request body that can be read once. QNetworkAccessManager silently sends a request again, up
// to three times, when a connection ends before the answer; a body that cannot be rewound makes it report the
// loss instead, so that only our own rules decide about a second attempt. It also spares a copy: the bytes
// stay in the caller's secret text, which must outlive the device. Internal to this module; worker thread.
#pragma once

#include <QIODevice>

#include <string_view>

namespace keyturn::remote {

class OneShotBody final : public QIODevice {
public:
    explicit OneShotBody(std::string_view body)
        : m_body(body) {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override { return qint64(m_body.size()) + QIODevice::bytesAvailable(); }
    bool atEnd() const override { return m_body.empty(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    std::string_view m_body; ///< what is left
};

} // namespace keyturn::remote
