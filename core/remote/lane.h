// SPDX-License-Identifier: Apache-2.0
// Lane: one QNetworkAccessManager with its six connections, in a worker thread. Signs, sends and decodes;
// what to do with the outcome is decided elsewhere. Internal to this module; carry(), drop() and destruction
// in the lane's own thread, post() from any.
#pragma once

#include "remote/wire.h"

#include "kms/call.h"
#include "remote/server_kind.h"

#include <QNetworkAccessManager>
#include <QObject>

#include <unordered_map>

namespace keyturn::remote {

/// What came of one attempt.
struct Arrival {
    Result<kms::AnyReply> reply;
    AttemptFacts facts;
    ConnectionSight sight;
    std::optional<std::chrono::seconds> clockSkew; ///< the endpoint's clock minus ours
    std::chrono::seconds usedOffset{0};
    credentials::CredentialsSource::Shared usedKeys; ///< null: nothing was sent
    ServerKind hint = ServerKind::Unknown;           ///< what the answer looks like
};

/// One attempt on its way.
struct Shipment {
    SharedCall call;
    std::shared_ptr<SendGate> gate;
    int attempt = 1;
    std::chrono::seconds clockOffset{0};
    UniqueFunction<void(Arrival)> arrived; ///< in the lane's thread; never after drop()
};

class Lane final : public QObject {
public:
    explicit Lane(std::shared_ptr<const Wire> wire);
    ~Lane() override; ///< abandons what is under way

    static constexpr int maxInFlight = 6;

    void post(UniqueFunction<void()> task) const { m_toHere.post(std::move(task)); }
    void carry(Shipment shipment);
    void drop(const SharedCall &call);

private:
    void prepareManager();
    void arrived(Shipment &shipment, credentials::CredentialsSource::Shared keys,
                 std::chrono::steady_clock::time_point sentAt, AttemptResult result);

    const std::shared_ptr<const Wire> m_wire;
    const kms::Delivery m_toHere;
    std::unique_ptr<QNetworkAccessManager> m_manager; ///< made in the lane's thread
    std::unordered_map<const RemoteCall *, Attempt *> m_attempts;
};

} // namespace keyturn::remote
