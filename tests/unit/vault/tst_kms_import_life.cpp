// SPDX-License-Identifier: Apache-2.0
// The life of a key with imported material: materials come, wait for their rotation, expire, go and come back
// (kms-semantics.md section 9).
#include "import_fixture.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/get_public_key.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using kms::AlgorithmSpec;
using kms::ImportType;
using kms::KeySpec;
using kms::KeyUsageType;
using kms::WrappingKeySpec;

class TestKmsImportLife : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_vault = std::make_unique<ImportVault>(); }
    void symmetricKeysHaveManyMaterials();
    void onlyTheSameMaterialComesBack();
    void aPendingMaterialCanBeTakenBack();
    void asymmetricKeysKeepTheirFirst();
    void membersOfSymmetricKeysOnly();
    void materialExpires();
    void whatExpiredWhileClosedIsGone();
    void stateFollowsItsMaterials();
    void theBytesAreGone();
    void importsAreInTheLog();

private:
    std::unique_ptr<ImportVault> m_vault;
};

namespace {

constexpr auto expires = kms::ExpirationModelType::KEY_MATERIAL_EXPIRES;

} // namespace

void TestKmsImportLife::symmetricKeysHaveManyMaterials() {
    const std::string key = m_vault->makeImportedKey();
    const std::string arn = std::string(arnPrefix) + key;
    QCOMPARE(told(m_vault->call<kms::RotateKeyOnDemand>({key})),
             qstring("KMSInvalidStateException: " + arn + " is pending import."));
    const Bytes one = randomMaterial(32);
    const Bytes two = randomMaterial(32);
    const auto first = m_vault->import(key, one, [](ImportRequest &r) { r.keyMaterialDescription = "one"; });
    QCOMPARE(told(first), QStringLiteral("ok"));
    QCOMPARE(told(m_vault->call<kms::RotateKeyOnDemand>({key})),
             qstring("KMSInvalidStateException: No available key material pending rotation for the key: " +
                     arn + "."));
    const Bytes oldBlob = m_vault->ciphertext(key, "old");

    const auto second =
        m_vault->import(key, two, [](ImportRequest &r) { r.importType = ImportType::NEW_KEY_MATERIAL; });
    QCOMPARE(told(second), QStringLiteral("ok"));
    QVERIFY(*second->keyMaterialId != *first->keyMaterialId);
    // It waits: the first goes on encrypting.
    QCOMPARE(qstring(*m_vault->describe(key).currentKeyMaterialId), qstring(*first->keyMaterialId));
    auto listed = m_vault->materials(key);
    QCOMPARE(listed.size(), std::size_t(2));
    QVERIFY(*listed[0].keyMaterialState == kms::KeyMaterialState::CURRENT);
    QVERIFY(*listed[1].keyMaterialState == kms::KeyMaterialState::PENDING_ROTATION);
    QVERIFY(*listed[1].importState == kms::ImportState::IMPORTED && !listed[1].rotationDate);
    QCOMPARE(qstring(*listed[0].keyMaterialDescription), QStringLiteral("one"));
    QVERIFY(m_vault->call<kms::ListKeyRotations>({key, {}, {}, {}})->rotations->empty());
    const auto third = told(m_vault->import(
        key, randomMaterial(32), [](ImportRequest &r) { r.importType = ImportType::NEW_KEY_MATERIAL; }));
    QVERIFY2(third.startsWith(QStringLiteral("KMSInvalidStateException: New key material (id: ")) &&
                 third.endsWith(qstring(") cannot be imported into KMS key " + arn +
                                        ", because another key material (id: " + *second->keyMaterialId +
                                        ") is pending rotation.")),
             qPrintable(third));

    m_vault->advanceDays(1);
    QVERIFY(m_vault->call<kms::RotateKeyOnDemand>({key}));
    m_vault->reopen();
    QCOMPARE(qstring(*m_vault->describe(key).currentKeyMaterialId), qstring(*second->keyMaterialId));
    listed = m_vault->materials(key);
    QVERIFY(*listed[0].keyMaterialState == kms::KeyMaterialState::NON_CURRENT && !listed[0].rotationDate);
    QVERIFY(*listed[1].rotationType == kms::RotationType::ON_DEMAND &&
            *listed[1].rotationDate == m_vault->clock().now());
    const auto newBlob = m_vault->ciphertext(key, "new");
    QCOMPARE(qstring(*m_vault->decrypt(oldBlob)->keyMaterialId), qstring(*first->keyMaterialId));
    QCOMPARE(qstring(*m_vault->decrypt(newBlob)->keyMaterialId), qstring(*second->keyMaterialId));

    // Without one of them the key does nothing, not even encrypt under the other.
    const auto deleted = m_vault->call<kms::DeleteImportedKeyMaterial>({key, first->keyMaterialId});
    QCOMPARE(qstring(*deleted->keyMaterialId), qstring(*first->keyMaterialId));
    QCOMPARE(qstring(*deleted->keyId), qstring(arn));
    const QString waiting = qstring("KMSInvalidStateException: " + arn + " is pending import.");
    QCOMPARE(told(m_vault->decrypt(oldBlob)), waiting);
    QCOMPARE(told(m_vault->decrypt(newBlob)), waiting);
    QCOMPARE(told(m_vault->encrypt(key, "x")), waiting);
    QVERIFY(*m_vault->materials(key)[0].importState == kms::ImportState::PENDING_IMPORT);
    QCOMPARE(told(m_vault->import(m_vault->request(key, one))), QStringLiteral("ok"));
    QCOMPARE(told(m_vault->decrypt(oldBlob)), QStringLiteral("ok"));
    QCOMPARE(qstring(*m_vault->materials(key)[0].keyMaterialDescription), QStringLiteral("one"));
}

void TestKmsImportLife::onlyTheSameMaterialComesBack() {
    const std::string key = m_vault->makeImportedKey();
    const Bytes material = randomMaterial(32);
    const auto first = m_vault->import(key, material);
    QVERIFY(first);
    const QString refused =
        QStringLiteral("IncorrectKeyMaterialException: This is not the key material that was "
                       "imported into %1 before.")
            .arg(qstring(std::string(arnPrefix) + key));
    QCOMPARE(told(m_vault->import(key, randomMaterial(32))), refused);
    QVERIFY(m_vault->call<kms::DeleteImportedKeyMaterial>({key, {}}));
    QVERIFY(!m_vault->describe(key).expirationModel);
    QCOMPARE(told(m_vault->import(key, randomMaterial(32))), refused);
    QCOMPARE(told(m_vault->import(key, material,
                                  [](ImportRequest &r) { r.keyMaterialId = std::string(64, 'a'); })),
             refused);
    const auto again = m_vault->import(key, material, [&](ImportRequest &r) {
        r.keyMaterialId = first->keyMaterialId;
        r.importType = ImportType::EXISTING_KEY_MATERIAL;
        r.keyMaterialDescription = "back";
    });
    QCOMPARE(told(again), QStringLiteral("ok"));
    QCOMPARE(qstring(*again->keyMaterialId), qstring(*first->keyMaterialId));
    QCOMPARE(qstring(*m_vault->materials(key)[0].keyMaterialDescription), QStringLiteral("back"));
    QVERIFY(told(m_vault->import(key, material, [](ImportRequest &r) {
                r.importType = ImportType::NEW_KEY_MATERIAL;
            })).contains(QStringLiteral("it is not new")));
    // The same bytes are another material in another key.
    const auto other = m_vault->import(m_vault->makeImportedKey(), material);
    QVERIFY(other && *other->keyMaterialId != *first->keyMaterialId);
}

void TestKmsImportLife::aPendingMaterialCanBeTakenBack() {
    const std::string key = m_vault->makeImportedKey();
    QVERIFY(m_vault->import(key, randomMaterial(32)));
    const auto asNew = [](ImportRequest &r) { r.importType = ImportType::NEW_KEY_MATERIAL; };
    const Bytes material = randomMaterial(32);
    const auto pending = m_vault->import(key, material, asNew);
    QVERIFY(pending);
    QVERIFY(m_vault->import(key, material, [](ImportRequest &r) { r.keyMaterialDescription = "again"; }));
    QCOMPARE(qstring(*m_vault->materials(key)[1].keyMaterialDescription), QStringLiteral("again"));
    QVERIFY(m_vault->call<kms::DeleteImportedKeyMaterial>({key, pending->keyMaterialId}));
    QCOMPARE(m_vault->materials(key).size(), std::size_t(1));
    QCOMPARE(m_vault->state(key), QStringLiteral("Enabled"));
    QVERIFY(m_vault->import(key, randomMaterial(32), asNew));
    QCOMPARE(told(m_vault->call<kms::DeleteImportedKeyMaterial>({key, pending->keyMaterialId})),
             qstring("NotFoundException: Key material '" + *pending->keyMaterialId + "' of " +
                     std::string(arnPrefix) + key + " does not exist"));
}

void TestKmsImportLife::asymmetricKeysKeepTheirFirst() {
    const std::string key = m_vault->makeImportedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY);
    const QString waiting =
        qstring("KMSInvalidStateException: " + std::string(arnPrefix) + key + " is pending import.");
    QCOMPARE(told(m_vault->call<kms::GetPublicKey>({key, {}})), waiting);
    const Bytes material = pkcs8Of(crypto::Curve::P256);
    QVERIFY(m_vault->import(key, material));
    const auto spki = *m_vault->call<kms::GetPublicKey>({key, {}})->publicKey;
    QVERIFY(told(m_vault->import(key, pkcs8Of(crypto::Curve::P256)))
                .startsWith(QStringLiteral("IncorrectKeyMaterialException: This is not")));
    QVERIFY(!m_vault->call<kms::DeleteImportedKeyMaterial>({key, {}})->keyMaterialId);
    QCOMPARE(told(m_vault->call<kms::GetPublicKey>({key, {}})), waiting);
    QVERIFY(told(m_vault->import(key, pkcs8Of(crypto::Curve::P256)))
                .startsWith(QStringLiteral("IncorrectKeyMaterialException: This is not")));
    QVERIFY(m_vault->import(key, material));
    QVERIFY(*m_vault->call<kms::GetPublicKey>({key, {}})->publicKey == spki);
    QVERIFY(told(m_vault->call<kms::RotateKeyOnDemand>({key}))
                .startsWith(QStringLiteral("UnsupportedOperationException")));
}

void TestKmsImportLife::membersOfSymmetricKeysOnly() {
    const std::string key = m_vault->makeImportedKey(KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC);
    const Bytes material = randomMaterial(32);
    const auto refused = [&](const char *member) {
        return qstring(std::string("UnsupportedOperationException: ") + member +
                       " is for symmetric encryption keys only, and " + std::string(arnPrefix) + key +
                       " is none.");
    };
    const std::string id(64, 'a');
    QCOMPARE(told(m_vault->import(key, material,
                                  [](ImportRequest &r) { r.importType = ImportType::NEW_KEY_MATERIAL; })),
             refused("ImportType"));
    QCOMPARE(told(m_vault->import(key, material, [&](ImportRequest &r) { r.keyMaterialId = id; })),
             refused("KeyMaterialId"));
    QCOMPARE(told(m_vault->import(key, material, [](ImportRequest &r) { r.keyMaterialDescription = "x"; })),
             refused("KeyMaterialDescription"));
    QCOMPARE(told(m_vault->call<kms::DeleteImportedKeyMaterial>({key, id})), refused("KeyMaterialId"));
}

void TestKmsImportLife::materialExpires() {
    const std::string key = m_vault->makeImportedKey();
    const auto until = [&](int days) {
        return [this, days](ImportRequest &r) {
            r.expirationModel = expires;
            r.validTo = m_vault->clock().now() + std::chrono::days(days);
        };
    };
    const Bytes one = randomMaterial(32);
    const Bytes two = randomMaterial(32);
    QVERIFY(m_vault->import(key, one, until(1)));
    const Bytes blob = m_vault->ciphertext(key, "x");
    const auto start = m_vault->clock().now();
    QVERIFY(m_vault->import(key, two, [&](ImportRequest &r) {
        until(2)(r);
        r.importType = ImportType::NEW_KEY_MATERIAL;
    }));
    QVERIFY(*m_vault->describe(key).validTo == start + std::chrono::days(1)); // the earliest
    m_vault->clock().advance(std::chrono::days(1) - std::chrono::microseconds(1));
    QVERIFY(m_vault->kms().settleDueWork());
    QCOMPARE(told(m_vault->decrypt(blob)), QStringLiteral("ok"));
    m_vault->clock().advance(std::chrono::microseconds(1));
    QVERIFY(m_vault->kms().settleDueWork());
    const QString waiting =
        qstring("KMSInvalidStateException: " + std::string(arnPrefix) + key + " is pending import.");
    QCOMPARE(told(m_vault->decrypt(blob)), waiting);
    QVERIFY(*m_vault->materials(key)[0].importState == kms::ImportState::PENDING_IMPORT);
    QVERIFY(!m_vault->materials(key)[0].validTo);
    QCOMPARE(m_vault->materials(key).size(), std::size_t(2));
    // Two days on, what waited for its rotation goes as well, for good: it was not the key's yet.
    m_vault->advanceDays(1);
    QVERIFY(m_vault->kms().settleDueWork());
    QCOMPARE(m_vault->materials(key).size(), std::size_t(1));
    ImportRequest back = m_vault->request(key, one);
    QCOMPARE(told(m_vault->import(back)), QStringLiteral("ok"));
    QCOMPARE(told(m_vault->decrypt(blob)), QStringLiteral("ok"));
    QVERIFY(m_vault->kms().withContainer([&](vault::Container &container) -> Status {
        auto records = container.newestLogRecords(8);
        std::size_t count = 0;
        for (const auto &entry : *records) {
            count += entry.record.action == "DeleteExpiredKeyMaterial" && entry.record.actor == "vault" &&
                     entry.record.keyId == key && entry.record.materialId.size() == 64;
        }
        return count >= 1 ? Status() : fail(ErrorCode::VaultDamaged, "no record");
    }));
}

void TestKmsImportLife::whatExpiredWhileClosedIsGone() {
    const std::string key = m_vault->makeImportedKey();
    QVERIFY(m_vault->import(key, randomMaterial(32), [&](ImportRequest &r) {
        r.expirationModel = expires;
        r.validTo = m_vault->clock().now() + std::chrono::days(3);
    }));
    QVERIFY(m_vault->lock());
    m_vault->advanceDays(3);
    m_vault->reopen();
    QCOMPARE(m_vault->state(key), QStringLiteral("PendingImport"));
    // Deleted like any other key, its material gone before it.
    QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7}));
    m_vault->advanceDays(7);
    m_vault->reopen();
    QVERIFY(told(m_vault->call<kms::DescribeKey>({key, {}})).startsWith(QStringLiteral("NotFound")));
}

void TestKmsImportLife::stateFollowsItsMaterials() {
    const std::string key = m_vault->makeImportedKey();
    const Bytes material = randomMaterial(32);
    // Never imported, and cancelled.
    QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7}));
    QVERIFY(m_vault->call<kms::CancelKeyDeletion>({key}));
    QCOMPARE(m_vault->state(key), QStringLiteral("PendingImport"));
    QVERIFY(m_vault->import(key, material));
    // A disabled key takes its material again and stays disabled.
    QVERIFY(m_vault->call<kms::DisableKey>({key}));
    QVERIFY(m_vault->import(key, material));
    QCOMPARE(m_vault->state(key), QStringLiteral("Disabled"));
    // Gone while pending deletion: the state stays until the deletion is cancelled.
    QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7}));
    QVERIFY(m_vault->call<kms::DeleteImportedKeyMaterial>({key, {}}));
    QCOMPARE(m_vault->state(key), QStringLiteral("PendingDeletion"));
    const auto parameters = m_vault->call<kms::GetParametersForImport>(
        {key, AlgorithmSpec::RSAES_OAEP_SHA_256, WrappingKeySpec::RSA_2048});
    QCOMPARE(told(parameters),
             qstring("KMSInvalidStateException: " + std::string(arnPrefix) + key + " is pending deletion."));
    QVERIFY(m_vault->call<kms::CancelKeyDeletion>({key}));
    QCOMPARE(m_vault->state(key), QStringLiteral("PendingImport"));
    // Nothing there to delete: nothing happens.
    QCOMPARE(told(m_vault->call<kms::DeleteImportedKeyMaterial>({key, {}})), QStringLiteral("ok"));
    QVERIFY(m_vault->import(key, material));
    QCOMPARE(m_vault->state(key), QStringLiteral("Enabled"));
}

void TestKmsImportLife::theBytesAreGone() {
    const std::string key = m_vault->makeImportedKey();
    const Bytes material = randomMaterial(32);
    QVERIFY(m_vault->import(key, material));
    QVERIFY(m_vault->encrypt(key, "x"));
    const auto rows = [&] {
        std::size_t count = 0;
        const auto counted = m_vault->kms().withContainer([&](vault::Container &container) -> Status {
            return container.scanSealed(vault::Table::Materials, [&](const vault::SealedRow &) -> Status {
                ++count;
                return {};
            });
        });
        return counted ? count : std::size_t(99);
    };
    QCOMPARE(rows(), std::size_t(1));
    QVERIFY(m_vault->call<kms::DeleteImportedKeyMaterial>({key, {}}));
    QCOMPARE(rows(), std::size_t(0));
    QVERIFY(m_vault->import(key, material));
    QCOMPARE(rows(), std::size_t(1));
    m_vault->reopen();
    QCOMPARE(told(m_vault->encrypt(key, "x")), QStringLiteral("ok"));
}

void TestKmsImportLife::importsAreInTheLog() {
    const std::string key = m_vault->makeImportedKey();
    const auto imported = m_vault->import(key, randomMaterial(32));
    QVERIFY(m_vault->call<kms::DeleteImportedKeyMaterial>({key, {}}));
    QVERIFY(!m_vault->import(key, randomMaterial(32)));
    const auto checked = m_vault->kms().withContainer([&](vault::Container &container) -> Status {
        auto records = container.newestLogRecords(5);
        const std::vector<std::pair<std::string, std::string>> expected{
            {"ImportKeyMaterial", "IncorrectKeyMaterialException"},
            {"DeleteImportedKeyMaterial", "Success"},
            {"ImportKeyMaterial", "Success"},
            {"GetParametersForImport", "Success"},
            {"CreateKey", "Success"}};
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto &record = (*records)[i].record;
            const bool hasMaterial = i == 1 || i == 2;
            if (record.action != expected[i].first || record.outcome != expected[i].second ||
                record.keyId != key ||
                record.materialId != (hasMaterial ? *imported->keyMaterialId : std::string())) {
                return fail(ErrorCode::VaultDamaged, record.action + " " + record.outcome);
            }
        }
        return {};
    });
    QCOMPARE(told(checked), QStringLiteral("ok"));
}

QTEST_GUILESS_MAIN(TestKmsImportLife)
#include "tst_kms_import_life.moc"
