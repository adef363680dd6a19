// SPDX-License-Identifier: Apache-2.0
// What a job would do, and whether it may: nothing is written, and of the service only asked what changes
// nothing there.
#include "inspect/inspect.h"
#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/operations/describe_key.h"
#include "reencrypt/plan_findings.h"
#include "reencrypt/runner_impl.h"

#include <algorithm>
#include <chrono>

namespace keyturn::reencrypt {
namespace {

std::string said(const Error &error) {
    const std::string title = kms::describe(error).title;
    return error.serviceMessage.empty() ? title : title + " (" + error.serviceMessage + ")";
}

void find(Plan &plan, Finding::Weight weight, std::string text) {
    plan.findings.push_back({weight, std::move(text)});
}

/// The destination key is there, enabled, and encrypts.
Status lookAtDestination(const JobSpec &spec, const JobParts &parts, const CancelToken &cancel, Plan &plan) {
    kms::KmsService &service =
        parts.services.destination ? *parts.services.destination : *parts.services.service;
    const auto capabilities = service.capabilities();
    const auto &reEncrypt = capabilities.of(kms::OperationId::ReEncrypt);
    if (!reEncrypt.available && !parts.services.destination) {
        find(plan, Finding::Weight::Blocks, "The service has no ReEncrypt: " + reEncrypt.reason);
    }
    kms::DescribeKey::Request request;
    request.keyId = spec.destinationKey;
    kms::CallContext context;
    context.cancel = cancel;
    auto reply = kms::callAndWait<kms::DescribeKey>(service, std::move(request), std::move(context));
    if (!reply) {
        const Error &error = reply.error();
        if (stopsTheJob(error) && error.code != ErrorCode::UnsupportedOperation &&
            error.code != ErrorCode::UnknownOperation) {
            return failFrom(reply);
        }
        const bool blocks = error.code == ErrorCode::NotFound || error.code == ErrorCode::InvalidArn;
        find(plan, blocks ? Finding::Weight::Blocks : Finding::Weight::Warning,
             "The destination key could not be looked at: " + said(error) + ".");
        return {};
    }
    if (!reply->keyMetadata) {
        return {};
    }
    const auto &key = *reply->keyMetadata;
    if (key.keyState && !(*key.keyState == kms::KeyState::Enabled)) {
        find(plan, Finding::Weight::Blocks,
             "The destination key is not enabled (" + std::string(key.keyState->text()) +
                 "). Enable it, or choose another.");
    }
    if (key.keyUsage && !(*key.keyUsage == kms::KeyUsageType::ENCRYPT_DECRYPT)) {
        find(plan, Finding::Weight::Blocks,
             "The destination key is no key for encryption (" + std::string(key.keyUsage->text()) +
                 "). Choose another.");
    }
    return {};
}

/// One check for each source key: what refuses it counts more than what allows it.
void addPermission(Plan &plan, const ItemRecord &record, const MoveResult &result) {
    const std::string key = result.sourceKey.empty() ? record.sourceKey : result.sourceKey;
    PermissionCheck check{key, result.state != ItemState::Failed, result.state == ItemState::Applied, {}};
    if (!check.allowed) {
        check.message = said(result.error);
        const bool refused = result.cause == Cause::Refused || result.cause == Cause::KeyUnusable;
        find(plan, refused ? Finding::Weight::Blocks : Finding::Weight::Warning,
             (record.place.unit.empty() ? std::string() : record.place.unit + ": ") +
                 std::string(sentence(result.cause)) + " " + check.message + ".");
    }
    const auto known = std::find_if(plan.permissions.begin(), plan.permissions.end(),
                                    [&](const PermissionCheck &each) { return each.sourceKey == key; });
    if (known == plan.permissions.end()) {
        plan.permissions.push_back(std::move(check));
    } else if (known->allowed && !check.allowed) {
        *known = std::move(check);
    }
}

} // namespace

Result<Plan> JobRunner::plan(const CancelToken &cancel) {
    Impl &impl = *m_impl;
    auto made = impl.bench(&impl.m_progress);
    if (!made) {
        return failFrom(made);
    }
    Plan plan;
    auto survey = made->lane->survey(0, cancel);
    if (!survey) {
        return failFrom(survey);
    }
    plan.survey = std::move(*survey);
    if (auto looked = lookAtDestination(impl.m_spec, impl.m_parts, cancel, plan); !looked) {
        return failFrom(looked);
    }
    const auto begun = impl.m_parts.clock->steadyNow();
    const std::uint64_t callsBefore = made->mover->calls();
    if (plan.mayRun() && !plan.survey.samples.empty()) { // else every answer would say the same
        auto rehearsed = made->mover->rehearse(plan.survey.samples, cancel);
        if (!rehearsed) {
            return failFrom(rehearsed);
        }
        for (std::size_t index = 0; index < rehearsed->size(); ++index) {
            addPermission(plan, plan.survey.sampleRecords[index], (*rehearsed)[index]);
        }
    }
    const std::chrono::duration<double> passed = impl.m_parts.clock->steadyNow() - begun;
    // Calls went side by side: what passed is that of so many one after another.
    const std::uint64_t calls = made->mover->calls() - callsBefore;
    const std::uint64_t sideBySide = std::max(1U, impl.m_spec.safety.inFlight);
    const auto rounds = static_cast<double>((calls + sideBySide - 1) / sideBySide);
    estimate(plan, impl.m_spec, impl.m_parts, calls > 0 ? passed.count() / rounds : 0);
    addFindings(plan, impl.m_spec, impl.m_parts);
    impl.m_progress.end();
    return plan;
}

Result<std::vector<PreviewItem>> JobRunner::preview(std::uint64_t itemsMax, const CancelToken &cancel) {
    auto made = m_impl->bench(&m_impl->m_progress);
    if (!made) {
        return failFrom(made);
    }
    auto survey = made->lane->survey(itemsMax, cancel);
    if (!survey) {
        return failFrom(survey);
    }
    std::vector<PreviewItem> items;
    for (std::size_t index = 0; index < survey->samples.size() && items.size() < itemsMax; ++index) {
        const MoveRequest &sample = survey->samples[index];
        const inspect::Inspection seen = inspect::inspect(sample.ciphertext);
        PreviewItem item;
        item.record = survey->sampleRecords[index];
        item.kind = inspect::title(seen.kind);
        item.key = sample.keyHint.empty() ? seen.sourceKey : sample.keyHint;
        item.certainty = inspect::wireName(seen.certainty);
        item.context = sample.context;
        item.ciphertextBytes = sample.ciphertext.size();
        items.push_back(std::move(item));
    }
    for (std::size_t index = 0; index < survey->faults.size() && items.size() < itemsMax; ++index) {
        PreviewItem item;
        item.record = survey->faults[index];
        items.push_back(std::move(item));
    }
    std::stable_sort(items.begin(), items.end(), [](const PreviewItem &a, const PreviewItem &b) {
        return a.record.place.unit == b.record.place.unit && a.record.place.line < b.record.place.line;
    });
    return items;
}

} // namespace keyturn::reencrypt
