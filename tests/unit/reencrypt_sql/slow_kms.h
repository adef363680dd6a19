// SPDX-License-Identifier: Apache-2.0
// SlowKms: any service behind a line that takes its time, with all calls under way at once; and a log of what
// was asked, one line a call, that survives a kill. Any thread.
#pragma once

#include "kms/operations/re_encrypt.h"
#include "kms/service.h"

#include <chrono>
#include <condition_variable>
#include <fcntl.h>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>

namespace keyturn::test {

class SlowKms final : public kms::KmsService {
public:
    SlowKms(std::shared_ptr<kms::KmsService> inner, std::chrono::milliseconds latency, const std::string &log)
        : m_inner(std::move(inner))
        , m_latency(latency)
        , m_log(log.empty() ? -1 : ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600))
        , m_line([this] { run(); }) {}
    ~SlowKms() override {
        {
            const std::lock_guard lock(m_mutex);
            m_over = true;
        }
        m_changed.notify_all();
        m_line.join();
        if (m_log >= 0) {
            ::close(m_log);
        }
    }

    kms::Capabilities capabilities() const override { return m_inner->capabilities(); }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        const std::string line = std::to_string(static_cast<int>(request.operation())) + "\n";
        if (m_log >= 0 && ::write(m_log, line.data(), line.size()) < 0) {
            std::abort();
        }
        auto call =
            std::make_shared<Call>(Call{std::move(request), std::move(context), std::move(completion)});
        {
            const std::lock_guard lock(m_mutex);
            m_calls.emplace(std::chrono::steady_clock::now() + m_latency, std::move(call));
        }
        m_changed.notify_all();
    }

private:
    struct Call {
        kms::AnyRequest request;
        kms::CallContext context;
        kms::Completion completion;
    };

    void run() {
        std::unique_lock lock(m_mutex);
        while (!m_over || !m_calls.empty()) {
            if (m_calls.empty()) {
                m_changed.wait(lock);
                continue;
            }
            const auto due = m_calls.begin()->first;
            if (std::chrono::steady_clock::now() < due) {
                m_changed.wait_until(lock, due);
                continue;
            }
            auto call = m_calls.begin()->second;
            m_calls.erase(m_calls.begin());
            lock.unlock();
            m_inner->submit(std::move(call->request), std::move(call->context), std::move(call->completion));
            lock.lock();
        }
    }

    const std::shared_ptr<kms::KmsService> m_inner;
    const std::chrono::milliseconds m_latency;
    const int m_log;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::multimap<std::chrono::steady_clock::time_point, std::shared_ptr<Call>> m_calls;
    bool m_over = false;
    std::thread m_line;
};

} // namespace keyturn::test
