// SPDX-License-Identifier: Apache-2.0
// Multi-Region keys of imported material: the same material, imported into each Region (kms-semantics.md
// section 9).
#include "import_fixture.h"

#include "kms/operations/replicate_key.h"
#include "kms/operations/rotate_key_on_demand.h"

using namespace keyturn;
using namespace keyturn::test;
using kms::KeyMaterialState;

namespace {
constexpr std::string_view away = "eu-west-1";
} // namespace

class TestKmsImportRegions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_vault = std::make_unique<ImportVault>();
        kms::CreateKey::Request request;
        request.origin = kms::OriginType::EXTERNAL;
        request.multiRegion = true;
        const auto made = m_vault->call<kms::CreateKey>(std::move(request));
        QVERIFY2(made, qPrintable(told(made)));
        m_key = *made->keyMetadata->keyId;
        m_first = Bytes(32, 1);
    }

    void eachRegionImportsTheSame() {
        QCOMPARE(
            told(m_vault->call<kms::ReplicateKey>({.keyId = m_key, .replicaRegion = std::string(away)})),
            qstring("KMSInvalidStateException: " + std::string(arnPrefix) + m_key + " is pending import."));
        QCOMPARE(imported(region, m_first), QStringLiteral("ok"));
        const Bytes blob = m_vault->ciphertext(m_key, "x");
        replicate();
        QCOMPARE(state(away), QStringLiteral("PendingImport"));
        QVERIFY(!opens(away, blob));
        QVERIFY(imported(away, Bytes(32, 2)).startsWith(QStringLiteral("IncorrectKeyMaterialException")));
        QVERIFY(imported(away, Bytes(32, 2), kms::ImportType::NEW_KEY_MATERIAL)
                    .startsWith(QStringLiteral("UnsupportedOperationException")));
        QCOMPARE(imported(away, m_first), QStringLiteral("ok"));
        QCOMPARE(state(away), QStringLiteral("Enabled"));
        m_vault->reopen();
        QVERIFY(opens(away, blob) && opens(region, blob));
    }

    void whatOneRegionLosesTheOtherKeeps() {
        imported(region, m_first);
        const Bytes blob = m_vault->ciphertext(m_key, "x");
        replicate();
        imported(away, m_first);
        QVERIFY(m_vault->call<kms::DeleteImportedKeyMaterial>({.keyId = m_key}));
        QCOMPARE(state(region), QStringLiteral("PendingImport"));
        m_vault->reopen();
        QVERIFY(opens(away, blob) && !opens(region, blob));
        QVERIFY(m_vault->callIn<kms::DeleteImportedKeyMaterial>(away, {.keyId = m_key}));
        QCOMPARE(materialRows(), std::uint64_t(0));
        m_vault->reopen();
        QVERIFY(!opens(away, blob) && !opens(region, blob));
        QCOMPARE(imported(away, m_first), QStringLiteral("ok"));
        QVERIFY(opens(away, blob) && !opens(region, blob));
        QCOMPARE(imported(region, m_first), QStringLiteral("ok"));
        QVERIFY(opens(region, blob));
    }

    void expiryIsOfOneRegion() {
        imported(region, m_first);
        replicate();
        QVERIFY(m_vault->callIn<kms::ImportKeyMaterial>(away, requestIn(away, m_first, {}, 10)));
        m_vault->advanceDays(11);
        QVERIFY(m_vault->kms().settleDueWork());
        QCOMPARE(state(away), QStringLiteral("PendingImport"));
        QVERIFY(opens(region, m_vault->ciphertext(m_key, "x")));
    }

    void newMaterialGoesRoundBeforeItRotates() {
        imported(region, m_first);
        replicate();
        imported(away, m_first);
        const Bytes old = m_vault->ciphertext(m_key, "x");
        const Bytes second(32, 2);
        QCOMPARE(imported(region, second, kms::ImportType::NEW_KEY_MATERIAL), QStringLiteral("ok"));
        for (const auto &where : {region, away}) {
            QVERIFY(newest(where) == KeyMaterialState::PENDING_MULTI_REGION_IMPORT_AND_ROTATION);
            QCOMPARE(state(where), QStringLiteral("Enabled"));
        }
        QVERIFY(
            told(m_vault->call<kms::RotateKeyOnDemand>({m_key}))
                .startsWith(QStringLiteral("KMSInvalidStateException: No available key material pending")));
        QCOMPARE(imported(away, second), QStringLiteral("ok"));
        QVERIFY(newest(region) == KeyMaterialState::PENDING_ROTATION);
        QVERIFY(!m_vault->callIn<kms::RotateKeyOnDemand>(away, {m_key}));
        QCOMPARE(told(m_vault->call<kms::RotateKeyOnDemand>({m_key})), QStringLiteral("ok"));
        m_vault->reopen();
        for (const auto &where : {region, away}) {
            QVERIFY(newest(where) == KeyMaterialState::CURRENT);
            QVERIFY(opens(where, old) && opens(where, m_vault->ciphertext(m_key, "y")));
        }
    }

    void materialThatWaitsMayBeTakenBack() {
        imported(region, m_first);
        replicate();
        imported(away, m_first);
        const auto made = m_vault->callIn<kms::ImportKeyMaterial>(
            region, requestIn(region, Bytes(32, 2), kms::ImportType::NEW_KEY_MATERIAL));
        QVERIFY(made);
        QVERIFY(m_vault->call<kms::DeleteImportedKeyMaterial>({m_key, made->keyMaterialId}));
        QCOMPARE(state(region), QStringLiteral("Enabled"));
        QCOMPARE(materialRows(), std::uint64_t(1));
        QCOMPARE(imported(region, Bytes(32, 3), kms::ImportType::NEW_KEY_MATERIAL), QStringLiteral("ok"));
        QCOMPARE(imported(away, Bytes(32, 3)), QStringLiteral("ok"));
        QCOMPARE(told(m_vault->call<kms::RotateKeyOnDemand>({m_key})), QStringLiteral("ok"));
        QVERIFY(opens(away, m_vault->ciphertext(m_key, "y")));
    }

    void aTokenIsOfOneRegion() {
        imported(region, m_first);
        replicate();
        const auto request = requestIn(region, m_first);
        QCOMPARE(told(m_vault->callIn<kms::ImportKeyMaterial>(away, request)),
                 QStringLiteral("InvalidImportTokenException: The import token is not one of this key."));
        QCOMPARE(state(away), QStringLiteral("PendingImport"));
        QCOMPARE(told(m_vault->callIn<kms::ImportKeyMaterial>(region, request)), QStringLiteral("ok"));
    }

private:
    void replicate() {
        const auto made =
            m_vault->call<kms::ReplicateKey>({.keyId = m_key, .replicaRegion = std::string(away)});
        QVERIFY2(made, qPrintable(told(made)));
    }
    ImportRequest requestIn(std::string_view where, const Bytes &material,
                            std::optional<kms::ImportType> type = {}, int validDays = 0) {
        const auto given = m_vault->callIn<kms::GetParametersForImport>(
            where, {m_key, kms::AlgorithmSpec::RSAES_OAEP_SHA_256, kms::WrappingKeySpec::RSA_2048});
        ImportRequest request;
        if (!given) {
            qFatal("no parameters: %s", qPrintable(told(given)));
        }
        request.keyId = m_key;
        request.importToken = given->importToken;
        request.encryptedKeyMaterial =
            wrappedMaterial(kms::AlgorithmSpec::RSAES_OAEP_SHA_256, given->publicKey->view(), material);
        request.expirationModel = validDays == 0 ? kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE
                                                 : kms::ExpirationModelType::KEY_MATERIAL_EXPIRES;
        if (validDays > 0) {
            request.validTo = m_vault->clock().now() + std::chrono::days(validDays);
        }
        if (type) {
            request.importType = *type;
        }
        return request;
    }
    QString imported(std::string_view where, const Bytes &material,
                     std::optional<kms::ImportType> type = {}) {
        return told(m_vault->callIn<kms::ImportKeyMaterial>(where, requestIn(where, material, type)));
    }
    QString state(std::string_view where) {
        const auto reply = m_vault->callIn<kms::DescribeKey>(where, {.keyId = m_key});
        return reply ? qstring(reply->keyMetadata->keyState->text()) : told(reply);
    }
    bool opens(std::string_view where, const Bytes &blob) {
        kms::Decrypt::Request request;
        request.ciphertextBlob = blob;
        return m_vault->callIn<kms::Decrypt>(where, std::move(request)).has_value();
    }
    std::optional<KeyMaterialState> newest(std::string_view where) {
        kms::ListKeyRotations::Request asked;
        asked.keyId = m_key;
        asked.includeKeyMaterial = kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
        const auto reply = m_vault->callIn<kms::ListKeyRotations>(where, std::move(asked));
        return reply && !reply->rotations->empty() ? reply->rotations->back().keyMaterialState->known()
                                                   : std::nullopt;
    }
    std::uint64_t materialRows() {
        std::uint64_t count = 0;
        const auto read = m_vault->kms().withContainer([&](vault::Container &container) -> Status {
            count = container.rowCount(vault::Table::Materials);
            return {};
        });
        return read ? count : ~std::uint64_t(0);
    }

    std::unique_ptr<ImportVault> m_vault;
    std::string m_key;
    Bytes m_first;
};

QTEST_GUILESS_MAIN(TestKmsImportRegions)
#include "tst_kms_import_regions.moc"
