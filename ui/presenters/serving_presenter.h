// SPDX-License-Identifier: Apache-2.0
// ServingPresenter: an open vault served on loopback, for a window: start and stop, its access keys, the
// requests as they come. What blocks runs off the GUI thread, by the session. When the session locks, serving
// ends first: requests under way are answered before the keys go. GUI thread. Owner: the main window; it
// outlives the dialog that shows it.
#pragma once

#include "base/result.h"
#include "kms/access_keys.h"
#include "workspace/serving.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace keyturn::workspace {
class Session;
}

namespace keyturn::ui {

class ServingPresenter : public QObject {
    Q_OBJECT

public:
    enum class State { Off, Starting, On, Stopping };
    using Created = std::function<void(Result<kms::CreatedAccessKey>)>;
    using Done = std::function<void(Status)>;

    /// The session is borrowed and outlives the presenter.
    explicit ServingPresenter(workspace::Session *session, QObject *parent = nullptr);
    ~ServingPresenter() override;

    State state() const { return m_state; }
    /// Port 0: a free one. `done` once, later.
    void start(std::uint16_t port, Done done);
    void stop();

    QString url() const { return m_url; }
    QString region() const { return m_region; }
    /// Lines for a shell, without a secret; empty while it is off.
    QString environmentLines() const;
    QString exampleCommand() const;
    /// With the access key itself: only for the clipboard guard.
    SecretBytes environmentLinesWith(const kms::CreatedAccessKey &key) const;
    Status saveCredentials(const kms::CreatedAccessKey &key, const std::filesystem::path &target) const;

    const std::vector<kms::AccessKey> &accessKeys() const { return m_keys; }
    void refreshAccessKeys();
    void createAccessKey(kms::NewAccessKey wish, Created created);
    void setAccessKeyEnabled(const std::string &id, bool enabled, Done done);
    void removeAccessKey(const std::string &id, Done done);

    /// Newest last, bounded.
    const std::deque<workspace::LiveRequest> &requests() const { return m_requests; }
    std::uint64_t requestCount() const { return m_lastSerial; }

Q_SIGNALS:
    void stateChanged();
    void accessKeysChanged();
    void requestsArrived();

private:
    /// Runs an act on the vault's access keys off the GUI thread, then lists them again.
    void withAccessKeys(std::function<Status(kms::AccessKeyStore &)> act, Done done);
    void takeRequests();
    void endBeforeLock();
    void setState(State state);

    workspace::Session *m_session;
    State m_state = State::Off;
    std::shared_ptr<workspace::Serving> m_serving;
    QString m_url;
    QString m_region;
    std::vector<kms::AccessKey> m_keys;
    std::deque<workspace::LiveRequest> m_requests;
    std::uint64_t m_lastSerial = 0;
    std::uint64_t m_round = 0; ///< answers of an earlier round are dropped
};

/// The wire names of what an access key may be limited to: "only wrapped data keys", "only decrypt", ...
struct AccessKeyRole {
    QString name;
    std::optional<std::vector<std::string>> operations; ///< nothing: every one
};
std::vector<AccessKeyRole> accessKeyRoles();

} // namespace keyturn::ui
