// SPDX-License-Identifier: Apache-2.0
// Delivery of replies: on the receiver's thread, once, never after its death; blocking calls; page walks.
#include "kms/call.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_keys.h"
#include "kms/paging.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <thread>

using namespace keyturn;
using namespace keyturn::kms;

namespace {

/// Keeps every completion until it is told to answer, on a thread of its own when asked.
class HeldKms final : public KmsService {
public:
    Capabilities capabilities() const override { return {}; }
    void submit(AnyRequest, CallContext, Completion completion) override {
        m_completions.push_back(std::move(completion));
    }
    void answerAll() {
        for (auto &completion : m_completions) {
            completion(AnyReply::of<DescribeKey>({.keyMetadata = KeyMetadata{.keyId = "k"}}));
        }
        m_completions.clear();
    }
    void answerAllElsewhere() {
        std::thread([this] { answerAll(); }).join();
    }

private:
    std::vector<Completion> m_completions;
};

/// Three pages of one key each; the marker is the number of the page.
class PagedKms final : public KmsService {
public:
    explicit PagedKms(bool repeats = false)
        : m_repeats(repeats) {}
    Capabilities capabilities() const override { return {}; }
    void submit(AnyRequest request, CallContext, Completion completion) override {
        ++calls;
        const int page = std::stoi(request.as<ListKeys>().marker.value_or("1"));
        ListKeys::Reply reply;
        reply.keys = std::vector<KeyListEntry>{{.keyId = std::to_string(page)}};
        reply.truncated = page < 3;
        if (page < 3) {
            reply.nextMarker = std::to_string(m_repeats && page == 2 ? 2 : page + 1);
        }
        completion(AnyReply::of<ListKeys>(std::move(reply)));
    }
    int calls = 0;

private:
    bool m_repeats;
};

/// Tells how many connections wait for its death.
class CountedReceiver : public QObject {
public:
    int waiting() const { return receivers("2destroyed(QObject*)"); }
};

struct Walk {
    std::string keys;
    std::optional<Status> end;
};

Walk walk(KmsService &service, std::size_t stopAfter = 100, CallContext context = {}) {
    Walk result;
    listAll<ListKeys>(
        service, {}, std::move(context),
        [&](ListKeys::Reply &page) {
            result.keys += *page.keys->front().keyId;
            return result.keys.size() < stopAfter;
        },
        [&](Status status) { result.end.emplace(std::move(status)); });
    return result;
}

} // namespace

class TestKmsCall : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void repliesArriveOnTheReceiversThread() {
        HeldKms service;
        QObject receiver;
        QThread *arrivedOn = nullptr;
        std::string keyId;
        call<DescribeKey>(service, {}, {}, &receiver, [&](Result<DescribeKey::Reply> reply) {
            arrivedOn = QThread::currentThread();
            keyId = *reply->keyMetadata->keyId;
        });
        service.answerAllElsewhere();
        QVERIFY(arrivedOn == nullptr); // only through the event loop
        QTRY_VERIFY(arrivedOn != nullptr);
        QCOMPARE(arrivedOn, thread());
        QCOMPARE(keyId, std::string("k"));
    }

    void noReplyAfterTheReceiversDeath() {
        HeldKms service;
        bool delivered = false;
        const auto callback = [&](Result<DescribeKey::Reply>) { delivered = true; };
        {
            QObject diesBeforeTheAnswer;
            call<DescribeKey>(service, {}, {}, &diesBeforeTheAnswer, callback);
        }
        service.answerAllElsewhere();
        {
            QObject diesBeforeTheEventLoop;
            call<DescribeKey>(service, {}, {}, &diesBeforeTheEventLoop, callback);
            service.answerAllElsewhere();
        }
        QCoreApplication::processEvents();
        QVERIFY(!delivered);
    }

    void receiversMayDieWhileAnswersCome() {
        // Many receivers die on this thread while another answers; sanitizers watch.
        for (int round = 0; round < 200; ++round) {
            HeldKms service;
            std::atomic<int> delivered = 0;
            auto receiver = std::make_unique<QObject>();
            for (int i = 0; i < 5; ++i) {
                call<DescribeKey>(service, {}, {}, receiver.get(),
                                  [&](Result<DescribeKey::Reply>) { ++delivered; });
            }
            std::thread answering([&] { service.answerAll(); });
            receiver.reset();
            answering.join();
            QCoreApplication::processEvents();
            QCOMPARE(delivered.load(), 0);
        }
    }

    void aReceiverGathersNoConnections() {
        HeldKms service;
        CountedReceiver receiver;
        const int before = receiver.waiting();
        for (int i = 0; i < 50; ++i) {
            call<DescribeKey>(service, {}, {}, &receiver, [](Result<DescribeKey::Reply>) {});
        }
        QCOMPARE(receiver.waiting(), before + 50);
        service.answerAll();
        QCOMPARE(receiver.waiting(), before);
        QCoreApplication::processEvents();
    }

    void blockingCallsWait() {
        class Later final : public KmsService {
        public:
            ~Later() override { m_thread.join(); }
            Capabilities capabilities() const override { return {}; }
            void submit(AnyRequest, CallContext, Completion completion) override {
                m_thread = std::thread([completion = std::move(completion)]() mutable {
                    completion(fail(serviceError(ErrorCode::NotFound, "no")));
                });
            }

        private:
            std::thread m_thread;
        } service;
        const auto reply = callAndWait<DescribeKey>(service, {});
        QVERIFY(!reply);
        QCOMPARE(reply.error().serviceMessage, std::string("no"));
    }

    void pagesAreFollowedToTheEnd() {
        PagedKms service;
        const Walk all = walk(service);
        QCOMPARE(all.keys, std::string("123"));
        QVERIFY(all.end && all.end->has_value());
        QCOMPARE(service.calls, 3);
    }

    void aWalkStopsWhenTold() {
        PagedKms service;
        const Walk two = walk(service, 2);
        QCOMPARE(two.keys, std::string("12"));
        QVERIFY(two.end && two.end->has_value());
        QCOMPARE(service.calls, 2);
    }

    void aCancelledWalkEndsBetweenPages() {
        PagedKms service;
        CancelSource source;
        source.cancel();
        const Walk one = walk(service, 100, {.cancel = source.token()});
        QCOMPARE(one.keys, std::string("1"));
        QCOMPARE(one.end->error().code, ErrorCode::Cancelled);
    }

    void aMarkerThatRepeatsEndsTheWalk() {
        PagedKms service(true);
        const Walk stuck = walk(service);
        QCOMPARE(stuck.keys, std::string("12"));
        QCOMPARE(stuck.end->error().code, ErrorCode::BadReply);
    }
};

QTEST_GUILESS_MAIN(TestKmsCall)
#include "tst_kms_call.moc"
