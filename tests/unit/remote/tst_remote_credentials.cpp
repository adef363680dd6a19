// SPDX-License-Identifier: Apache-2.0
// Calls whose credentials have to be fetched or renewed first: they wait for one fetch, are signed with what
// it gave, hear what went wrong, and stop it when nobody waits any more.
#include "remote_fixture.h"

#include "credentials/refreshing_credentials.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <condition_variable>
#include <latch>
#include <set>

using namespace keyturn;
using namespace keyturn::test;

namespace {

/// A remote whose keys come from a fetch that a test may hold.
struct World {
    std::mutex mutex;
    std::condition_variable changed;
    int fetches = 0;
    bool held = false;
    bool failing = false;
    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(parseIso8601("2026-11-22T04:17:00Z").value());
    std::set<std::string> expired; ///< access keys that the service does not take any more
    ScriptedPeer peer{answerAll([this](const PeerRequest &request) {
        const std::scoped_lock lock(mutex);
        return expired.contains(signerOf(request))
                   ? httpAnswer(400, R"({"__type":"ExpiredTokenException","message":"The token is expired"})")
                   : httpAnswer(200, R"({"Plaintext":"AAEC"})");
    })};
    std::unique_ptr<remote::RemoteKms> service = open();

    Result<credentials::Credentials> fetch(const CancelToken &cancel) {
        const auto wake = cancel.onCancel([this] { changed.notify_all(); });
        std::unique_lock lock(mutex);
        const int number = ++fetches;
        changed.notify_all();
        changed.wait(lock, [&] { return !held || cancel.isCancelled(); });
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped");
        }
        if (failing) {
            return fail(ErrorCode::AccessDenied, "the role could not be assumed");
        }
        return credentials::Credentials{"AKIA" + std::to_string(number),
                                        SecretBytes::copyOf("CANARY"),
                                        {},
                                        clock->now() + std::chrono::hours(1),
                                        "a test"};
    }
    std::unique_ptr<remote::RemoteKms> open() {
        remote::RemoteOptions options;
        options.endpointUrl = peer.url();
        options.region = "eu-central-1";
        options.clock = clock;
        options.credentials = credentials::refreshingCredentials(
            [this](credentials::FetchReason, const CancelToken &cancel) { return fetch(cancel); }, "a test",
            clock);
        return std::move(remote::RemoteKms::open(std::move(options)).value());
    }
    void set(bool nowHeld, bool nowFailing) {
        const std::scoped_lock lock(mutex);
        held = nowHeld;
        failing = nowFailing;
        changed.notify_all();
    }
    void waitForFetch(int count) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return fetches >= count; });
    }
    static kms::AnyRequest request() {
        kms::GenerateRandom::Request one;
        one.numberOfBytes = 3;
        return kms::AnyRequest::of<kms::GenerateRandom>(std::move(one));
    }
    std::string call() {
        auto reply = kms::submitAndWait(*service, request(), {});
        return reply ? std::string("good") : codeOf(reply.error());
    }
    static std::string signerOf(const PeerRequest &request) {
        const std::string header = request.header("authorization");
        const auto start = header.find("Credential=") + 11;
        return header.substr(start, header.find('/', start) - start);
    }
    /// The access key that signed the n-th request.
    std::string signer(std::size_t n) const { return signerOf(peer.requests().at(n)); }
};

} // namespace

class TestRemoteCredentials : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void callsWaitForOneFetch();
    void renewsInTheMiddleOfWork();
    void keysThatTheServiceRefusesAreReplacedOnce();
    void failedFetchIsToldToAllWhoWait();
    void lastCallStopsTheFetch();
    void deathDuringTheFetch();
};

void TestRemoteCredentials::callsWaitForOneFetch() {
    World world;
    world.set(true, false);
    constexpr int calls = 50;
    std::latch all(calls);
    std::atomic<int> good = 0;
    for (int i = 0; i < calls; ++i) {
        world.service->submit(World::request(), {}, [&](Result<kms::AnyReply> reply) {
            good += reply ? 1 : 0;
            all.count_down();
        });
    }
    world.waitForFetch(1);
    QCOMPARE(world.peer.requests().size(), std::size_t(0));
    world.set(false, false);
    all.wait();
    QCOMPARE(good.load(), calls);
    QCOMPARE(world.fetches, 1);
    QCOMPARE(world.signer(49), std::string("AKIA1"));
}

void TestRemoteCredentials::renewsInTheMiddleOfWork() {
    World world;
    QCOMPARE(world.call(), std::string("good"));
    world.clock->advance(std::chrono::hours(2)); // nobody called meanwhile, and the keys have expired
    QCOMPARE(world.call(), std::string("good"));
    QCOMPARE(world.signer(0), std::string("AKIA1"));
    QCOMPARE(world.signer(1), std::string("AKIA2"));
}

void TestRemoteCredentials::keysThatTheServiceRefusesAreReplacedOnce() {
    World world;
    QCOMPARE(world.call(), std::string("good"));
    const auto expire = [&](const std::string &key) {
        const std::scoped_lock lock(world.mutex);
        world.expired.insert(key);
    };
    expire("AKIA1");
    QCOMPARE(world.call(), std::string("good"));
    QCOMPARE(world.peer.requests().size(), std::size_t(3));
    QCOMPARE(world.signer(2), std::string("AKIA2"));
    expire("AKIA2");
    expire("AKIA3");
    QCOMPARE(world.call(), codeOf(clientError(ErrorCode::ExpiredToken, "")));
    QCOMPARE(world.peer.requests().size(), std::size_t(5)); // no third try
}

void TestRemoteCredentials::failedFetchIsToldToAllWhoWait() {
    World world;
    world.set(true, true);
    std::latch all(3);
    std::atomic<int> told = 0;
    for (int i = 0; i < 3; ++i) {
        world.service->submit(World::request(), {}, [&](Result<kms::AnyReply> reply) {
            told += !reply && reply.error().detail == "the role could not be assumed" ? 1 : 0;
            all.count_down();
        });
    }
    world.waitForFetch(1);
    world.set(false, true);
    all.wait();
    QVERIFY(world.fetches >= 1);
    QCOMPARE(told.load(), 3);
    QCOMPARE(world.peer.requests().size(), std::size_t(0));
    world.set(false, false);
    QCOMPARE(world.call(), std::string("good"));
}

void TestRemoteCredentials::lastCallStopsTheFetch() {
    World world;
    world.set(true, false);
    CancelSource cancel;
    kms::CallContext context;
    context.cancel = cancel.token();
    std::latch done(1);
    std::string code;
    world.service->submit(World::request(), context, [&](Result<kms::AnyReply> reply) {
        code = codeOf(reply.error());
        done.count_down();
    });
    world.waitForFetch(1);
    cancel.cancel();
    done.wait();
    QCOMPARE(code, std::string("Cancelled"));
    std::latch second(1);
    bool good = false;
    world.service->submit(World::request(), {}, [&](Result<kms::AnyReply> reply) {
        good = reply.has_value();
        second.count_down();
    });
    world.waitForFetch(2); // the first one has ended although nobody let it go
    world.set(false, false);
    second.wait();
    QVERIFY(good);
}

void TestRemoteCredentials::deathDuringTheFetch() {
    World world;
    world.set(true, false);
    std::latch done(1);
    std::string code;
    world.service->submit(World::request(), {}, [&](Result<kms::AnyReply> reply) {
        code = codeOf(reply.error());
        done.count_down();
    });
    world.waitForFetch(1);
    world.service.reset();
    done.wait();
    QCOMPARE(code, std::string("Cancelled"));
}

QTEST_GUILESS_MAIN(TestRemoteCredentials)
#include "tst_remote_credentials.moc"
