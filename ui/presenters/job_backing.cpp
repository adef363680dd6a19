// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/job_backing.h"

#include "reencrypt/job_places.h"
#include "workspace/session.h"

namespace keyturn::ui {

JobBacking JobBacking::of(const workspace::Session &session, std::shared_ptr<reencrypt::JobRates> rates) {
    JobBacking backing;
    backing.services.service = session.service();
    backing.services.isVault = session.vault() != nullptr;
    backing.endpoint = session.capabilities().backend + session.profile().endpointUrl;
    backing.region = session.capabilities().region;
    backing.rates = std::move(rates);
    return backing;
}

reencrypt::JobParts JobBacking::partsFor(const reencrypt::JobSpec &spec,
                                         const std::filesystem::path &base) const {
    reencrypt::JobParts parts;
    parts.services = services;
    parts.base = base;
    const std::string keyType =
        spec.destinationAlgorithm.empty() ? "SYMMETRIC_DEFAULT" : spec.destinationAlgorithm;
    parts.rate = rates->of(endpoint, region, keyType, reencrypt::ceilingOf(spec, services.isVault));
    return parts;
}

} // namespace keyturn::ui
