// SPDX-License-Identifier: Apache-2.0
#include "workspace/connection_probe.h"

#include "kms/call.h"
#include "kms/open_enum.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"

#include <array>

namespace keyturn::workspace {
namespace {

using kms::FieldKind;
using kms::OperationId;

constexpr std::chrono::seconds callLimit{15};
constexpr std::string_view noSuchValue = "KEYTURN_PROBE";

bool namesSomething(const kms::Field &field) {
    return field.kind == FieldKind::Text && field.required &&
           (field.idForms != kms::IdForm::None || field.name.ends_with("Name") || field.name.ends_with("Id"));
}

void makeEmpty(const kms::OperationInfo &info, kms::AnyRequest &request, std::string_view member) {
    if (const kms::Field *field = kms::findField(info.request, member)) {
        static_cast<void>(field->access->make(request.object()));
    }
}

void makeUnknown(const kms::OperationInfo &info, kms::AnyRequest &request, std::string_view member) {
    if (const kms::Field *field = kms::findField(info.request, member)) {
        auto *value = static_cast<kms::OpenEnum *>(field->access->make(request.object()));
        value->setText(field->enumeration(), noSuchValue);
    }
}

/// Every required text and blob is there and empty; the rest is missing. True when one of them names what the
/// operation would act on.
bool leaveNamesEmpty(const kms::OperationInfo &info, kms::AnyRequest &request) {
    bool names = false;
    for (const kms::Field &field : info.request) {
        if (field.required && (field.kind == FieldKind::Text || field.kind == FieldKind::Blob)) {
            static_cast<void>(field.access->make(request.object()));
        }
        names = names || namesSomething(field);
    }
    return names;
}

/// A read aimed at a real key; nothing where the operation takes none.
bool aimAt(const kms::OperationInfo &info, kms::AnyRequest &request, const std::string &key) {
    const kms::Field *field = kms::findField(info.request, "KeyId");
    if (field == nullptr || !field->required || key.empty()) {
        return false;
    }
    for (const kms::Field &other : info.request) {
        if (other.required && other.name != "KeyId") {
            return false;
        }
    }
    *static_cast<std::string *>(field->access->make(request.object())) = key;
    return true;
}

bool needsNothing(const kms::OperationInfo &info) {
    for (const kms::Field &field : info.request) {
        if (field.required) {
            return false;
        }
    }
    return true;
}

bool saysNotImplemented(const Error &error) {
    return error.code == ErrorCode::UnknownOperation || error.httpStatus == 501 ||
           error.serviceCode.find("NotImplemented") != std::string::npos ||
           error.serviceMessage.find("not implemented") != std::string::npos ||
           error.serviceMessage.find("not yet implemented") != std::string::npos ||
           error.serviceMessage.find("not yet been implemented") != std::string::npos;
}

bool isRefusal(ErrorCode code) {
    return code == ErrorCode::AccessDenied || code == ErrorCode::NotAuthorized;
}

} // namespace

kms::AnyRequest harmlessRequest(OperationId id, bool checksInput) {
    const kms::OperationInfo &info = kms::operationInfo(id);
    kms::AnyRequest request = info.makeRequest();
    if (id == OperationId::CreateCustomKeyStore && !checksInput) {
        return {}; // its name is that of something new
    }
    if (leaveNamesEmpty(info, request)) {
        return request;
    }
    switch (id) {
    case OperationId::ListKeys:
    case OperationId::ListAliases:
        return request;
    case OperationId::Decrypt:
        makeEmpty(info, request, "CiphertextBlob");
        return request;
    case OperationId::ReEncrypt:
        makeEmpty(info, request, "CiphertextBlob");
        makeEmpty(info, request, "DestinationKeyId");
        return request;
    case OperationId::RetireGrant:
        makeEmpty(info, request, "GrantToken");
        return request;
    case OperationId::GenerateRandom:
        makeEmpty(info, request, "NumberOfBytes"); // 0
        return request;
    case OperationId::CreateKey:
        if (!checksInput) {
            return {};
        }
        makeUnknown(info, request, "KeySpec");
        makeUnknown(info, request, "KeyUsage");
        makeUnknown(info, request, "Origin");
        return request;
    default:
        // A read that needs nothing does no harm; nothing else is sent unnamed.
        return info.effect == kms::Effect::Reads ? std::move(request) : kms::AnyRequest();
    }
}

OperationProbe judge(const kms::OperationInfo &info, const Result<kms::AnyReply> &answer,
                     const std::string &keyAimedAt) {
    if (answer) {
        return {ProbeState::Present, {}};
    }
    const Error &error = answer.error();
    const std::string name(info.name);
    const bool unsupported = error.code == ErrorCode::UnsupportedOperation && keyAimedAt.empty();
    if (saysNotImplemented(error) || unsupported) {
        return {ProbeState::Absent, "this endpoint has no " + name + "."};
    }
    if (isRefusal(error.code)) {
        return keyAimedAt.empty()
                   ? OperationProbe{ProbeState::Refused, "these credentials may not call " + name + "."}
                   : OperationProbe{ProbeState::Present,
                                    "Refused on the key " + keyAimedAt + "; it may be allowed on others."};
    }
    if (error.serviceCode.empty()) {
        return {ProbeState::NotTried, "No answer: " + error.detail};
    }
    if (error.code == ErrorCode::Throttling) {
        return {ProbeState::NotTried, "The service asked to slow down."};
    }
    return {ProbeState::Present, {}};
}

Result<kms::AnyReply> OperationsProbe::send(kms::AnyRequest request) const {
    kms::CallContext context;
    context.cancel = m_cancel;
    context.deadline = std::chrono::steady_clock::now() + callLimit;
    context.principal.program = "connection-test";
    return kms::submitAndWait(m_service, std::move(request), std::move(context));
}

OperationProbe OperationsProbe::ask(OperationId id, const ProbeKey &key) const {
    const kms::OperationInfo &info = kms::operationInfo(id);
    if (info.effect == kms::Effect::Reads) {
        kms::AnyRequest read = info.makeRequest();
        if (aimAt(info, read, key.id)) {
            return judge(info, send(std::move(read)), key.id);
        }
        if (needsNothing(info)) {
            return judge(info, send(std::move(read)), {});
        }
    }
    kms::AnyRequest request = harmlessRequest(id, m_checksInput);
    if (!request) {
        return {ProbeState::NotTried, "It cannot be asked for without the risk that it acts."};
    }
    return judge(info, send(std::move(request)), {});
}

void OperationsProbe::tryDryRun(const ProbeKey &key, ConnectionReport &report) const {
    if (!key.encrypts || report.honoursDryRun == false ||
        report.of(OperationId::Encrypt).state != ProbeState::Present) {
        return;
    }
    kms::Encrypt::Request encrypt;
    encrypt.keyId = key.id;
    encrypt.plaintext = SecretBytes::copyOf("k");
    encrypt.dryRun = true;
    const auto proof = send(kms::AnyRequest::of<kms::Encrypt>(std::move(encrypt)));
    const bool honoured = !proof && proof.error().code == ErrorCode::DryRunOperation;
    if (!honoured) {
        if (proof) {
            report.honoursDryRun = false;
        } else if (isRefusal(proof.error().code)) {
            report.of(OperationId::Encrypt) = judge(kms::operationInfo(OperationId::Encrypt), proof, key.id);
        }
        return;
    }
    report.honoursDryRun = true;
    kms::GenerateDataKeyWithoutPlaintext::Request wrapped;
    wrapped.keyId = key.id;
    wrapped.keySpec = kms::DataKeySpec::AES_256;
    wrapped.dryRun = true;
    kms::GenerateDataKey::Request plain;
    plain.keyId = key.id;
    plain.keySpec = kms::DataKeySpec::AES_256;
    plain.dryRun = true;
    std::array<kms::AnyRequest, 2> requests{
        kms::AnyRequest::of<kms::GenerateDataKeyWithoutPlaintext>(std::move(wrapped)),
        kms::AnyRequest::of<kms::GenerateDataKey>(std::move(plain))};
    for (kms::AnyRequest &request : requests) {
        const kms::OperationInfo &info = kms::operationInfo(request.operation());
        const auto answer = send(std::move(request));
        if (!answer && isRefusal(answer.error().code)) {
            report.of(info.id) = judge(info, answer, key.id);
        }
    }
}

void OperationsProbe::run(const ProbeKey &key, ConnectionReport &report) {
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        if (m_cancel.isCancelled()) {
            return;
        }
        const auto id = static_cast<OperationId>(i);
        report.of(id) = ask(id, key);
        m_changed();
    }
    tryDryRun(key, report);
}

} // namespace keyturn::workspace
