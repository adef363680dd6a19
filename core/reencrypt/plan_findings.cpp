// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/plan_findings.h"

#include "reencrypt/mover_keys.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace keyturn::reencrypt {
namespace {

constexpr double usdPer10000Calls = 0.03;
constexpr double remoteSecondsPerCall = 0.02; ///< until one was measured
constexpr double vaultCallsPerSecond = 30'000;
constexpr std::uint64_t journalBytesPerItem = 200;

class Findings {
public:
    Findings(Plan &plan, const JobSpec &spec, const JobParts &parts)
        : m_plan(plan)
        , m_spec(spec)
        , m_parts(parts) {}

    void add() {
        counts();
        space();
        plaintext();
        binding();
        safety();
    }

private:
    using Weight = Finding::Weight;
    void say(bool holds, Weight weight, std::string text) {
        if (holds) {
            m_plan.findings.push_back({weight, std::move(text)});
        }
    }
    void counts();
    void space();
    void plaintext();
    void binding();
    void safety();

    Plan &m_plan;
    const JobSpec &m_spec;
    const JobParts &m_parts;
};

void Findings::counts() {
    const Survey &survey = m_plan.survey;
    for (const std::string &warning : survey.warnings) {
        say(true, Weight::Warning, warning);
    }
    say(survey.faultCount > 0, Weight::Warning,
        withCommas(survey.faultCount) + (survey.faultCount == 1
                                             ? " item cannot be moved as it stands; the plan lists it."
                                             : " items cannot be moved as they stand; the plan lists them."));
    say(m_spec.sourceKeys.empty(), Weight::Note,
        "No source-keys are listed: what is under any key that you may use is moved. List them to move only "
        "what is under these.");
}

void Findings::space() {
    const Survey &survey = m_plan.survey;
    if (isDatabase(m_spec.source.kind) || m_spec.safety.dryRun || survey.items == 0) {
        return;
    }
    const std::uint64_t files = m_spec.safety.backup ? survey.bytes : survey.largestFileBytes;
    const std::uint64_t needed = files + survey.items * journalBytesPerItem;
    say(survey.freeBytes < needed, Weight::Blocks,
        "Too little room beside the files: " + sizeText(needed) + " are needed (" +
            (m_spec.safety.backup ? "the old files stay until finalise" : "one new file at a time") + "), " +
            sizeText(survey.freeBytes) + " are free.");
}

void Findings::plaintext() {
    const bool isVault = m_parts.services.isVault;
    say(m_parts.services.destination != nullptr, Weight::Warning,
        "The move between two services goes through this machine (allow-client-plaintext): Decrypt there, "
        "Encrypt here, at most 4 KiB at a time in locked memory.");
    say(!isVault && m_spec.verification == Verification::Decrypt, Weight::Warning,
        "verify: decrypt brings plaintexts to this machine and needs kms:Decrypt on both keys.");
    say(!isVault && m_spec.verification == Verification::Reply, Weight::Note,
        "verify: reply checks what the service says and proves nothing; run verify before finalise.");
    say(!isVault && m_spec.verification == Verification::ReEncrypt, Weight::Note,
        "Each new ciphertext is proven by one more ReEncrypt under the destination key, which needs "
        "kms:ReEncryptFrom and kms:ReEncryptTo there. No plaintext leaves the service.");
}

void Findings::binding() {
    const bool drops =
        m_spec.destinationContext && m_spec.destinationContext->empty() && !m_spec.context.empty();
    say(drops, Weight::Warning,
        "The new ciphertexts have no encryption context (destination-context: {}): whoever holds one can "
        "have it decrypted without naming what it belongs to.");
    const bool stays = std::any_of(m_spec.sourceKeys.begin(), m_spec.sourceKeys.end(),
                                   [&](const auto &key) { return sameKey(key, m_spec.destinationKey); });
    say(stays, Weight::Note,
        "Source and destination are one key: only what is under an older key material, or under another "
        "context, is moved.");
}

void Findings::safety() {
    say(!m_spec.safety.backup, Weight::Warning,
        "safety.backup is off: nothing can be undone, file by file as the job goes on.");
    say(m_spec.safety.backup && m_spec.reason == "compromise", Weight::Warning,
        "Undo copies are still under the old key. Finalise when the job is verified, and do not forget "
        "backups elsewhere.");
    say(m_spec.safety.dryRun, Weight::Note, "This is a dry run: everything is called, nothing is written.");
}

} // namespace

void estimate(Plan &plan, const JobSpec &spec, const JobParts &parts, double secondsPerCall) {
    const std::uint64_t movable = plan.survey.items - std::min(plan.survey.items, plan.survey.faultCount);
    const bool isVault = parts.services.isVault;
    const std::uint64_t opens = parts.services.destination ? 2 : 1;
    const Verification level = isVault ? Verification::Decrypt : spec.verification;
    const std::uint64_t proofs = level == Verification::Reply       ? 0
                                 : level == Verification::ReEncrypt ? 1
                                 : opens == 2                       ? 1
                                                                    : 2;
    const std::uint64_t asks = spec.sourceKeys.empty() ? plan.survey.keys.size() : 0;
    plan.callsEstimated = movable * (opens + proofs) + asks;
    const double latency = secondsPerCall > 0 ? secondsPerCall : remoteSecondsPerCall;
    double perSecond = isVault ? vaultCallsPerSecond : spec.safety.inFlight / latency;
    const double ceiling = parts.rate ? parts.rate->facts().ceilingPerSecond : 0;
    perSecond = ceiling > 0 ? std::min(perSecond, ceiling) : perSecond;
    const double seconds = std::ceil(static_cast<double>(plan.callsEstimated) / std::max(perSecond, 0.001));
    plan.timeEstimated = std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, 1e9)));
    plan.costEstimatedUsd =
        isVault ? 0 : static_cast<double>(plan.callsEstimated) / 10'000 * usdPer10000Calls;
}

void addFindings(Plan &plan, const JobSpec &spec, const JobParts &parts) {
    Findings(plan, spec, parts).add();
}

std::string withCommas(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) {
        text.insert(at - 3, 1, ',');
    }
    return text;
}

std::string sizeText(std::uint64_t bytes) {
    constexpr std::array<const char *, 5> units{"KiB", "MiB", "GiB", "TiB", "PiB"};
    if (bytes < 1024) {
        return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    }
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %s", value, units[unit]);
    return text.data();
}

std::string durationText(std::chrono::seconds time) {
    const auto seconds = time.count();
    if (seconds < 1) {
        return "less than a second";
    }
    if (seconds < 120) {
        return std::to_string(seconds) + " s";
    }
    const auto minutes = (seconds + 30) / 60;
    if (minutes < 120) {
        return std::to_string(minutes) + " min";
    }
    const auto hours = minutes / 60;
    return hours < 72 ? std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min"
                      : std::to_string((hours + 12) / 24) + " days";
}

} // namespace keyturn::reencrypt
