// SPDX-License-Identifier: Apache-2.0
// What a test kills: row_worker sqlite|postgresql|shared TARGET JOURNAL LATENCY_MS CALL_LOG
// takes up the job of that journal (or of that database) and works it to its end. Exit code 0: all is done.
#include "unit/reencrypt_sql/postgres_users.h"
#include "unit/reencrypt_sql/slow_kms.h"

#include <QtCore/QCoreApplication>

#include <cstdio>
#include <string>

using namespace keyturn;
using namespace keyturn::test;

namespace {

int say(const Error &error) {
    std::fprintf(stderr, "%s\n", error.detail.c_str());
    return 1;
}

int workShared(TwoKeys &keys, JobSpec spec, std::shared_ptr<kms::KmsService> service) {
    spec.source.shared = true;
    spec.destinationKey = keys.newKey;
    spec.sourceKeys = {keys.oldKey};
    const auto mover = makeMover({service, nullptr, false, "job"}, spec, nullptr);
    reencrypt::SharedJobParts parts;
    parts.spec = &spec;
    parts.mover = mover.get();
    parts.key = sharedKey();
    parts.leaseTime = std::chrono::milliseconds(1500);
    parts.pollTime = std::chrono::milliseconds(50);
    auto job = reencrypt::SharedJob::open(parts);
    if (!job) {
        return say(job.error());
    }
    auto done = (*job)->work({});
    return done ? 0 : say(done.error());
}

} // namespace

int main(int argc, char **argv) {
    const QCoreApplication application(argc, argv);
    if (argc < 6) {
        return 2;
    }
    const std::string kind = argv[1];
    const std::string target = argv[2];
    TwoKeys keys;
    auto service =
        std::make_shared<SlowKms>(keys.kms, std::chrono::milliseconds(std::atoi(argv[4])), argv[5]);
    JobSpec spec = sqliteSpec(target);
    spec.safety.batchItems = kind == "shared" ? 16 : 64;
    spec.verification = Verification::Reply;
    if (kind != "sqlite") {
        spec.source.kind = SourceKind::PostgreSql;
        spec.source.paths.clear();
        spec.source.connection = target;
    }
    if (kind == "shared") {
        return workShared(keys, spec, service);
    }
    RowJob job(keys, spec, argv[3], {}, service);
    auto done = job.run();
    return done ? 0 : say(done.error());
}
