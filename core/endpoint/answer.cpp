// SPDX-License-Identifier: Apache-2.0
#include "endpoint/answer.h"

#include "endpoint/request_rules.h"
#include "kms/json.h"

namespace keyturn::endpoint {

namespace {

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

std::string_view reasonOf(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 413:
        return "Payload Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Error";
    }
}

/// What AWS would say of a failure that it does not know; never the detail, which may name files.
Error asServiceError(const Error &error) {
    switch (error.code) {
    case ErrorCode::VaultLocked:
    case ErrorCode::Cancelled:
        return serviceError(ErrorCode::ServiceUnavailable, "The vault is locked.");
    case ErrorCode::TimedOut:
        return serviceError(ErrorCode::DependencyTimeout, "The request took too long.");
    case ErrorCode::VaultReadOnly:
    case ErrorCode::ReadOnly:
        return serviceError(ErrorCode::UnsupportedOperation, "The vault is open for reading only.");
    case ErrorCode::DiskFull:
        return serviceError(ErrorCode::KMSInternal, "The disk of the vault is full.");
    default:
        return serviceError(ErrorCode::KMSInternal, "The vault could not do this; its program knows more.");
    }
}

Answer failure(int status, std::string code, std::string_view message) {
    Answer answer{status, std::move(code), {}};
    answer.body.append("{\"__type\":");
    kms::appendJsonString(answer.outcome, answer.body);
    if (!message.empty()) {
        answer.body.append(",\"message\":");
        kms::appendJsonString(message, answer.body);
    }
    answer.body.append('}');
    return answer;
}

} // namespace

Answer answerOf(const kms::AnyReply &reply) {
    Answer answer{200, "Success", {}};
    const kms::OperationInfo &operation = kms::operationInfo(reply.operation());
    if (!operation.reply.empty()) {
        answer.body = kms::writeJson(operation.reply, reply.object());
    }
    return answer;
}

Answer answerOf(const Error &error) {
    if (error.serviceCode.empty() && !isServiceCode(error.code)) {
        return answerOf(asServiceError(error));
    }
    std::string name = error.serviceCode.empty() ? std::string(errorCodeName(error.code)) : error.serviceCode;
    return failure(statusOf(error.code), std::move(name), error.serviceMessage);
}

Answer answerOf(const Refusal &refusal) {
    return failure(refusal.status, refusal.code, refusal.message);
}

std::string answerHead(const Answer &answer, std::string_view requestId, std::string_view date,
                       bool keepAlive) {
    std::string head;
    head.reserve(320);
    head.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ");
    head.append(reasonOf(answer.status)).append("\r\nx-amzn-RequestId: ").append(requestId);
    head.append("\r\nContent-Type: ").append(jsonType).append("\r\nDate: ").append(date);
    head.append("\r\nContent-Length: ").append(std::to_string(answer.body.size()));
    if (answer.status != 200) {
        head.append("\r\nx-amzn-ErrorType: ").append(answer.outcome);
    }
    if (answer.status == 405) {
        head.append("\r\nAllow: POST");
    }
    if (!keepAlive) {
        head.append("\r\nConnection: close");
    }
    return head.append("\r\n\r\n");
}

} // namespace keyturn::endpoint
