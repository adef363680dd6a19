// SPDX-License-Identifier: Apache-2.0
// Plans: counts, permissions, what blocks a job and what is to be thought of; nothing is written for them.
#include "kms/operations/disable_key.h"
#include "reencrypt/plan_findings.h"
#include "unit/reencrypt/job_scene.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

Result<Plan> planOf(const JobScene &scene) {
    JobRunner runner(scene.spec, scene.parts());
    return runner.plan({});
}

bool finds(const Plan &plan, Finding::Weight weight, const std::string &text) {
    return std::any_of(plan.findings.begin(), plan.findings.end(), [&](const Finding &finding) {
        return finding.weight == weight && finding.text.find(text) != std::string::npos;
    });
}

} // namespace

class PlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aJobThatMayRun() {
        const JobScene scene;
        const std::string before = scene.content();
        const auto plan = planOf(scene);
        QVERIFY2(plan.has_value(), plan ? "" : plan.error().detail.c_str());
        const std::string text = planText(*plan, scene.spec);
        QVERIFY2(plan->mayRun(), text.c_str());
        QCOMPARE(plan->survey.items, static_cast<std::uint64_t>(scene.lines));
        QCOMPARE(plan->callsEstimated, static_cast<std::uint64_t>(2 * scene.lines));
        QVERIFY(plan->costEstimatedUsd > 0);
        QCOMPARE(plan->permissions.size(), std::size_t(1));
        QVERIFY(plan->permissions.front().allowed && plan->permissions.front().byDryRun);
        QVERIFY(sameAs(plan->permissions.front().sourceKey, scene.service.oldKey));
        QVERIFY(finds(*plan, Finding::Weight::Note, "one more ReEncrypt"));
        QVERIFY(text.find("The job may run") != std::string::npos);
        QVERIFY(scene.content() == before);
        QCOMPARE(scene.service.watched->count(OperationId::Decrypt), 0);

        const auto json = QJsonDocument::fromJson(QByteArray::fromStdString(planJson(*plan, scene.spec)));
        QVERIFY(json.isObject());
        QCOMPARE(json.object().value(QStringLiteral("items")).toInt(), scene.lines);
        QVERIFY(json.object().value(QStringLiteral("mayRun")).toBool());
    }

    void whatBlocks_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        QTest::newRow("disabled") << 0 << QStringLiteral("not enabled");
        QTest::newRow("no such key") << 1 << QStringLiteral("could not be looked at");
        QTest::newRow("refused") << 2 << QStringLiteral("kms:ReEncryptFrom");
        QTest::newRow("no ReEncrypt") << 3 << QStringLiteral("has no ReEncrypt");
    }
    void whatBlocks() {
        QFETCH(int, kind);
        QFETCH(QString, text);
        JobScene scene;
        if (kind == 0) {
            kms::DisableKey::Request disable;
            disable.keyId = scene.service.newKey;
            QVERIFY(kms::callAndWait<kms::DisableKey>(*scene.service.kms, std::move(disable)).has_value());
        } else if (kind == 1) {
            scene.spec.destinationKey = "alias/nobody";
        } else if (kind == 2) {
            scene.service.watched->before = [](int, const kms::AnyRequest &request) -> std::optional<Error> {
                return request.operation() == OperationId::ReEncrypt
                           ? std::optional(serviceError(ErrorCode::AccessDenied, "not you"))
                           : std::nullopt;
            };
        } else {
            scene.service.kms->withdraw(OperationId::ReEncrypt, "it is an old one");
        }
        const auto plan = planOf(scene);
        if (kind == 3 && !plan) {
            QVERIFY(plan.error().code == ErrorCode::UnsupportedOperation);
            return;
        }
        QVERIFY2(plan.has_value(), plan ? "" : plan.error().detail.c_str());
        QVERIFY2(!plan->mayRun() && finds(*plan, Finding::Weight::Blocks, text.toStdString()),
                 planText(*plan, scene.spec).c_str());
    }

    void whatToThinkOf_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        const char *texts[] = {"brings plaintexts to this machine",
                               "verify: reply",
                               "no encryption context",
                               "nothing can be undone",
                               "Undo copies are still under",
                               "No source-keys",
                               "one key",
                               "dry run"};
        for (int kind = 0; kind < 8; ++kind) {
            QTest::newRow(texts[kind]) << kind << QString::fromLatin1(texts[kind]);
        }
    }
    void whatToThinkOf() {
        QFETCH(int, kind);
        QFETCH(QString, text);
        JobScene scene(3);
        const auto plain = planOf(scene);
        QVERIFY(plain && planText(*plain, scene.spec).find(text.toStdString()) == std::string::npos);
        JobSpec &spec = scene.spec;
        spec.verification = kind == 0   ? Verification::Decrypt
                            : kind == 1 ? Verification::Reply
                                        : spec.verification;
        if (kind == 2) {
            spec.destinationContext = ContextSpec();
        }
        spec.safety.backup = kind != 3;
        spec.reason = kind == 4 ? "compromise" : "";
        if (kind == 5) {
            spec.sourceKeys.clear();
        } else if (kind == 6) {
            spec.destinationKey = scene.service.oldKey;
        }
        spec.safety.dryRun = kind == 7;
        const auto plan = planOf(scene);
        QVERIFY2(plan.has_value(), plan ? "" : plan.error().detail.c_str());
        QVERIFY2(planText(*plan, spec).find(text.toStdString()) != std::string::npos,
                 planText(*plan, spec).c_str());
    }

    void faultsAreListedWithTheirLines() {
        const JobScene scene(3);
        {
            std::ofstream out(scene.users(), std::ios::app);
            out << "{\"id\": \"x\", \"secret\": \"CANARY no base64!\", \"n\":  1}\n{broken\n";
        }
        const auto plan = planOf(scene);
        QVERIFY(plan.has_value());
        QCOMPARE(plan->survey.faultCount, std::uint64_t(2));
        const std::string text = planText(*plan, scene.spec);
        for (const std::string_view line : {"line 4", "line 5"}) {
            const std::size_t first = text.find(line);
            QVERIFY2(first != text.npos && text.find(line, first + 1) == text.npos,
                     text.c_str()); // said once
        }
        QVERIFY(text.find("CANARY") == std::string::npos);
        QVERIFY(planJson(*plan, scene.spec).find("CANARY") == std::string::npos);
    }

    void previews() {
        const JobScene scene(60);
        JobRunner runner(scene.spec, scene.parts());
        const auto items = runner.preview(20, {});
        QVERIFY(items && items->size() == 20);
        QCOMPARE((*items)[4].record.place.line, std::uint64_t(5));
        QCOMPARE(*(*items)[4].context.find("id"), std::string("4"));
        QVERIFY((*items)[4].ciphertextBytes > 100 && !(*items)[4].kind.empty());
        QCOMPARE(scene.service.watched->calls(), 0);
    }

    void estimates_data() {
        QTest::addColumn<int>("level");
        QTest::addColumn<bool>("isVault");
        QTest::addColumn<double>("ceiling");
        QTest::addColumn<double>("secondsPerCall");
        QTest::addColumn<int>("calls");
        QTest::addColumn<int>("seconds");
        const auto row = [](const char *name, Verification level, bool vault, double ceiling, double each,
                            int calls, int seconds) {
            QTest::newRow(name) << static_cast<int>(level) << vault << ceiling << each << calls << seconds;
        };
        // 10,000 items, 100 of them faulty, 8 calls at once
        row("reply, by latency", Verification::Reply, false, 0, 0.04, 9900, 50);
        row("re-encrypt, by latency", Verification::ReEncrypt, false, 0, 0.04, 19800, 99);
        row("decrypt, by latency", Verification::Decrypt, false, 0, 0.04, 29700, 149);
        row("by ceiling", Verification::ReEncrypt, false, 50, 0.04, 19800, 396);
        row("nothing measured", Verification::Reply, false, 0, 0, 9900, 25);
        row("vault", Verification::Reply, true, 0, 0, 29700, 1);
    }
    void estimates() {
        QFETCH(int, level);
        QFETCH(bool, isVault);
        QFETCH(double, ceiling);
        QFETCH(double, secondsPerCall);
        QFETCH(int, calls);
        QFETCH(int, seconds);
        JobSpec spec;
        spec.sourceKeys = {"a"};
        spec.verification = static_cast<Verification>(level);
        JobRates rates;
        JobParts parts;
        parts.services.isVault = isVault;
        parts.rate = rates.of("here", "eu", "symmetric", ceiling);
        Plan plan;
        plan.survey.items = 10'000;
        plan.survey.faultCount = 100;
        estimate(plan, spec, parts, secondsPerCall);
        QCOMPARE(plan.callsEstimated, static_cast<std::uint64_t>(calls));
        QCOMPARE(plan.timeEstimated.count(), static_cast<std::int64_t>(seconds));
        QCOMPARE(plan.costEstimatedUsd > 0, !isVault);
    }

    void numbers() {
        QCOMPARE(withCommas(0), std::string("0"));
        QCOMPARE(withCommas(999), std::string("999"));
        QCOMPARE(withCommas(1000), std::string("1,000"));
        QCOMPARE(withCommas(1234567), std::string("1,234,567"));
        QCOMPARE(sizeText(1), std::string("1 byte"));
        QCOMPARE(sizeText(1536), std::string("1.5 KiB"));
        QCOMPARE(durationText(std::chrono::seconds(0)), std::string("less than a second"));
        QCOMPARE(durationText(std::chrono::seconds(90)), std::string("90 s"));
        QCOMPARE(durationText(std::chrono::hours(5) + std::chrono::minutes(5)), std::string("5 h 5 min"));
        QCOMPARE(durationText(std::chrono::hours(24 * 9)), std::string("9 days"));
    }

private:
    static bool sameAs(const std::string &told, const std::string &id) {
        return told.find(id) != std::string::npos;
    }
};

QTEST_GUILESS_MAIN(PlanTest)
#include "tst_plan.moc"
