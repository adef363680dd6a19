// SPDX-License-Identifier: Apache-2.0
#include "workspace/serving.h"

#include "endpoint/server.h"
#include "kms/identifier.h"

#include <atomic>
#include <deque>
#include <mutex>

namespace keyturn::workspace {

namespace {

constexpr std::size_t keptRequests = 1000;

/// A text between single quotes, for a shell.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

std::string exportLine(std::string_view name, std::string_view value) {
    return "export " + std::string(name) + "=" + quoted(value) + "\n";
}

std::string endpointLines(const std::string &url, const std::string &region) {
    return exportLine("AWS_ENDPOINT_URL_KMS", url) + exportLine("AWS_REGION", region) +
           exportLine("AWS_DEFAULT_REGION", region);
}

} // namespace

class Serving::Impl {
public:
    Impl(std::shared_ptr<OpenVault> vault, std::function<void()> somethingNew)
        : m_vault(std::move(vault))
        , m_somethingNew(std::move(somethingNew)) {}
    ~Impl() { stop(); }

    Status start(const ServingOptions &options);
    void stop();

    const endpoint::Server &server() const { return *m_server; }
    const std::string &region() const { return m_region; }
    const std::string &accountId() const { return m_accountId; }
    std::vector<LiveRequest> requestsSince(std::uint64_t serial) const;
    std::uint64_t requestCount() const;

private:
    void note(const endpoint::RequestNote &note);

    const std::shared_ptr<OpenVault> m_vault;
    const std::function<void()> m_somethingNew;
    std::string m_region;
    std::string m_accountId;
    mutable std::mutex m_mutex;
    std::deque<LiveRequest> m_requests;
    std::uint64_t m_count = 0;
    mutable bool m_told = false;
    std::once_flag m_stopped;
    std::unique_ptr<endpoint::Server> m_server; ///< last: its thread uses the rest
};

Status Serving::Impl::start(const ServingOptions &options) {
    const kms::Capabilities capabilities = m_vault->service()->capabilities();
    m_region = capabilities.region;
    m_accountId = capabilities.accountId;
    endpoint::ServerOptions serverOptions;
    serverOptions.port = options.port;
    serverOptions.region = m_region;
    serverOptions.otherRegions = [partition = kms::partitionOfRegion(m_region)](std::string_view region) {
        return kms::isRegionOfPartition(region, partition);
    };
    serverOptions.observer = [this](const endpoint::RequestNote &one) { note(one); };
    auto server =
        endpoint::Server::start(m_vault->service(), m_vault->accessKeys(), std::move(serverOptions));
    if (!server) {
        return failFrom(server);
    }
    m_server = std::move(*server);
    return m_vault->setServedUrl(m_server->url());
}

void Serving::Impl::stop() {
    std::call_once(m_stopped, [this] {
        if (m_server) {
            m_server->stop();
            const Status ignored = m_vault->setServedUrl({}); // a locked vault has no note to change
            static_cast<void>(ignored.has_value());
        }
    });
}

void Serving::Impl::note(const endpoint::RequestNote &note) {
    bool tell = false;
    {
        const std::lock_guard lock(m_mutex);
        m_requests.push_back({++m_count, note.time, note.took, note.accessKeyId, note.operation, note.outcome,
                              note.requestId, note.status});
        if (m_requests.size() > keptRequests) {
            m_requests.pop_front();
        }
        tell = !std::exchange(m_told, true);
    }
    if (tell && m_somethingNew) {
        m_somethingNew();
    }
}

std::vector<LiveRequest> Serving::Impl::requestsSince(std::uint64_t serial) const {
    const std::lock_guard lock(m_mutex);
    m_told = false;
    std::vector<LiveRequest> found;
    for (const LiveRequest &request : m_requests) {
        if (request.serial > serial) {
            found.push_back(request);
        }
    }
    return found;
}

std::uint64_t Serving::Impl::requestCount() const {
    const std::lock_guard lock(m_mutex);
    return m_count;
}

Serving::Serving(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

Serving::~Serving() = default;

Result<std::unique_ptr<Serving>> Serving::start(std::shared_ptr<OpenVault> vault, ServingOptions options,
                                                std::function<void()> somethingNew) {
    auto impl = std::make_unique<Impl>(std::move(vault), std::move(somethingNew));
    if (auto started = impl->start(options); !started) {
        return failFrom(started);
    }
    return std::unique_ptr<Serving>(new Serving(std::move(impl)));
}

std::string Serving::url() const {
    return m_impl->server().url();
}

std::uint16_t Serving::port() const {
    return m_impl->server().port();
}

std::string Serving::region() const {
    return m_impl->region();
}

std::string Serving::accountId() const {
    return m_impl->accountId();
}

std::size_t Serving::connectionCount() const {
    return m_impl->server().connectionCount();
}

std::vector<LiveRequest> Serving::requestsSince(std::uint64_t serial) const {
    return m_impl->requestsSince(serial);
}

std::uint64_t Serving::requestCount() const {
    return m_impl->requestCount();
}

void Serving::stop() {
    m_impl->stop();
}

std::string environmentLines(const std::string &url, const std::string &region,
                             const std::string &credentialsFile) {
    return endpointLines(url, region) + (credentialsFile.empty()
                                             ? std::string()
                                             : exportLine("AWS_SHARED_CREDENTIALS_FILE", credentialsFile));
}

SecretText environmentLines(const std::string &url, const std::string &region,
                            const kms::CreatedAccessKey &accessKey) {
    SecretText text;
    text.append(endpointLines(url, region));
    text.append(exportLine("AWS_ACCESS_KEY_ID", accessKey.key.id));
    text.append("export AWS_SECRET_ACCESS_KEY='"); // letters, digits, + and / only
    text.append(accessKey.secret.text());
    text.append("'\n");
    return text;
}

SecretText credentialsFileText(const kms::CreatedAccessKey &accessKey) {
    SecretText text;
    text.append("[default]\naws_access_key_id = ");
    text.append(accessKey.key.id);
    text.append("\naws_secret_access_key = ");
    text.append(accessKey.secret.text());
    text.append("\n");
    return text;
}

std::string exampleCommand(const std::string &url, const std::string &region) {
    return "aws kms list-keys --endpoint-url " + url + " --region " + region;
}

} // namespace keyturn::workspace
