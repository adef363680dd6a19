// SPDX-License-Identifier: Apache-2.0
// A service's inventory: taken, sealed, replayed as it was, and no bit of it changes unnoticed.
#include "base/atomic_file.h"
#include "fakes/fake_kms.h"
#include "kms/call.h"
#include "kms/json.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/tag_resource.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/snapshot_kms.h"
#include "snapshot/take.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::snapshot;
using kms::callAndWait;

namespace {

const Bytes &sealKey() {
    static const Bytes key(32, 9);
    return key;
}

struct Account {
    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(Timestamp(std::chrono::seconds(1'790'000'000)));
    keyturn::test::FakeKms kms;
    std::vector<std::string> keys;

    Account() {
        for (int i = 0; i < 7; ++i) {
            keys.push_back(kms.addKey(i < 5 ? "alias/key-" + std::to_string(i) : std::string(),
                                      "described " + std::to_string(i)));
        }
        kms::DisableKey::Request disable;
        disable.keyId = keys[1];
        [&] { QVERIFY(callAndWait<kms::DisableKey>(kms, std::move(disable))); }();
        kms::TagResource::Request tags;
        tags.keyId = keys[2];
        tags.tags.emplace().push_back({"team", "a \"b\""});
        [&] { QVERIFY(callAndWait<kms::TagResource>(kms, std::move(tags))); }();
    }
    SnapshotWish wish() const {
        SnapshotWish made;
        made.facts.profile = "prod";
        made.clock = clock;
        made.clockOffset = [] { return std::optional(std::chrono::seconds(3600)); };
        return made;
    }
    Snapshot take() {
        auto taken = takeSnapshot(kms, wish());
        return taken ? std::move(*taken) : Snapshot();
    }
};

struct File {
    QTemporaryDir folder;
    std::filesystem::path path() const {
        return std::filesystem::path(folder.path().toStdString()) / "copy.ktsnap";
    }
    Bytes bytes() const { return readFile(path(), std::size_t{64} << 20).value_or(Bytes()); }
    void put(const Bytes &content) const {
        std::ofstream(path(), std::ios::binary | std::ios::trunc)
            .write(reinterpret_cast<const char *>(content.data()),
                   static_cast<std::streamsize>(content.size()));
    }
    bool isReported() const {
        const auto read = readSnapshot(path(), sealKey());
        return !read && read.error().code == ErrorCode::VaultDamaged;
    }
};

template <class Op>
std::string jsonOf(kms::KmsService &service, typename Op::Request request) {
    const auto reply = callAndWait<Op>(service, std::move(request));
    return reply ? std::string(kms::writeJson(Op::info().reply, &*reply).view())
                 : std::string(errorCodeName(reply.error().code));
}

kms::DescribeKey::Request describe(const std::string &key) {
    kms::DescribeKey::Request request;
    request.keyId = key;
    return request;
}

kms::ListResourceTags::Request tagsOf(const std::string &key) {
    kms::ListResourceTags::Request request;
    request.keyId = key;
    return request;
}

} // namespace

class TestSnapshot : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isReadAsItWasWritten() {
        Account account;
        const Snapshot taken = account.take();
        const File file;
        QVERIFY(writeSnapshot(file.path(), taken, sealKey(), "keychain x"));
        struct stat facts {};
        QCOMPARE(::stat(file.path().c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777, 0600U);
        QCOMPARE(*snapshotKeySource(file.path()), std::string("keychain x"));
        const auto read = readSnapshot(file.path(), sealKey());
        QVERIFY(read.has_value());
        QVERIFY(*read == taken);
        QVERIFY(!writeSnapshot(file.path(), taken, sealKey(), "")); // never over another one
        const auto other = readSnapshot(file.path(), Bytes(32, 8));
        QVERIFY(!other && other.error().code == ErrorCode::VaultDamaged);
        // Sealed: what it holds cannot be read in it.
        const Bytes bytes = file.bytes();
        for (const std::string &text :
             {std::string("alias/key-1"), std::string("described"), account.keys[0]}) {
            QVERIFY(std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) == bytes.end());
        }
    }

    void theTimeIsTheServices() {
        Account account;
        const Snapshot taken = account.take();
        QVERIFY(taken.facts.serviceTime);
        QCOMPARE(taken.facts.began, account.clock->now() + std::chrono::hours(1));
        QVERIFY(SnapshotKms(taken).title().find(formatIso8601(taken.facts.began)) != std::string::npos);
        auto wish = account.wish();
        wish.clockOffset = [] { return std::optional<std::chrono::seconds>(); };
        const auto own = takeSnapshot(account.kms, wish);
        QVERIFY(own && !own->facts.serviceTime);
        QCOMPARE(own->facts.began, account.clock->now());
        QVERIFY(SnapshotKms(*own).title().find("this machine's clock") != std::string::npos);
    }

    void answersAsTheServiceDid() {
        Account account;
        SnapshotKms copy(account.take());
        for (const std::string &key : account.keys) {
            QCOMPARE(jsonOf<kms::DescribeKey>(copy, describe(key)),
                     jsonOf<kms::DescribeKey>(account.kms, describe(key)));
            QCOMPARE(jsonOf<kms::ListResourceTags>(copy, tagsOf(key)),
                     jsonOf<kms::ListResourceTags>(account.kms, tagsOf(key)));
            kms::GetKeyRotationStatus::Request status;
            status.keyId = key;
            QCOMPARE(jsonOf<kms::GetKeyRotationStatus>(copy, status),
                     jsonOf<kms::GetKeyRotationStatus>(account.kms, status));
        }
        const auto metadata = callAndWait<kms::DescribeKey>(account.kms, describe(account.keys[3]));
        const std::string arn = *metadata->keyMetadata->arn;
        const std::string prefix = arn.substr(0, arn.find(":key/"));
        for (const std::string &form : {arn, std::string("alias/key-3"), prefix + ":alias/key-3"}) {
            QCOMPARE(jsonOf<kms::DescribeKey>(copy, describe(form)),
                     jsonOf<kms::DescribeKey>(account.kms, describe(account.keys[3])));
        }
        QCOMPARE(jsonOf<kms::ListKeys>(copy, {}), jsonOf<kms::ListKeys>(account.kms, {}));
        kms::ListAliases::Request aliases;
        aliases.keyId = account.keys[4];
        QCOMPARE(jsonOf<kms::ListAliases>(copy, aliases), jsonOf<kms::ListAliases>(account.kms, aliases));
        QCOMPARE(jsonOf<kms::DescribeKey>(copy, describe("alias/none")), std::string("NotFoundException"));
    }

    void pagesGoOn() {
        Account account;
        SnapshotKms copy(account.take());
        std::vector<std::string> seen;
        kms::ListKeys::Request request;
        request.limit = 3;
        for (int page = 0; page < 3; ++page) {
            const auto reply = callAndWait<kms::ListKeys>(copy, request);
            QVERIFY(reply.has_value());
            for (const auto &key : *reply->keys) {
                seen.push_back(*key.keyId);
            }
            QCOMPARE(*reply->truncated, page < 2);
            request.marker = reply->nextMarker;
        }
        QCOMPARE(seen.size(), std::size_t{7});
        request.marker = "8";
        QCOMPARE(jsonOf<kms::ListKeys>(copy, request), std::string("InvalidMarkerException"));
        request.limit = 1001;
        QCOMPARE(jsonOf<kms::ListKeys>(copy, request), std::string("ValidationException"));
    }

    void whatNeedsTheServiceSaysSo() {
        Account account;
        SnapshotKms copy(account.take());
        kms::Encrypt::Request request;
        request.keyId = account.keys[0];
        request.plaintext = SecretBytes::copyOf("x");
        const auto refused = callAndWait<kms::Encrypt>(copy, std::move(request));
        QVERIFY(!refused);
        QCOMPARE(refused.error().operation, std::string("Encrypt"));
        const std::string said = refused.error().serviceMessage;
        QVERIFY2(said.find("needs the service") != std::string::npos &&
                     said.find("prod") != std::string::npos,
                 said.c_str());
        const auto capabilities = copy.capabilities();
        QVERIFY(capabilities.readOnly && capabilities.readOnlyReason.find("Offline copy") == 0);
        std::size_t offline = 0;
        for (std::size_t i = 0; i < kms::operationCount; ++i) {
            const auto id = static_cast<kms::OperationId>(i);
            const auto &availability = capabilities.of(id);
            offline += availability.available ? 1 : 0;
            QVERIFY(availability.available || !availability.reason.empty());
            QVERIFY(kms::operationInfo(id).effect == kms::Effect::Reads || !availability.available);
        }
        QVERIFY(offline >= 6);
    }

    void whatIsMissingKeepsItsReason() {
        Account account;
        account.kms.failNext(kms::OperationId::ListResourceTags, serviceError(ErrorCode::AccessDenied, "no"));
        account.kms.withdraw(kms::OperationId::ListKeyRotations, "it has none");
        auto wish = account.wish();
        wish.callsAtOnce = 1;
        const auto taken = takeSnapshot(account.kms, wish);
        QVERIFY(taken.has_value());
        std::string missing;
        for (const MissingSum &sum : missingParts(*taken)) {
            missing += sum.operation + "/" + std::to_string(sum.keys) + "/" + sum.why + "\n";
        }
        QVERIFY2(missing.find("ListResourceTags/1/AccessDenied") != std::string::npos, missing.c_str());
        QVERIFY2(missing.find("ListKeyRotations/0/it has none") != std::string::npos, missing.c_str());
        SnapshotKms copy(*taken);
        std::size_t refused = 0;
        for (const std::string &key : account.keys) {
            refused += jsonOf<kms::ListResourceTags>(copy, tagsOf(key)).starts_with("AccessDenied") ? 1 : 0;
        }
        QCOMPARE(refused, std::size_t{1});
        QVERIFY(!copy.capabilities().of(kms::OperationId::ListKeyRotations).available);
        // Without the list of keys there is nothing to take.
        account.kms.failNext(kms::OperationId::ListKeys, serviceError(ErrorCode::AccessDenied, "no"));
        QVERIFY(!takeSnapshot(account.kms, account.wish()));
    }

    void canBeStopped() {
        Account account;
        CancelSource source;
        auto wish = account.wish();
        wish.cancel = source.token();
        wish.callsAtOnce = 1;
        wish.progress = [&](const ProgressReport &report) {
            if (report.done == 3) {
                source.cancel();
            }
        };
        const auto taken = takeSnapshot(account.kms, wish);
        QVERIFY(!taken && taken.error().code == ErrorCode::Cancelled);
    }

    void everyBitFlipAndCutIsReported() {
        Account account;
        Snapshot small = account.take();
        std::erase_if(small.parts, [](const auto &part) { return part.first.first != "ListAliases"; });
        const File file;
        QVERIFY(writeSnapshot(file.path(), small, sealKey(), "file"));
        const Bytes whole = file.bytes();
        std::fstream open(file.path(), std::ios::binary | std::ios::in | std::ios::out);
        const auto poke = [&](std::size_t at, std::uint8_t value) {
            open.seekp(static_cast<std::streamoff>(at));
            open.put(static_cast<char>(value));
            open.flush();
        };
        std::size_t unreported = 0;
        for (std::size_t at = 0; at < whole.size(); ++at) {
            // Of the zero bytes that fill the head up, one bit each; all of them in the long run.
            const bool every = whole[at] != 0 || qEnvironmentVariableIsSet("KEYTURN_SOAK");
            for (unsigned bit = 0; bit < (every ? 8U : 1U); ++bit) {
                poke(at, static_cast<std::uint8_t>(whole[at] ^ (1U << bit)));
                unreported += file.isReported() ? 0 : 1;
            }
            poke(at, whole[at]);
        }
        qInfo("%zu bytes", whole.size());
        QCOMPARE(unreported, std::size_t{0});
        QVERIFY(!file.isReported());
        for (std::size_t size = 0; size < whole.size(); ++size) {
            file.put({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
            QVERIFY(file.isReported());
        }
        Bytes longer = whole;
        longer.push_back(0);
        file.put(longer);
        QVERIFY(file.isReported());
    }

    void everyReorderingIsReported() {
        Snapshot large;
        for (int i = 0; i < 3; ++i) {
            large.parts[{"ListKeys", std::to_string(i)}].items.emplace_back(900'000, 'x');
        }
        const File file;
        QVERIFY(writeSnapshot(file.path(), large, sealKey(), "file"));
        QVERIFY(readSnapshot(file.path(), sealKey()).has_value());
        const Bytes whole = file.bytes();
        std::vector<Bytes> chunks;
        for (std::size_t at = 512; at < whole.size();) {
            std::size_t size = 4;
            for (std::size_t i = 0; i < 4; ++i) {
                size += static_cast<std::size_t>(whole[at + i]) << (8 * (3 - i));
            }
            chunks.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(at),
                                whole.begin() + static_cast<std::ptrdiff_t>(at + size));
            at += size;
        }
        QCOMPARE(chunks.size(), std::size_t{3});
        for (const std::vector<std::size_t> &order : std::vector<std::vector<std::size_t>>{{0, 2, 1},
                                                                                           {1, 0, 2},
                                                                                           {1, 2, 0},
                                                                                           {2, 0, 1},
                                                                                           {2, 1, 0},
                                                                                           {0, 1},
                                                                                           {0, 2},
                                                                                           {1, 2},
                                                                                           {0, 0, 1, 2},
                                                                                           {0, 1, 2, 2}}) {
            Bytes mixed(whole.begin(), whole.begin() + 512);
            for (const std::size_t chunk : order) {
                mixed.insert(mixed.end(), chunks[chunk].begin(), chunks[chunk].end());
            }
            file.put(mixed);
            QVERIFY(file.isReported());
        }
    }
};

QTEST_GUILESS_MAIN(TestSnapshot)
#include "tst_snapshot.moc"
