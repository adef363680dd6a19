// SPDX-License-Identifier: Apache-2.0
#include "fakes/loopback_kms_server.h"

#include "kms/call.h"
#include "kms/json.h"
#include "sigv4/verifier.h"

namespace keyturn::test {
namespace {

constexpr std::string_view targetPrefix = "TrentService.";

/// 400 whenever the client is at fault, as the live service answers; 500 and 503 when the service is.
int statusOf(ErrorCode code) {
    switch (code) {
    case ErrorCode::KMSInternal:
    case ErrorCode::KeyUnavailable:
    case ErrorCode::InternalFailure:
        return 500;
    case ErrorCode::DependencyTimeout:
    case ErrorCode::ServiceUnavailable:
        return 503;
    default:
        return 400;
    }
}

std::string wireName(const Error &error) {
    if (!error.serviceCode.empty()) {
        return error.serviceCode;
    }
    return std::string(errorCodeName(isServiceCode(error.code) ? error.code : ErrorCode::InternalFailure));
}

std::string errorAnswer(const Error &error, const std::string &requestId) {
    const std::string name = wireName(error);
    SecretText body;
    body.append("{\"__type\":");
    kms::appendJsonString(name, body);
    if (!error.serviceMessage.empty()) {
        body.append(",\"message\":");
        kms::appendJsonString(error.serviceMessage, body);
    }
    body.append("}");
    const bool ours = error.serviceCode.empty() && !isServiceCode(error.code);
    return httpAnswer(ours ? 500 : statusOf(error.code), body.view(),
                      {{"x-amzn-RequestId", requestId}, {"x-amzn-ErrorType", name}});
}

} // namespace

LoopbackKmsServer::LoopbackKmsServer(kms::KmsService &service, LoopbackOptions options)
    : m_service(service)
    , m_options(std::move(options))
    , m_secretKey(SecretBytes::copyOf(m_options.secretKey))
    , m_peer(answerAll([this](const PeerRequest &request) { return answer(request); })) {}

Status LoopbackKmsServer::authenticate(const PeerRequest &request) const {
    std::vector<sigv4::HeaderView> headers;
    for (const auto &[name, value] : request.headers) {
        headers.push_back({name, value});
    }
    const sigv4::RequestView view{request.method, request.target, {}, headers, asBytes(request.body)};
    const sigv4::VerifierOptions options{"kms", m_options.region, m_options.clock->now()};
    const auto verified = sigv4::verify(view, options, [this](std::string_view accessKeyId) {
        return accessKeyId == m_options.accessKeyId ? &m_secretKey : nullptr;
    });
    return verified ? Status() : Status(fail(verified.error()));
}

Result<kms::AnyRequest> LoopbackKmsServer::decode(const PeerRequest &request) const {
    const std::string target = request.header("x-amz-target");
    const kms::OperationInfo *operation =
        target.starts_with(targetPrefix) ? kms::findOperation(target.substr(targetPrefix.size())) : nullptr;
    if (request.method != "POST" || request.target != "/" || operation == nullptr) {
        return fail(serviceError(ErrorCode::UnknownOperation, {}, ErrorOrigin::Service));
    }
    kms::AnyRequest decoded = operation->makeRequest();
    if (auto read = kms::readJson(request.body, operation->request, decoded.object()); !read) {
        return fail(serviceError(ErrorCode::Serialization, {}, ErrorOrigin::Service));
    }
    return decoded;
}

std::string LoopbackKmsServer::answer(const PeerRequest &request) {
    const std::string requestId = "loopback-" + std::to_string(++m_requests);
    if (auto authentic = authenticate(request); !authentic) {
        return errorAnswer(authentic.error(), requestId);
    }
    auto decoded = decode(request);
    if (!decoded) {
        return errorAnswer(decoded.error(), requestId);
    }
    const auto &operation = kms::operationInfo(decoded->operation());
    const auto reply = kms::submitAndWait(m_service, std::move(*decoded), {.requestId = requestId});
    if (!reply) {
        return errorAnswer(reply.error(), requestId);
    }
    const std::vector<std::pair<std::string, std::string>> headers{{"x-amzn-RequestId", requestId}};
    if (operation.reply.empty()) {
        return httpAnswer(200, "", headers);
    }
    const SecretText body = kms::writeJson(operation.reply, reply->object());
    return httpAnswer(200, body.view(), headers);
}

} // namespace keyturn::test
