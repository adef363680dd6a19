// SPDX-License-Identifier: Apache-2.0
#include "credentials/sts.h"

#include "credentials/http_target.h"
#include "credentials/service_reply.h"
#include "credentials/xml_reader.h"

#include "sigv4/signer.h"

#include <array>

namespace keyturn::credentials {

namespace {

constexpr std::string_view formType = "application/x-www-form-urlencoded; charset=utf-8";

SecretText form(std::string_view action) {
    SecretText out;
    appendFormField("Action", action, out);
    appendFormField("Version", "2011-06-15", out);
    return out;
}

HttpHeader header(std::string name, std::string_view value) {
    SecretText text;
    text.append(value);
    return {std::move(name), std::move(text)};
}

HttpRequest requestFor(const ServiceEndpoint &sts, SecretText body) {
    HttpRequest request;
    request.url = sts.url;
    request.headers.push_back(header("Content-Type", formType));
    request.body = std::move(body);
    return request;
}

Result<HttpRequest> signedRequest(const ServiceEndpoint &sts, SecretText body, const Credentials &keys,
                                  Timestamp now) {
    HttpRequest request = requestFor(sts, std::move(body));
    auto target = parseTarget(sts.url);
    if (!target) {
        return failFrom(target);
    }
    const std::array<sigv4::HeaderView, 2> headers = {
        {{"Content-Type", formType}, {"Host", target->hostHeader}}};
    const sigv4::RequestView view{"POST", target->path, target->query, headers, asBytes(request.body.view())};
    auto added = sigv4::signInHeaders(view, {keys.accessKeyId, keys.secretKey, keys.sessionToken},
                                      {.region = sts.signingRegion, .service = "sts", .time = now});
    if (!added) {
        return failFrom(added);
    }
    request.headers.push_back(header("X-Amz-Date", added->amzDate));
    if (!keys.sessionToken.empty()) {
        request.headers.push_back(header("X-Amz-Security-Token", keys.sessionToken.text()));
    }
    request.headers.push_back(header("Authorization", added->authorization));
    return request;
}

/// The leaves of a good answer, or the service's error.
Result<XmlLeaves> leavesOf(const std::string &operation, Result<HttpReply> &reply) {
    if (!reply) {
        reply.error().operation = operation;
        return failFrom(reply);
    }
    auto leaves = readXml(reply->body.view());
    if (!leaves) {
        return fail(badReply(operation, *reply, "is no XML that STS sends: " + leaves.error().detail));
    }
    if (reply->status == 200) {
        return leaves;
    }
    const std::string code(leafText(*leaves, "ErrorResponse/Error/Code"));
    if (code.empty()) {
        return fail(badReply(operation, *reply, "is no error that STS sends"));
    }
    return fail(refusedBy(operation, *reply, code,
                          std::string(leafText(*leaves, "ErrorResponse/Error/Message")),
                          std::string(leafText(*leaves, "ErrorResponse/RequestId"))));
}

Result<Credentials> credentialsOf(const std::string &operation, Result<HttpReply> reply) {
    auto leaves = leavesOf(operation, reply);
    if (!leaves) {
        return failFrom(leaves);
    }
    const std::string path = operation + "Response/" + operation + "Result/Credentials/";
    auto expiration = parseIso8601(leafText(*leaves, path + "Expiration"));
    Credentials out;
    out.accessKeyId = leafText(*leaves, path + "AccessKeyId");
    out.secretKey = SecretBytes::copyOf(leafText(*leaves, path + "SecretAccessKey"));
    out.sessionToken = SecretBytes::copyOf(leafText(*leaves, path + "SessionToken"));
    if (out.accessKeyId.empty() || out.secretKey.empty() || out.sessionToken.empty() || !expiration) {
        return fail(badReply(operation, *reply, "lacks an access key, a secret, a token or an expiration"));
    }
    out.expiration = *expiration;
    return out;
}

} // namespace

Result<Credentials> assumeRole(HttpClient &http, const ServiceEndpoint &sts, const AssumeRoleCall &call,
                               const Credentials &base, Timestamp now, const CancelToken &cancel) {
    SecretText body = form("AssumeRole");
    appendFormField("RoleArn", call.roleArn, body);
    appendFormField("RoleSessionName", call.sessionName, body);
    if (call.durationSeconds) {
        appendFormField("DurationSeconds", std::to_string(*call.durationSeconds), body);
    }
    if (!call.externalId.empty()) {
        appendFormField("ExternalId", call.externalId, body);
    }
    if (!call.mfaSerial.empty()) {
        appendFormField("SerialNumber", call.mfaSerial, body);
        appendFormField("TokenCode", call.mfaCode.view(), body);
    }
    auto request = signedRequest(sts, std::move(body), base, now);
    if (!request) {
        return failFrom(request);
    }
    return credentialsOf("AssumeRole", http.exchange(std::move(*request), cancel));
}

Result<Credentials> assumeRoleWithWebIdentity(HttpClient &http, const ServiceEndpoint &sts,
                                              const std::string &roleArn, const std::string &sessionName,
                                              const SecretBytes &token, const CancelToken &cancel) {
    SecretText body = form("AssumeRoleWithWebIdentity");
    appendFormField("RoleArn", roleArn, body);
    appendFormField("RoleSessionName", sessionName, body);
    appendFormField("WebIdentityToken", token.text(), body);
    HttpRequest request = requestFor(sts, std::move(body));
    return credentialsOf("AssumeRoleWithWebIdentity", http.exchange(std::move(request), cancel));
}

Result<CallerIdentity> callerIdentity(HttpClient &http, const ServiceEndpoint &sts, const Credentials &keys,
                                      Timestamp now, const CancelToken &cancel) {
    const std::string operation = "GetCallerIdentity";
    auto request = signedRequest(sts, form(operation), keys, now);
    if (!request) {
        return failFrom(request);
    }
    auto reply = http.exchange(std::move(*request), cancel);
    auto leaves = leavesOf(operation, reply);
    if (!leaves) {
        return failFrom(leaves);
    }
    const std::string path = "GetCallerIdentityResponse/GetCallerIdentityResult/";
    CallerIdentity out;
    out.account = leafText(*leaves, path + "Account");
    out.arn = leafText(*leaves, path + "Arn");
    out.userId = leafText(*leaves, path + "UserId");
    out.serverDate = reply->serverDate;
    if (out.arn.empty()) {
        return fail(badReply(operation, *reply, "names nobody"));
    }
    return out;
}

} // namespace keyturn::credentials
