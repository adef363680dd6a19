// SPDX-License-Identifier: Apache-2.0
#include "remote/http_answer.h"

#include "kms/json.h"

#include "base/text.h"

#include <QUrl>

namespace keyturn::remote {

namespace {

Error networkError(ErrorCode code, const HttpAnswer &answer, std::string detail) {
    Error error = clientError(code, std::move(detail), ErrorOrigin::Network);
    error.httpStatus = answer.status;
    error.requestId = answer.requestId;
    return error;
}

std::string statusText(const HttpAnswer &answer) {
    return "HTTP " + std::to_string(answer.status);
}

/// What it looks like, never what it says.
std::string looksOf(const HttpAnswer &answer) {
    const std::string_view body = trimmed(answer.body.view());
    const std::string type = toLowerAscii(answer.contentType);
    if (type.find("html") != std::string::npos || toLowerAscii(body.substr(0, 5)) == "<html" ||
        toLowerAscii(body.substr(0, 9)) == "<!doctype") {
        return "an HTML page";
    }
    if (body.empty()) {
        return "an empty body";
    }
    return body.front() == '<' ? "an XML document" : "something that is no KMS answer";
}

Error redirected(const HttpAnswer &answer) {
    const std::string host =
        QUrl(QString::fromStdString(answer.location)).host(QUrl::FullyEncoded).toStdString();
    return networkError(ErrorCode::Redirected, answer,
                        "the endpoint answered " + statusText(answer) + " and points to " +
                            (host.empty() ? std::string("another place") : "host " + host) +
                            "; redirects are never followed: correct the endpoint URL");
}

/// The service's own error, or what stands in its place.
Error failure(const HttpAnswer &answer) {
    auto body = kms::readErrorBody(answer.body.view());
    std::string code(kms::bareErrorCode(answer.errorType));
    if (code.empty() && body) {
        code = body->code;
    }
    if (code.empty()) {
        return networkError(ErrorCode::BadReply, answer,
                            "the endpoint answered " + statusText(answer) + " with " + looksOf(answer) +
                                " instead of a KMS error: is this a KMS endpoint, or a proxy before it?");
    }
    Error error = serviceError(errorCodeFromServiceName(code), body ? body->message : std::string(),
                               ErrorOrigin::Service);
    error.serviceCode = code;
    error.httpStatus = answer.status;
    error.requestId = answer.requestId;
    return error;
}

} // namespace

ServerKind looksLike(const HttpAnswer &answer) {
    constexpr std::size_t farEnough = 4096; // an ARN stands near the beginning
    if (answer.localStack) {
        return ServerKind::LocalStack;
    }
    if (toLowerAscii(answer.server).starts_with("keyturn")) {
        return ServerKind::Keyturn;
    }
    const bool verenc =
        answer.body.view().substr(0, farEnough).find("\"arn:verenc:") != std::string_view::npos;
    return verenc ? ServerKind::Qkms : ServerKind::Unknown;
}

Result<kms::AnyReply> decodeAnswer(const kms::OperationInfo &operation, const HttpAnswer &answer) {
    if (answer.status >= 300 && answer.status < 400) {
        return fail(redirected(answer));
    }
    const std::string encoding = toLowerAscii(trimmed(answer.contentEncoding));
    if (!encoding.empty() && encoding != "identity") {
        return fail(networkError(ErrorCode::BadReply, answer,
                                 "the endpoint sent a compressed answer although none was asked for"));
    }
    if (answer.status != 200) {
        return fail(failure(answer));
    }
    kms::AnyReply reply = operation.makeReply();
    auto read = kms::readJson(answer.body.view(), operation.reply, reply.object());
    if (!read) {
        const bool json = answer.body.view().starts_with('{');
        return fail(networkError(ErrorCode::BadReply, answer,
                                 json ? "the endpoint's answer is no valid reply: " + read.error().detail
                                      : "the endpoint answered " + statusText(answer) + " with " +
                                            looksOf(answer) + " instead of a reply"));
    }
    reply.setRequestId(answer.requestId);
    return reply;
}

} // namespace keyturn::remote
