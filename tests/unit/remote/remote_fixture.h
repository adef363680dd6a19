// SPDX-License-Identifier: Apache-2.0
// RemoteFixture: a RemoteKms on an endpoint, with a clock that only moves when it sleeps before a retry,
// fixed randomness, and no waiting.
#pragma once

#include "fakes/scripted_peer.h"

#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/operations/create_key.h"
#include "kms/operations/generate_random.h"
#include "remote/remote_kms.h"

#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace keyturn::test {

struct FixtureOptions {
    int maxAttempts = 3;
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds readTimeout{10'000};
    std::string caBundle;
    std::string sessionToken;
    std::optional<Timestamp> expiration;
    bool neverWakeUp = false; ///< the delay before a retry never ends
    int connectionGroups = 1;
    std::size_t maxWaiting = 4096;
    remote::RetryMode retryMode = remote::RetryMode::Standard;
    std::optional<remote::ServerKind> serverKind = {};
    remote::ProxyOptions proxy = {};
    std::function<void()> factsChanged = {};
};

class RemoteFixture {
public:
    explicit RemoteFixture(const std::string &url, FixtureOptions wish = {}) {
        credentials::Credentials keys;
        keys.accessKeyId = "AKIATEST";
        keys.secretKey = SecretBytes::copyOf("secret-CANARY");
        keys.sessionToken = SecretBytes::copyOf(wish.sessionToken);
        keys.expiration = wish.expiration;
        keys.source = "a test";
        remote::RemoteOptions options;
        options.endpointUrl = url;
        options.region = "eu-central-1";
        options.credentials = credentials::fixedCredentials(std::move(keys));
        options.caBundle = wish.caBundle;
        options.maxAttempts = wish.maxAttempts;
        options.connectTimeout = wish.connectTimeout;
        options.readTimeout = wish.readTimeout;
        options.userAgent = "keyturn-test/1";
        options.clock = clock;
        options.connectionGroups = wish.connectionGroups;
        options.maxWaiting = wish.maxWaiting;
        options.retryMode = wish.retryMode;
        options.serverKind = wish.serverKind;
        options.proxy = std::move(wish.proxy);
        if (wish.factsChanged) {
            options.factsChanged = std::move(wish.factsChanged);
        }
        options.random = [] { return 0.5; };
        options.sleep = [this, never = wish.neverWakeUp](std::chrono::milliseconds delay,
                                                         UniqueFunction<void()> wakeUp) {
            {
                const std::lock_guard lock(m_mutex);
                m_delays.push_back(int(delay.count()));
            }
            clock->advance(std::chrono::seconds(10));
            if (never) {
                m_asleep.push_back(std::move(wakeUp));
            } else {
                wakeUp();
            }
        };
        auto opened = remote::RemoteKms::open(std::move(options));
        if (opened) {
            service = std::move(*opened);
        } else {
            openError = opened.error();
        }
    }

    /// An operation that may be repeated.
    Result<kms::GenerateRandom::Reply> generateRandom(kms::CallContext context = {}) {
        kms::GenerateRandom::Request request;
        request.numberOfBytes = 3;
        return kms::callAndWait<kms::GenerateRandom>(*service, std::move(request), std::move(context));
    }
    /// One that may not.
    Result<kms::CreateKey::Reply> createKey(kms::CallContext context = {}) {
        return kms::callAndWait<kms::CreateKey>(*service, {}, std::move(context));
    }
    std::vector<int> delays() const {
        const std::lock_guard lock(m_mutex);
        return m_delays;
    }

    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(parseIso8601("2026-11-22T04:17:00Z").value());
    std::optional<Error> openError;

private:
    mutable std::mutex m_mutex;
    std::vector<int> m_delays;
    std::vector<UniqueFunction<void()>> m_asleep; ///< worker thread only

public:
    std::unique_ptr<remote::RemoteKms> service; ///< last: its worker uses the rest
};

inline std::string codeOf(const Error &error) {
    return std::string(errorCodeName(error.code));
}

/// What a person is told; empty when title, explanation or next step is missing. Printed as a row of a table.
inline std::string toldToPeople(const char *row, const Error &error) {
    const kms::ErrorText text = kms::describe(error);
    if (text.title.empty() || text.explanation.empty() || text.nextStep.empty()) {
        return {};
    }
    std::printf("| %s | %d | %s | %s: %s | %s |\n", row, error.attempts, codeOf(error).c_str(),
                text.title.c_str(), text.explanation.c_str(), text.nextStep.c_str());
    return text.title;
}

} // namespace keyturn::test
