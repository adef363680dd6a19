// SPDX-License-Identifier: Apache-2.0
// Movers: how many calls each level of verification makes, which key is named, what is skipped, and what is
// refused although the service said yes.
#include "kms/operations/re_encrypt.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "reencrypt/mover_keys.h"
#include "unit/reencrypt/mover_scene.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <thread>
#include <utility>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

constexpr int many = 40;

/// SourceKeyId of every ReEncrypt that goes by; "-" for none.
auto keysNamed(WatchedKms &watched) {
    auto named = std::make_shared<std::vector<std::string>>();
    watched.before = [named](int, const kms::AnyRequest &request) -> std::optional<Error> {
        if (request.operation() == OperationId::ReEncrypt) {
            named->push_back(request.as<kms::ReEncrypt>().sourceKeyId.value_or("-"));
        }
        return std::nullopt;
    };
    return named;
}

std::vector<MoveRequest> again(const std::vector<MoveRequest> &requests,
                               const std::vector<MoveResult> &results) {
    std::vector<MoveRequest> next = requests;
    for (std::size_t index = 0; index < next.size(); ++index) {
        next[index].ciphertext = results[index].ciphertext;
    }
    return next;
}

} // namespace

class MoverTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Of the call that made the new ciphertext, not of those that proved it.
    void keepsTheServicesRequestId() {
        MoverScene scene;
        scene.watched->after = [](int call, OperationId, Result<kms::AnyReply> &answer) {
            if (answer) {
                answer->setRequestId("request-" + std::to_string(call));
            }
        };
        scene.spec.safety.inFlight = 1;
        const auto moved = scene.move({scene.request(scene.oldKey, "one")});
        QVERIFY(moved.has_value());
        const auto record = recordOf({}, {}, moved->front());
        QVERIFY(record.requestId.starts_with("request-"));
        QCOMPARE(moved->front().state, ItemState::Verified);
        QVERIFY(record.requestId != "request-" + std::to_string(scene.watched->calls()));
    }

    void levels_data() {
        QTest::addColumn<int>("level");
        QTest::addColumn<bool>("isVault");
        QTest::addColumn<int>("reEncrypts");
        QTest::addColumn<int>("decrypts");
        QTest::addColumn<int>("state");
        const auto row = [](const char *name, Verification level, bool vault, int reEncrypts, int decrypts,
                            ItemState state) {
            QTest::newRow(name) << static_cast<int>(level) << vault << reEncrypts << decrypts
                                << static_cast<int>(state);
        };
        row("reply", Verification::Reply, false, many, 0, ItemState::Applied);
        row("re-encrypt", Verification::ReEncrypt, false, 2 * many, 0, ItemState::Verified);
        row("decrypt", Verification::Decrypt, false, many, 2 * many, ItemState::Verified);
        row("vault", Verification::Reply, true, many, 2 * many, ItemState::Verified);
    }
    void levels() {
        QFETCH(int, level);
        QFETCH(bool, isVault);
        QFETCH(int, reEncrypts);
        QFETCH(int, decrypts);
        QFETCH(int, state);
        MoverScene scene;
        scene.spec.verification = static_cast<Verification>(level);
        scene.services.isVault = isVault;
        const auto requests = scene.requests(scene.oldKey, many);
        const auto mover = scene.mover();
        const auto results = mover->move(requests, {});
        QVERIFY(allAre(results, static_cast<ItemState>(state)));
        QCOMPARE(scene.watched->count(OperationId::ReEncrypt), reEncrypts);
        QCOMPARE(scene.watched->count(OperationId::Decrypt), decrypts);
        QCOMPARE(scene.watched->calls(), reEncrypts + decrypts);
        QCOMPARE(mover->calls(), static_cast<std::uint64_t>(reEncrypts + decrypts));
        QVERIFY(scene.watched->mostInFlight() <= (isVault ? 1024 : 8));
        for (int index = 0; index < many; ++index) {
            const MoveResult &result = (*results)[static_cast<std::size_t>(index)];
            const kms::EncryptionContext context{{"n", std::to_string(index)}};
            QCOMPARE(decryptAt(*scene.kms, scene.newKey, result.ciphertext, context),
                     "plaintext " + std::to_string(index));
            QVERIFY(sameKey(result.sourceKey, scene.oldKey) && sameKey(result.destinationKey, scene.newKey));
        }
    }

    void aSecondRunCostsOneLookEach() {
        MoverScene scene;
        const auto requests = scene.requests(scene.oldKey, many);
        const auto first = scene.move(requests);
        QVERIFY(allAre(first, ItemState::Verified));
        scene.watched->forget();
        const auto second = scene.move(again(requests, *first));
        QVERIFY(allAre(second, ItemState::Skipped));
        // The first items that are under way cannot know yet: two calls each.
        QVERIFY2(scene.watched->calls() <= many + 8, std::to_string(scene.watched->calls()).c_str());
        for (const MoveResult &result : *second) {
            QVERIFY(result.ciphertext.empty());
        }
    }

    void whichKeyIsNamed_data() {
        QTest::addColumn<QStringList>("sourceKeys");
        QTest::addColumn<QString>("hint");
        QTest::addColumn<QString>("under");
        QTest::addColumn<QStringList>("named"); ///< "-": without SourceKeyId; of the moving calls only
        QTest::addColumn<int>("cause");
        const auto row = [](const char *name, QStringList keys, const char *hint, const char *under,
                            QStringList named, Cause cause = Cause::None) {
            QTest::newRow(name) << keys << QString::fromLatin1(hint) << QString::fromLatin1(under) << named
                                << static_cast<int>(cause);
        };
        const QString oldKey = QStringLiteral("old");
        const QString otherKey = QStringLiteral("other");
        const QString newKey = QStringLiteral("new");
        const QString nobody = QStringLiteral("-");
        row("the only one", {oldKey}, "", "old", {oldKey});
        row("the only one before the hint", {oldKey}, "other", "old", {oldKey});
        row("hint where none is listed", {}, "old", "old", {oldKey});
        row("hint that is listed", {otherKey, oldKey}, "old", "old", {oldKey});
        row("hint that is not listed", {otherKey, oldKey}, "third", "old", {otherKey, oldKey});
        row("asked where nothing is known", {}, "", "old", {nobody, oldKey});
        row("several in order", {otherKey, oldKey}, "", "old", {otherKey, oldKey});
        row("stray", {oldKey}, "", "other", {oldKey, newKey}, Cause::StrayKey);
        row("stray of several", {oldKey, newKey}, "", "other", {oldKey, newKey, newKey}, Cause::StrayKey);
        row("wrong hint", {}, "old", "other", {oldKey, newKey}, Cause::StrayKey);
        row("there already", {oldKey}, "", "new", {oldKey, newKey});
        row("there already, asked", {}, "", "new", {nobody});
    }
    void whichKeyIsNamed() {
        QFETCH(QStringList, sourceKeys);
        QFETCH(QString, hint);
        QFETCH(QString, under);
        QFETCH(QStringList, named);
        QFETCH(int, cause);
        MoverScene scene;
        scene.spec.verification = Verification::Reply;
        const auto idOf = [&](const QString &name) {
            return name == QStringLiteral("old")     ? scene.oldKey
                   : name == QStringLiteral("new")   ? scene.newKey
                   : name == QStringLiteral("other") ? scene.otherKey
                                                     : name.toStdString();
        };
        scene.spec.sourceKeys.clear();
        for (const QString &key : sourceKeys) {
            scene.spec.sourceKeys.push_back(idOf(key));
        }
        MoveRequest request = scene.request(idOf(under), "p");
        request.keyHint = idOf(hint);
        const auto keys = keysNamed(*scene.watched);
        const auto results = scene.move({request});
        QVERIFY(results.has_value());
        const MoveResult &result = results->front();
        QCOMPARE(static_cast<int>(result.cause), cause);
        const bool moves = under != QStringLiteral("new") && static_cast<Cause>(cause) == Cause::None;
        QCOMPARE(result.state == ItemState::Applied, moves);
        if (static_cast<Cause>(cause) != Cause::None) {
            QCOMPARE(result.error.serviceCode, std::string("IncorrectKeyException"));
        } else if (!moves) {
            QVERIFY(result.state == ItemState::Skipped);
        }
        QCOMPARE(keys->size(), static_cast<std::size_t>(named.size()));
        for (int index = 0; index < named.size(); ++index) {
            const std::string expected = idOf(named[index]);
            const std::string &sent = (*keys)[static_cast<std::size_t>(index)];
            QVERIFY2(expected == "-" ? sent == "-" : sameKey(sent, expected), sent.c_str());
        }
    }

    void oneAsksForAllOfAGroup() {
        MoverScene scene;
        scene.spec.sourceKeys.clear();
        scene.spec.verification = Verification::Reply;
        const auto keys = keysNamed(*scene.watched);
        QVERIFY(allAre(scene.move(scene.requests(scene.oldKey, many)), ItemState::Applied));
        QCOMPARE(std::count(keys->begin(), keys->end(), "-"), std::ptrdiff_t(1));
        QCOMPARE(keys->size(), std::size_t(many + 1));
    }

    void theLastThatFittedComesFirst() {
        MoverScene scene;
        scene.spec.sourceKeys = {scene.otherKey, scene.oldKey};
        scene.spec.verification = Verification::Reply;
        scene.spec.safety.inFlight = 1;
        QVERIFY(allAre(scene.move(scene.requests(scene.oldKey, many)), ItemState::Applied));
        QCOMPARE(scene.watched->calls(), many + 1);
    }

    void anotherContext() {
        MoverScene scene;
        scene.spec.destinationKey = scene.oldKey; // the key stays, only the binding changes
        MoveRequest request = scene.request(scene.oldKey, "p", {{"a", "1"}});
        request.newContext = {{"b", "2"}};
        const auto first = scene.move({request});
        QVERIFY(allAre(first, ItemState::Verified));
        request.ciphertext = first->front().ciphertext;
        QCOMPARE(decryptAt(*scene.kms, scene.oldKey, request.ciphertext, {{"b", "2"}}), std::string("p"));
        const auto second = scene.move({request});
        QVERIFY(allAre(second, ItemState::Skipped));
        request.context = {{"c", "3"}};
        request.newContext = {{"d", "4"}};
        const auto third = scene.move({request});
        QVERIFY(allAre(third, ItemState::Failed));
        QVERIFY(third->front().cause == Cause::ContextMismatch);
    }

    void newMaterialOfTheSameKey() {
        MoverScene scene;
        scene.spec.destinationKey = scene.oldKey;
        MoveRequest request = scene.request(scene.oldKey, "p");
        QVERIFY(allAre(scene.move({request}), ItemState::Skipped)); // nothing newer yet
        kms::RotateKeyOnDemand::Request rotate;
        rotate.keyId = scene.oldKey;
        QVERIFY(kms::callAndWait<kms::RotateKeyOnDemand>(*scene.kms, std::move(rotate)).has_value());
        const auto moved = scene.move({request});
        QVERIFY(allAre(moved, ItemState::Verified));
        QVERIFY(moved->front().sourceMaterial != moved->front().destinationMaterial);
        request.ciphertext = moved->front().ciphertext;
        QVERIFY(allAre(scene.move({request}), ItemState::Skipped));
    }

    void wrongContextIsTheItemsFault() {
        MoverScene scene;
        auto requests = scene.requests(scene.oldKey, 3);
        requests[1].context = requests[1].newContext = {{"n", "another"}};
        const auto results = scene.move(requests);
        QVERIFY(results.has_value());
        QVERIFY((*results)[0].state == ItemState::Verified && (*results)[2].state == ItemState::Verified);
        QVERIFY((*results)[1].state == ItemState::Failed);
        QVERIFY((*results)[1].cause == Cause::ContextMismatch);
        QVERIFY((*results)[1].ciphertext.empty());
    }

    void proofs() {
        MoverScene scene;
        auto requests = scene.requests(scene.oldKey, 2);
        const auto moved = scene.move({requests[0]});
        requests[0].ciphertext = moved->front().ciphertext;
        scene.watched->forget();
        const auto mover = scene.mover();
        const auto results = mover->prove(requests, {});
        QVERIFY(results.has_value());
        QVERIFY((*results)[0].state == ItemState::Verified);
        QVERIFY((*results)[1].state == ItemState::Failed && (*results)[1].cause == Cause::StrayKey);
        QCOMPARE(scene.watched->calls(), 2);
        QCOMPARE(scene.watched->count(OperationId::Decrypt), 0);
    }

    void rehearsals_data() {
        QTest::addColumn<bool>("ignoresDryRun");
        QTest::addColumn<bool>("listed");
        QTest::addColumn<int>("state");
        QTest::newRow("by DryRun") << false << true << static_cast<int>(ItemState::Applied);
        QTest::newRow("ignored") << true << true << static_cast<int>(ItemState::Verified);
        QTest::newRow("asked") << false << false << static_cast<int>(ItemState::Verified);
    }
    void rehearsals() {
        QFETCH(bool, ignoresDryRun);
        QFETCH(bool, listed);
        QFETCH(int, state);
        MoverScene scene;
        if (!listed) {
            scene.spec.sourceKeys.clear();
        }
        scene.watched->after = [&](int, OperationId, Result<kms::AnyReply> &answer) {
            if (ignoresDryRun) {
                answer = kms::AnyReply::of<kms::ReEncrypt>({});
            }
        };
        const auto results = scene.mover()->rehearse(scene.requests(scene.oldKey, 1), {});
        QVERIFY(allAre(results, static_cast<ItemState>(state)));
        QVERIFY(sameKey(results->front().sourceKey, scene.oldKey));
        QVERIFY(results->front().ciphertext.empty());
    }

    void answersThatProveNothing_data() {
        QTest::addColumn<int>("kind");
        const char *names[] = {
            "other destination",           "other source",        "no ciphertext", "the old ciphertext",
            "the proof names another key", "the proof is refused"};
        for (int kind = 0; kind < 6; ++kind) {
            QTest::newRow(names[kind]) << kind;
        }
    }
    void answersThatProveNothing() {
        QFETCH(int, kind);
        MoverScene scene;
        const auto requests = scene.requests(scene.oldKey, 1);
        scene.watched->after = [&](int call, OperationId, Result<kms::AnyReply> &answer) {
            auto &reply = answer->as<kms::ReEncrypt>();
            if (call == 1) {
                reply.keyId = kind == 0 ? scene.otherKey : *reply.keyId;
                reply.sourceKeyId = kind == 1 ? scene.otherKey : *reply.sourceKeyId;
                if (kind == 2) {
                    reply.ciphertextBlob.reset();
                } else if (kind == 3) {
                    reply.ciphertextBlob = requests.front().ciphertext;
                }
            } else if (kind == 4) {
                reply.sourceKeyId = scene.otherKey;
            } else {
                answer = fail(serviceError(ErrorCode::InvalidCiphertext));
            }
        };
        const auto results = scene.move(requests);
        QVERIFY(allAre(results, ItemState::Failed));
        QVERIFY(results->front().cause == Cause::VerificationFailed);
        QVERIFY(results->front().ciphertext.empty());
        QCOMPARE(scene.watched->calls(), kind < 4 ? 1 : 2);
    }

    void aChangedPlaintextIsSeen() {
        MoverScene scene;
        scene.spec.verification = Verification::Decrypt;
        scene.watched->after = [](int call, OperationId operation, Result<kms::AnyReply> &answer) {
            if (operation == OperationId::Decrypt && call == 3) {
                answer->as<kms::Decrypt>().plaintext = SecretBytes::copyOf("plaintext 1");
            }
        };
        const auto results = scene.move(scene.requests(scene.oldKey, 1));
        QVERIFY(allAre(results, ItemState::Failed));
        QVERIFY(results->front().cause == Cause::VerificationFailed);
    }

    void servicesWithoutMaterials() {
        MoverScene scene;
        scene.watched->after = [](int, OperationId, Result<kms::AnyReply> &answer) {
            answer->as<kms::ReEncrypt>().sourceKeyMaterialId.reset();
            answer->as<kms::ReEncrypt>().destinationKeyMaterialId.reset();
        };
        QVERIFY(allAre(scene.move(scene.requests(scene.oldKey, 3)), ItemState::Verified));
    }

    void betweenServices() {
        MoverScene scene;
        const auto there = std::make_shared<FakeKms>(keyturn::test::FakeKmsOptions{.seed = "there"});
        const auto watchedThere = std::make_shared<WatchedKms>(there);
        scene.services.destination = watchedThere;
        scene.spec.destinationKey = there->addKey("alias/there");
        const auto requests = scene.requests(scene.oldKey, 3);
        const auto refused = scene.move(requests);
        QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
        QCOMPARE(scene.watched->calls(), 0);
        scene.spec.allowClientPlaintext = true;
        const auto results = scene.move(requests);
        QVERIFY(allAre(results, ItemState::Verified));
        QCOMPARE(decryptAt(*there, scene.spec.destinationKey, results->back().ciphertext, {{"n", "2"}}),
                 std::string("plaintext 2"));
        QCOMPARE(scene.watched->count(OperationId::Decrypt), 3);
        QCOMPARE(watchedThere->count(OperationId::Decrypt), 0);
        QVERIFY(watchedThere->count(OperationId::Encrypt) == 3 &&
                watchedThere->count(OperationId::ReEncrypt) == 3);
    }

    /// Large plaintexts do not fill the secure heap, however many calls may be under way.
    void plaintextsAreBounded() {
        MoverScene scene;
        scene.services.isVault = true; // 1,024 and more in flight
        const std::string large(4000, 'p');
        std::vector<MoveRequest> requests;
        for (int index = 0; index < 400; ++index) {
            requests.push_back(scene.request(scene.oldKey, large));
        }
        scene.kms->holdAnswers(true);
        std::atomic<bool> isDone = false;
        Result<std::vector<MoveResult>> results = fail(ErrorCode::Cancelled, "");
        std::thread worker([&] {
            results = scene.move(std::move(requests));
            isDone = true;
        });
        while (!isDone) {
            if (!scene.kms->answerNext()) {
                std::this_thread::yield();
            }
        }
        worker.join();
        QVERIFY(allAre(results, ItemState::Verified));
        const int most = scene.watched->mostInFlight();
        QVERIFY2(most > 50 && most <= 512 * 1024 / 4000, std::to_string(most).c_str());
    }

    void groups() {
        Bytes aws{1, 2, 2, 0, 0x78};
        for (std::uint8_t each = 0; each < 60; ++each) {
            aws.push_back(each);
        }
        QCOMPARE(groupOf(aws).size(), std::size_t(32));
        Bytes later = aws;
        later[40] = 0xff; // behind the group
        QVERIFY(groupOf(later) == groupOf(aws));
        later[20] = 0xff;
        QVERIFY(groupOf(later) != groupOf(aws));
        QVERIFY(groupOf(toBytes("no form at all")).empty() && headerKeyOf(aws).empty());
        Bytes ours = toBytes("KTCB");
        ours.resize(112, 0x11);
        QCOMPARE(groupOf(ours).size(), std::size_t(52));
        QCOMPARE(headerKeyOf(ours), std::string("11111111-1111-1111-1111-111111111111"));
    }

    void recordsHoldNoCiphertext() {
        MoverScene scene;
        const auto requests = scene.requests(scene.oldKey, 1);
        const auto results = scene.move(requests);
        const Place place{"file", "part", 3};
        const ItemRecord record = recordOf(place, requests.front().ciphertext, results->front());
        QVERIFY(record.place == place && record.before && record.after && record.before != record.after);
        QVERIFY(record.state == ItemState::Verified && record.message.empty());
        QCOMPARE(record.sourceMaterial.size(), std::size_t(64));
    }
};

QTEST_GUILESS_MAIN(MoverTest)
#include "tst_mover.moc"
