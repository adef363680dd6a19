// SPDX-License-Identifier: Apache-2.0
#include "remote/endpoint_knowledge.h"

#include "remote/request_facts.h"

#include "kms/identifier.h"

#include <algorithm>

namespace keyturn::remote {

namespace {

/// Said as a service says it, so that window and terminal show the sentence.
Error notHere(std::string message) {
    return serviceError(ErrorCode::UnsupportedOperation, std::move(message), ErrorOrigin::Client);
}

/// QKMS demands an id or an ARN in these two.
const kms::Field *aliasInReEncrypt(const kms::AnyRequest &request) {
    const kms::OperationInfo &operation = kms::operationInfo(request.operation());
    if (operation.name != "ReEncrypt") {
        return nullptr;
    }
    for (const std::string_view name : {"SourceKeyId", "DestinationKeyId"}) {
        const std::string *text = textOf(operation.request, request.object(), name);
        if (text != nullptr && kms::parseKeyIdentifier(*text).isAlias()) {
            return kms::findField(operation.request, name);
        }
    }
    return nullptr;
}

/// QKMS demands what AWS has a default for.
void addPolicyName(kms::AnyRequest &request) {
    const kms::OperationInfo &operation = kms::operationInfo(request.operation());
    const kms::Field *field =
        operation.name == "PutKeyPolicy" ? kms::findField(operation.request, "PolicyName") : nullptr;
    if (field != nullptr && field->access->get(request.object()) == nullptr) {
        *static_cast<std::string *>(field->access->make(request.object())) = "default";
    }
}

/// Of the two operations that end a grant: what names it.
std::string endedGrant(const kms::OperationInfo &operation, const kms::AnyRequest &request) {
    if (operation.name != "RetireGrant" && operation.name != "RevokeGrant") {
        return {};
    }
    const std::string *id = textOf(operation.request, request.object(), "GrantId");
    const std::string *token = textOf(operation.request, request.object(), "GrantToken");
    return id != nullptr ? *id : token != nullptr ? *token : std::string();
}

bool differs(const ConnectionFacts &a, const ConnectionFacts &b) {
    constexpr std::chrono::seconds jitter{2}; // a Date has whole seconds
    const bool skew = a.clockSkew.has_value() != b.clockSkew.has_value() ||
                      (a.clockSkew && std::chrono::abs(*a.clockSkew - *b.clockSkew) > jitter);
    return skew || a.tlsProtocol != b.tlsProtocol || a.certificateExpires != b.certificateExpires ||
           a.credentialSource != b.credentialSource || a.serverKind != b.serverKind;
}

} // namespace

EndpointKnowledge::EndpointKnowledge(kms::Capabilities capabilities, ServerKind kind, bool kindIsGiven,
                                     bool hostOfAws, std::shared_ptr<const Clock> clock,
                                     UniqueFunction<void()> changed)
    : m_capabilities(std::move(capabilities))
    , m_changes(std::move(clock))
    , m_kindIsGiven(kindIsGiven)
    , m_hostOfAws(hostOfAws)
    , m_changed(std::move(changed)) {
    m_facts.serverKind = kind;
}

Status EndpointKnowledge::checkDialect(const kms::AnyRequest &request) const {
    if (m_facts.serverKind != ServerKind::Qkms) {
        return {};
    }
    if (const kms::Field *field = aliasInReEncrypt(request)) {
        return fail(ErrorCode::Usage, std::string(field->name) +
                                          " is an alias, which QKMS does not take there: name the key by its "
                                          "id or ARN");
    }
    return {};
}

Status EndpointKnowledge::checkDryRun(RequestNotes &notes, const kms::AnyRequest &request) const {
    if (!notes.dryRun) {
        return {};
    }
    if (!m_capabilities.dryRun) {
        return fail(notHere(m_facts.dryRun == DryRunSupport::Ignored
                                ? "This endpoint ignores DryRun and would carry the request out, so it was "
                                  "not sent."
                                : "This endpoint has no DryRun, so the request was not sent."));
    }
    notes.needsProof =
        changesSomething(*notes.operation) && m_facts.dryRun != DryRunSupport::Honoured && !m_hostOfAws;
    if (notes.needsProof) {
        const std::string *key = textOf(notes.operation->request, request.object(), "KeyId");
        notes.keyForProof = key != nullptr ? *key : std::string();
    }
    return {};
}

Result<RequestNotes> EndpointKnowledge::prepare(kms::AnyRequest &request) {
    RequestNotes notes;
    notes.operation = &kms::operationInfo(request.operation());
    notes.dryRun = isDryRun(request);
    notes.names = namesIn(notes.operation->request, request.object());
    notes.endedGrant = endedGrant(*notes.operation, request);
    const std::lock_guard lock(m_mutex);
    if (const kms::Availability &known = m_capabilities.of(request.operation()); !known.available) {
        return fail(notHere(known.reason));
    }
    if (auto good = checkDryRun(notes, request); !good) {
        return failFrom(good);
    }
    if (auto good = checkDialect(request); !good) {
        return failFrom(good);
    }
    if (m_facts.serverKind == ServerKind::Qkms) {
        addPolicyName(request);
    }
    notes.addedTokens = m_changes.grantTokens(notes.names);
    addGrantTokens(request, notes.addedTokens);
    return notes;
}

Result<kms::AnyReply> EndpointKnowledge::dryRunIgnored(const RequestNotes &notes) {
    {
        const std::lock_guard lock(m_mutex);
        m_facts.dryRun = DryRunSupport::Ignored;
        m_capabilities.dryRun = false;
    }
    tellChange();
    std::string done = changesSomething(*notes.operation) ? "it has carried the request out: look at the key"
                                                          : "its answer was thrown away";
    return fail(notHere("This endpoint ignores DryRun: it answered as if none had been asked for, and " +
                        done + "."));
}

void EndpointKnowledge::noteChange(const RequestNotes &notes, const kms::AnyReply &reply) {
    std::vector<std::string> names = notes.names;
    for (std::string &name : namesIn(notes.operation->reply, reply.object())) {
        names.push_back(std::move(name));
    }
    const std::lock_guard lock(m_mutex);
    m_changes.note(notes.operation->name, names);
    if (!notes.endedGrant.empty()) {
        m_changes.forgetGrant(notes.endedGrant);
    }
    if (const std::string *token = textOf(notes.operation->reply, reply.object(), "GrantToken")) {
        const std::string *id = textOf(notes.operation->reply, reply.object(), "GrantId");
        m_changes.noteGrant(names, id != nullptr ? *id : std::string(), *token);
    }
}

/// True when something new is known.
bool EndpointKnowledge::learn(const RequestNotes &notes, const Error &error) {
    if (error.code == ErrorCode::DryRunOperation && notes.dryRun) {
        return std::exchange(m_facts.dryRun, DryRunSupport::Honoured) != DryRunSupport::Honoured;
    }
    if (error.code == ErrorCode::UnknownOperation && m_capabilities.of(notes.operation->id).available) {
        m_capabilities.withdraw(notes.operation->id, "The endpoint answered that it has no " +
                                                         std::string(notes.operation->name) + ".");
        return true;
    }
    return false;
}

Result<kms::AnyReply> EndpointKnowledge::examine(const RequestNotes &notes, Result<kms::AnyReply> reply) {
    if (!reply) {
        bool news = false;
        {
            const std::lock_guard lock(m_mutex);
            Error &error = reply.error();
            news = error.origin == ErrorOrigin::Service && learn(notes, error);
            if (error.code == ErrorCode::InvalidGrantToken && !notes.addedTokens.empty()) {
                // Somebody else has ended the grant: the next attempt goes without.
                std::for_each(notes.addedTokens.begin(), notes.addedTokens.end(),
                              [this](const std::string &token) { m_changes.forgetGrant(token); });
                error.retryable = true;
            }
            if (auto excuse = m_changes.excuse(notes.names, error.code)) {
                error.detail = error.detail.empty() ? std::move(*excuse) : error.detail + "; " + *excuse;
                error.retryable = true;
            }
        }
        if (news) {
            tellChange();
        }
        return reply;
    }
    if (notes.dryRun) {
        return dryRunIgnored(notes);
    }
    fillMissingMembers(*notes.operation, *reply);
    if (changesSomething(*notes.operation)) {
        noteChange(notes, *reply);
    }
    return reply;
}

void EndpointKnowledge::noteAttempt(bool isRetry) {
    const std::lock_guard lock(m_mutex);
    ++m_facts.requestsSent;
    m_facts.retries += isRetry ? 1 : 0;
}

void EndpointKnowledge::noteArrival(const Arrival &arrival, bool throttled) {
    bool news = false;
    {
        const std::lock_guard lock(m_mutex);
        const ConnectionFacts before = m_facts;
        m_facts.throttled += throttled ? 1 : 0;
        m_facts.clockSkew = arrival.clockSkew ? arrival.clockSkew : m_facts.clockSkew;
        if (!arrival.sight.tlsProtocol.empty()) {
            m_facts.tlsProtocol = arrival.sight.tlsProtocol;
            m_facts.certificateSubject = arrival.sight.certificateSubject;
            m_facts.certificateExpires = arrival.sight.certificateExpires;
        }
        if (arrival.usedKeys) {
            m_facts.credentialSource = arrival.usedKeys->source;
        }
        if (!m_kindIsGiven && m_facts.serverKind == ServerKind::Unknown &&
            arrival.hint != ServerKind::Unknown) {
            m_facts.serverKind = arrival.hint;
            applyServerKind(arrival.hint, m_capabilities);
        }
        news = differs(before, m_facts);
    }
    if (news) {
        tellChange();
    }
}

void EndpointKnowledge::noteClockOffset(std::chrono::seconds offset) {
    {
        const std::lock_guard lock(m_mutex);
        m_facts.signingOffset = offset;
    }
    tellChange();
}

void EndpointKnowledge::noteAdaptiveRate(std::optional<double> rate) {
    const std::lock_guard lock(m_mutex);
    m_facts.adaptiveRate = rate;
}

void EndpointKnowledge::tellChange() {
    const std::lock_guard lock(m_tellMutex);
    if (m_changed) {
        m_changed();
    }
}

kms::Capabilities EndpointKnowledge::capabilities() const {
    const std::lock_guard lock(m_mutex);
    return m_capabilities;
}

ConnectionFacts EndpointKnowledge::facts() const {
    const std::lock_guard lock(m_mutex);
    return m_facts;
}

void EndpointKnowledge::setProxy(std::string text) {
    const std::lock_guard lock(m_mutex);
    m_facts.proxy = std::move(text);
}

std::optional<RecentChange> EndpointKnowledge::recentChange(std::string_view keyOrAlias) const {
    const std::lock_guard lock(m_mutex);
    return m_changes.of(nameWithoutArn(keyOrAlias));
}

} // namespace keyturn::remote
