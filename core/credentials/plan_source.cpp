// SPDX-License-Identifier: Apache-2.0
#include "credentials/plan_source.h"

#include "credentials/answer_slot.h"
#include "credentials/process_credentials.h"
#include "credentials/refreshing_credentials.h"
#include "credentials/sso_login.h"
#include "credentials/sts.h"

#include "base/atomic_file.h"
#include "base/text.h"

namespace keyturn::credentials {

namespace {

constexpr int maxMfaAttempts = 3;
constexpr int maxServiceAttempts = 3;
constexpr std::size_t maxTokenFileBytes = 64 * 1024;

/// Really waits.
Status waitFor(std::chrono::milliseconds time, const CancelToken &cancel) {
    AnswerSlot<bool> slot;
    const auto unanswered = slot.callback(); // answers by being dropped, which is after the wait
    auto ended = slot.wait(cancel, time);
    return cancel.isCancelled() ? Status(fail(ErrorCode::Cancelled, "the wait was stopped")) : Status();
}

bool isTransient(const Error &error) {
    return error.retryable || error.code == ErrorCode::ConnectionFailed || error.code == ErrorCode::TimedOut;
}

bool isMfaCode(std::string_view code) {
    return code.size() == 6 && code.find_first_not_of("0123456789") == std::string_view::npos;
}

/// STS has no code of its own for a wrong MFA code.
bool refusesMfaCode(const Error &error) {
    return error.code == ErrorCode::AccessDenied &&
           error.serviceMessage.find("MultiFactorAuthentication") != std::string::npos;
}

/// Carries plans out, on the thread of one source.
class Fetcher {
public:
    explicit Fetcher(CredentialPorts ports)
        : m_ports(std::move(ports))
        , m_sessions(m_ports.cache) {}

    Result<Credentials> fetch(const CredentialPlan &plan, FetchReason reason, const CancelToken &cancel) {
        m_reason = reason;
        m_cancel = cancel;
        m_sessions.beginFetch();
        return fetch(plan);
    }

private:
    Timestamp now() const { return m_ports.clock->now(); }

    Result<Credentials> fetch(const CredentialPlan &plan) {
        const bool asksService = !std::holds_alternative<StaticKeys>(plan.way) &&
                                 !std::holds_alternative<ProcessCredentials>(plan.way);
        if (asksService && !m_ports.http) {
            return fail(ErrorCode::NoCredentials, "the credentials from " + plan.source +
                                                      " are given by a service, which cannot be asked here");
        }
        auto got = std::visit([&](const auto &way) { return fetchBy(way, plan); }, plan.way);
        if (got) {
            got->source = plan.source;
            return got;
        }
        Error &error = got.error();
        if (error.code != ErrorCode::Cancelled && error.detail.find(plan.source) == std::string::npos) {
            error.detail += (error.detail.empty() ? "the credentials were to come from "
                                                  : "; the credentials were to come from ") +
                            plan.source;
        }
        return got;
    }

    Result<Credentials> fetchBy(const StaticKeys &keys, const CredentialPlan &plan) {
        const Credentials &given = keys.credentials;
        if (given.expiration && *given.expiration <= now()) {
            return fail(ErrorCode::ExpiredToken, "the credentials from " + plan.source + " expired at " +
                                                     formatIso8601(*given.expiration));
        }
        return Credentials{given.accessKeyId, given.secretKey.clone(), given.sessionToken.clone(),
                           given.expiration, given.source};
    }

    Result<Credentials> fetchBy(const ProcessCredentials &process, const CredentialPlan &plan) {
        if (process.needsApproval) {
            if (auto approved = approve(process.command, plan); !approved) {
                return failFrom(approved);
            }
        }
        return runCredentialProcess(process.command, {.timeout = m_ports.processTimeout}, now(), m_cancel);
    }

    Status approve(const std::string &command, const CredentialPlan &plan) {
        const std::string digest = commandDigest(command);
        if (m_ports.approvals) {
            auto known = m_ports.approvals->isApproved(digest);
            if (!known || *known) {
                return known ? Status() : Status(failFrom(known));
            }
        }
        auto arguments = splitCommand(command);
        if (!arguments) {
            return failFrom(arguments);
        }
        const std::string notAccepted = "the program that gives the credentials of profile " + plan.profile +
                                        " was not accepted: the profile was shared or imported, and its "
                                        "exact command has to be accepted once";
        if (!m_ports.prompts) {
            return fail(ErrorCode::Configuration, notAccepted + "; nobody can be asked here");
        }
        AnswerSlot<bool> slot;
        m_ports.prompts->askCommandApproval({plan.profile, command, std::move(*arguments), digest}, m_cancel,
                                            slot.callback());
        auto yes = slot.wait(m_cancel);
        if (!yes) {
            return failFrom(yes);
        }
        if (!*yes) {
            return fail(ErrorCode::Configuration, notAccepted);
        }
        return m_ports.approvals ? m_ports.approvals->approve(digest) : Status();
    }

    Result<Credentials> fetchBy(const AssumedRole &role, const CredentialPlan &plan) {
        const std::string key = sessionKey(plan);
        if (m_reason != FetchReason::Refused) {
            if (auto cached = m_sessions.loadCredentials(key, now(), advisoryRenewal, m_cancel)) {
                return std::move(*cached);
            }
        }
        auto base = fetch(*role.base);
        if (!base) {
            return base;
        }
        AssumeRoleCall call{role.roleArn, sessionName(role.sessionName), role.externalId, role.mfaSerial,
                            {},           role.durationSeconds};
        auto assumed =
            role.mfaSerial.empty()
                ? patiently([&] { return assumeRole(*m_ports.http, role.sts, call, *base, now(), m_cancel); })
                : assumeWithMfa(role, plan, call, *base);
        if (assumed) {
            m_sessions.saveCredentials(key, *assumed, m_cancel);
        }
        return assumed;
    }

    /// A code is sent once: a new question is better than a code that is sent twice.
    Result<Credentials> assumeWithMfa(const AssumedRole &role, const CredentialPlan &plan,
                                      AssumeRoleCall &call, const Credentials &base) {
        if (!m_ports.prompts) {
            return fail(ErrorCode::NoCredentials, "role " + role.roleArn + " of profile " + plan.profile +
                                                      " needs an MFA code, and nobody can be asked here");
        }
        std::string lastAnswer;
        for (int attempt = 1;; ++attempt) {
            AnswerSlot<SecretText> slot;
            m_ports.prompts->askMfaCode({plan.profile, role.mfaSerial, role.roleArn, attempt, lastAnswer},
                                        m_cancel, slot.callback());
            auto code = slot.wait(m_cancel);
            if (!code) {
                return failFrom(code);
            }
            call.mfaCode = SecretText();
            call.mfaCode.append(trimmed(code->view()));
            Result<Credentials> assumed = fail(ErrorCode::Usage, "an MFA code has six digits");
            if (isMfaCode(call.mfaCode.view())) {
                assumed = assumeRole(*m_ports.http, role.sts, call, base, now(), m_cancel);
            }
            const bool wrong =
                !assumed && (assumed.error().code == ErrorCode::Usage || refusesMfaCode(assumed.error()));
            if (!wrong || attempt == maxMfaAttempts) {
                return assumed;
            }
            lastAnswer = assumed.error().code == ErrorCode::Usage
                             ? assumed.error().detail
                             : std::string("the code was not accepted: wait for the next one");
        }
    }

    Result<Credentials> fetchBy(const WebIdentityRole &role, const CredentialPlan &plan) {
        const std::string key = sessionKey(plan);
        if (m_reason != FetchReason::Refused) {
            if (auto cached = m_sessions.loadCredentials(key, now(), advisoryRenewal, m_cancel)) {
                return std::move(*cached);
            }
        }
        auto token = readSecretFile(role.tokenFile, maxTokenFileBytes);
        if (!token) {
            return failFrom(token);
        }
        const SecretBytes bare = SecretBytes::copyOf(trimmed(token->text()));
        auto assumed = patiently([&] {
            return assumeRoleWithWebIdentity(*m_ports.http, role.sts, role.roleArn,
                                             sessionName(role.sessionName), bare, m_cancel);
        });
        if (assumed) {
            m_sessions.saveCredentials(key, *assumed, m_cancel);
        }
        return assumed;
    }

    Result<Credentials> fetchBy(const SsoRole &role, const CredentialPlan &plan) {
        SsoLogin login(plan, m_ports, m_sessions, m_cancel);
        for (bool rejected = false;; rejected = true) {
            auto token = login.token(rejected);
            if (!token) {
                return failFrom(token);
            }
            auto got = patiently([&] {
                return getRoleCredentials(*m_ports.http, role.portal, *token, role.accountId, role.roleName,
                                          m_cancel);
            });
            const bool unauthorized = !got && got.error().httpStatus == 401;
            if (got || !unauthorized || rejected) {
                return got;
            }
        }
    }

    /// Tries again after faults that pass, waiting in between.
    template <class Act>
    Result<Credentials> patiently(Act act) {
        for (int attempt = 1;; ++attempt) {
            Result<Credentials> got = act();
            if (got || attempt == maxServiceAttempts || !isTransient(got.error())) {
                if (!got) {
                    got.error().attempts = attempt;
                }
                return got;
            }
            if (auto waited = m_ports.pause(std::chrono::seconds(attempt), m_cancel); !waited) {
                return failFrom(waited);
            }
        }
    }

    std::string sessionName(const std::string &given) const {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now().time_since_epoch()).count();
        return given.empty() ? "keyturn-session-" + std::to_string(seconds) : given;
    }

    const CredentialPorts m_ports;
    SessionStore m_sessions;
    FetchReason m_reason = FetchReason::First;
    CancelToken m_cancel;
};

} // namespace

std::shared_ptr<CredentialsSource> sourceFor(CredentialPlan plan, CredentialPorts ports) {
    if (auto *keys = std::get_if<StaticKeys>(&plan.way)) {
        return fixedCredentials(std::move(keys->credentials));
    }
    if (!ports.pause) {
        ports.pause = waitFor;
    }
    const std::shared_ptr<const Clock> clock = ports.clock;
    std::string source = plan.source;
    return refreshingCredentials(
        [plan = std::move(plan), fetcher = std::make_unique<Fetcher>(std::move(ports))](
            FetchReason reason, const CancelToken &cancel) { return fetcher->fetch(plan, reason, cancel); },
        std::move(source), clock);
}

void forgetSessions(const CredentialPlan &plan, SessionCache &cache) {
    if (const std::string key = sessionKey(plan); !key.empty()) {
        cache.forget(key);
    }
    if (const auto *role = std::get_if<AssumedRole>(&plan.way)) {
        forgetSessions(*role->base, cache);
    }
}

} // namespace keyturn::credentials
