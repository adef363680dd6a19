// SPDX-License-Identifier: Apache-2.0
// JobBacking: what an open session lends to a bulk job: its service, and the rate that all jobs of this
// program on the same endpoint and Region share. A plain value, any thread once made; made on the GUI thread.
#pragma once

#include "reencrypt/job_rate.h"
#include "reencrypt/mover.h"
#include "reencrypt/runner.h"

#include <filesystem>
#include <memory>
#include <string>

namespace keyturn::workspace {
class Session;
}

namespace keyturn::ui {

struct JobBacking {
    reencrypt::MoverServices services;
    std::string endpoint; ///< tells rates apart
    std::string region;
    std::shared_ptr<reencrypt::JobRates> rates;

    static JobBacking of(const workspace::Session &session, std::shared_ptr<reencrypt::JobRates> rates);
    /// `base`: where relative paths of the job begin.
    reencrypt::JobParts partsFor(const reencrypt::JobSpec &spec, const std::filesystem::path &base) const;
};

} // namespace keyturn::ui
