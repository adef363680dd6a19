// SPDX-License-Identifier: Apache-2.0
#include "endpoint/request_rules.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::endpoint {

namespace {

std::optional<Refusal> forbidden(std::string message) {
    return Refusal{403, "AccessDeniedException", std::move(message)};
}

bool isFromBrowser(const HttpRequest &request) {
    constexpr std::string_view fetchPrefix = "sec-fetch-";
    for (const sigv4::HeaderView &header : request.headers) {
        if (equalsIgnoringCase(header.name, "origin") ||
            equalsIgnoringCase(header.name.substr(0, fetchPrefix.size()), fetchPrefix)) {
            return true;
        }
    }
    return false;
}

bool isOurHost(const HttpRequest &request, const std::vector<std::string> &hosts) {
    const sigv4::HeaderView *host = request.header("host");
    if (host == nullptr || request.count("host") != 1) {
        return false;
    }
    return std::any_of(hosts.begin(), hosts.end(),
                       [&](const std::string &allowed) { return equalsIgnoringCase(host->value, allowed); });
}

} // namespace

std::vector<std::string> allowedHosts(std::uint16_t port, const std::vector<std::string> &more) {
    const std::string suffix = ":" + std::to_string(port);
    std::vector<std::string> hosts{"127.0.0.1" + suffix, "localhost" + suffix, "[::1]" + suffix};
    for (const std::string &one : more) {
        hosts.push_back(toLowerAscii(one));
    }
    return hosts;
}

std::optional<Refusal> refusalByHeaders(const HttpRequest &request, const std::vector<std::string> &hosts) {
    if (isFromBrowser(request)) {
        return forbidden("Requests of web pages are not taken.");
    }
    if (!isOurHost(request, hosts)) {
        return forbidden("The Host header does not name this endpoint.");
    }
    if (request.target != "/") {
        return Refusal{404, "UnknownOperationException", "There is nothing but \"/\" here."};
    }
    if (request.method != "POST") {
        return Refusal{405, "UnknownOperationException", "Only POST is taken."};
    }
    if (request.header("expect") != nullptr) {
        return Refusal{417, "SerializationException", "The body is wanted at once: no Expect header."};
    }
    if (request.header("content-encoding") != nullptr) {
        return Refusal{415, "SerializationException", "The body is wanted as it is: no Content-Encoding."};
    }
    const sigv4::HeaderView *type = request.header("content-type");
    if (type == nullptr || request.count("content-type") != 1 || !equalsIgnoringCase(type->value, jsonType)) {
        return Refusal{400, "UnknownOperationException",
                       "The Content-Type has to be application/x-amz-json-1.1."};
    }
    return std::nullopt;
}

} // namespace keyturn::endpoint
