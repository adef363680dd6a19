// SPDX-License-Identifier: Apache-2.0
// A new vault key for a vault that holds several Regions: the same names in each of them, replicas, imported
// material, grants, policies and tags are all there afterwards, found by their names, and the vault verifies.
#include "fakes/wrapped_material.h"
#include "kms_vault.h"

#include "kms/json.h"
#include "vault/row_places.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;
using nlohmann::json;

namespace {

constexpr std::string_view home = region;
constexpr std::string_view west = "eu-west-1";
constexpr std::string_view far = "us-west-2";
constexpr std::string_view everywhere[] = {home, west, far};
constexpr const char *text = "dGV4dA==";
constexpr const char *reader = "arn:aws:iam::111122223333:role/reader";

} // namespace

class KeyRotationRegionsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        makeReplicated(json::object(), "alias/everywhere");
        makeReplicated({{"Origin", "EXTERNAL"}}, "alias/imported-everywhere");
        for (const std::string_view where : everywhere) {
            fill(where);
        }
        for (const std::string_view where : everywhere) {
            m_before[where] = inventory(where);
        }
        QVERIFY(m_before[home] != m_before[west] && m_before[west] != m_before[far]);
    }

    /// Twice: the second time from rows that a first renewal has placed.
    void everyRowIsReadableAsBefore() {
        for (std::uint32_t epoch = 2; epoch <= 3; ++epoch) {
            QVERIFY(m_vault.lock());
            QCOMPARE(renew(), QStringLiteral("ok"));
            m_vault.reopen();
            for (const std::string_view where : everywhere) {
                const std::string after = inventory(where);
                QVERIFY2(after == m_before[where], (after + "\n" + m_before[where]).c_str());
            }
            for (const auto &[blob, where] : m_blobs) {
                const json opened = must(where, "Decrypt", {{"CiphertextBlob", blob}});
                QVERIFY(opened.at("Plaintext") == text);
            }
            verifies(epoch);
        }
    }

    /// What a row's place is made of: a name is found where it is, and nowhere twice.
    void namesAreFoundWhereTheyAre() {
        for (const std::string_view where : everywhere) {
            const std::string key =
                must(where, "DescribeKey", {{"KeyId", "alias/own"}})["KeyMetadata"]["KeyId"];
            const json again{{"AliasName", "alias/own"}, {"TargetKeyId", key}};
            QVERIFY(told(ask(where, "CreateAlias", again)).startsWith(QStringLiteral("AlreadyExists")));
            must(where, "UpdateAlias", again);
            must(where, "DeleteAlias", {{"AliasName", "alias/own"}});
            for (const std::string_view other : everywhere) {
                const bool isGone = other <= where; // they stand in that order
                QCOMPARE(!ask(other, "DescribeKey", {{"KeyId", "alias/own"}}), isGone);
            }
            must(where, "CreateGrant",
                 {{"KeyId", key}, {"GranteePrincipal", reader}, {"Operations", {"DescribeKey"}}});
        }
        m_vault.reopen();
        for (const std::string_view where : everywhere) {
            QVERIFY(!ask(where, "DescribeKey", {{"KeyId", "alias/own"}}));
            QVERIFY(ask(where, "DescribeKey", {{"KeyId", "alias/everywhere"}}));
        }
        verifies(3);
    }

private:
    Result<json> ask(std::string_view where, std::string_view operation, const json &request) {
        const kms::OperationInfo &info = *kms::findOperation(operation);
        kms::AnyRequest made = info.makeRequest();
        if (!kms::readJson(request.dump(), info.request, made.object(), kms::UnknownMembers::Refuse)) {
            qFatal("no request");
        }
        kms::CallContext context;
        context.region = where;
        auto reply = kms::submitAndWait(m_vault.kms(), std::move(made), std::move(context));
        if (!reply) {
            return failFrom(reply);
        }
        return json::parse(kms::writeJson(info.reply, reply->object()).view());
    }
    json must(std::string_view where, std::string_view operation, const json &request) {
        auto reply = ask(where, operation, request);
        if (!reply) {
            qFatal("%s: %s", std::string(operation).c_str(), qPrintable(told(reply)));
        }
        return std::move(*reply);
    }

    std::string make(std::string_view where, const json &request) {
        return must(where, "CreateKey", request).at("KeyMetadata").at("KeyId");
    }
    void import(std::string_view where, const std::string &key) {
        using kms::AlgorithmSpec;
        const json given = must(
            where, "GetParametersForImport",
            {{"KeyId", key}, {"WrappingAlgorithm", "RSAES_OAEP_SHA_256"}, {"WrappingKeySpec", "RSA_2048"}});
        const Bytes spki = orAbort(fromBase64(given.at("PublicKey").get<std::string>()));
        const Bytes wrapped = wrappedMaterial(AlgorithmSpec::RSAES_OAEP_SHA_256, spki, Bytes(32, 7));
        must(where, "ImportKeyMaterial",
             {{"KeyId", key},
              {"ImportToken", given.at("ImportToken")},
              {"EncryptedKeyMaterial", toBase64(wrapped)},
              {"ExpirationModel", "KEY_MATERIAL_DOES_NOT_EXPIRE"}});
    }
    /// A key in all Regions, with one alias in each.
    void makeReplicated(json request, const char *alias) {
        const bool isImported = request.contains("Origin");
        request["MultiRegion"] = true;
        const std::string key = make(home, request);
        for (const std::string_view where : everywhere) {
            if (where != home) {
                must(home, "ReplicateKey", {{"KeyId", key}, {"ReplicaRegion", where}});
            }
            if (isImported) {
                import(where, key);
            }
            furnish(where, key, alias);
        }
    }
    /// What is one Region's own: named, tagged and granted the same in each, and yet not the same rows.
    void furnish(std::string_view where, const std::string &key, const char *alias) {
        must(where, "CreateAlias", {{"AliasName", alias}, {"TargetKeyId", key}});
        must(where, "TagResource",
             {{"KeyId", key}, {"Tags", json::array({json{{"TagKey", "in"}, {"TagValue", where}}})}});
        must(where, "CreateGrant",
             {{"KeyId", key}, {"GranteePrincipal", reader}, {"Operations", {"Decrypt"}}, {"Name", where}});
        json policy = json::parse(
            must(where, "GetKeyPolicy", {{"KeyId", key}}).at("Policy").get_ref<const std::string &>());
        policy["Id"] = where;
        must(where, "PutKeyPolicy", {{"KeyId", key}, {"Policy", policy.dump()}});
        m_blobs.emplace_back(
            must(where, "Encrypt", {{"KeyId", alias}, {"Plaintext", text}}).at("CiphertextBlob"), where);
    }
    void fill(std::string_view where) {
        const std::string own = make(where, json::object());
        furnish(where, own, "alias/own");
        must(where, "RotateKeyOnDemand", {{"KeyId", own}});
        const std::string imported = make(where, {{"Origin", "EXTERNAL"}});
        import(where, imported);
        furnish(where, imported, "alias/imported");
        make(where, {{"KeySpec", "ECC_NIST_P256"}, {"KeyUsage", "SIGN_VERIFY"}});
        make(where, {{"KeySpec", "HMAC_256"}, {"KeyUsage", "GENERATE_VERIFY_MAC"}});
    }

    /// All that can be read of one Region.
    std::string inventory(std::string_view where) {
        const auto sorted = [](json list) {
            std::sort(list.begin(), list.end());
            return list;
        };
        json found{{"aliases", sorted(must(where, "ListAliases", json::object()).at("Aliases"))}};
        const json listed = must(where, "ListKeys", json::object());
        for (const json &entry : listed.at("Keys")) {
            const json key{{"KeyId", entry.at("KeyId")}};
            json &told = found["keys"][entry.at("KeyId").get<std::string>()];
            told.push_back(must(where, "DescribeKey", key));
            told.push_back(must(where, "GetKeyPolicy", key));
            told.push_back(sorted(must(where, "ListGrants", key).at("Grants")));
            told.push_back(must(where, "ListResourceTags", key).at("Tags"));
            if (told[0]["KeyMetadata"]["KeySpec"] == "SYMMETRIC_DEFAULT") {
                told.push_back(
                    must(where, "ListKeyRotations",
                         {{"KeyId", entry.at("KeyId")}, {"IncludeKeyMaterial", "ALL_KEY_MATERIAL"}}));
            }
        }
        return found.dump(1);
    }

    /// As `vault rotate-key` does it, on the file that nobody has open.
    QString renew() {
        auto container = Container::open(m_vault.path(), {});
        if (auto unlocked = container->unlockWithPassphrase(KmsVault::passphrase()); !unlocked) {
            return told(unlocked);
        }
        KeyRotation wish;
        wish.passphrase = KmsVault::passphrase();
        wish.placeOf = placeUnderNewKey;
        if (auto rotated = container->rotateKey(std::move(wish)); !rotated) {
            return QString::fromStdString(rotated.error().detail);
        }
        return told(container->lock());
    }
    void verifies(std::uint32_t epoch) {
        const auto looked = m_vault.kms().withContainer([&](Container &container) -> Status {
            const bool isGood = container.stamp().epoch == epoch && container.verify()->holds();
            return isGood ? Status{} : Status(fail(ErrorCode::VaultDamaged, "does not verify"));
        });
        QVERIFY2(looked, looked ? "" : looked.error().detail.c_str());
    }

    KmsVault m_vault;
    std::map<std::string_view, std::string> m_before;
    std::vector<std::pair<std::string, std::string_view>> m_blobs;
};

QTEST_GUILESS_MAIN(KeyRotationRegionsTest)
#include "tst_key_rotation_regions.moc"
