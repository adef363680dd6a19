// SPDX-License-Identifier: Apache-2.0
#include "suite_case.h"

#include "base/clock.h"

#include <nlohmann/json.hpp>

namespace keyturn::test {

namespace {

void parseRequest(const std::string &text, SuiteCase &out) {
    const auto blank = text.find("\n\n");
    const std::string head = text.substr(0, blank);
    out.body = blank == std::string::npos ? "" : text.substr(blank + 2);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < head.size();) {
        auto end = head.find('\n', at);
        end = end == std::string::npos ? head.size() : end;
        const std::string line = head.substr(at, end - at);
        if (!line.empty() && (line[0] == ' ' || line[0] == '\t') && lines.size() > 1) {
            lines.back() += "\n" + line;
        } else if (!line.empty()) {
            lines.push_back(line);
        }
        at = end + 1;
    }
    const std::string &first = lines.at(0);
    const auto methodEnd = first.find(' ');
    const auto targetEnd = first.rfind(' ');
    out.method = first.substr(0, methodEnd);
    const std::string target = first.substr(methodEnd + 1, targetEnd - methodEnd - 1);
    const auto question = target.find('?');
    out.path = target.substr(0, question);
    out.query = question == std::string::npos ? "" : target.substr(question + 1);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto colon = lines[i].find(':');
        out.headerLines.push_back(lines[i]);
        out.headers.push_back({lines[i].substr(0, colon), lines[i].substr(colon + 1)});
    }
}

SuiteExpectation expectation(const nlohmann::json &json, const std::string &prefix) {
    return {json.at(prefix + "canonical-request"), json.at(prefix + "string-to-sign"),
            json.at(prefix + "signature"), json.at(prefix + "signed-request")};
}

} // namespace

std::vector<SuiteCase> readSuite(const std::string &json) {
    std::vector<SuiteCase> cases;
    const auto document = nlohmann::json::parse(json, nullptr, false);
    if (document.is_discarded()) {
        return cases;
    }
    for (const auto &one : document.at("cases")) {
        SuiteCase out;
        const auto &context = one.at("context");
        const auto &credentials = context.at("credentials");
        out.name = one.at("name");
        parseRequest(one.at("request"), out);
        out.accessKeyId = credentials.at("access_key_id");
        out.secretKey = SecretBytes::copyOf(std::string(credentials.at("secret_access_key")));
        out.sessionToken = SecretBytes::copyOf(credentials.value("token", std::string()));
        out.region = context.at("region");
        out.service = context.at("service");
        out.options.time = parseIso8601(std::string(context.at("timestamp"))).value();
        out.options.normalizePath = context.at("normalize");
        out.options.signBody = context.at("sign_body");
        out.options.validFor = std::chrono::seconds(context.at("expiration_in_seconds").get<int>());
        out.options.token = context.value("omit_session_token", false)
                                ? sigv4::TokenPlacement::AddedAfterSigning
                                : sigv4::TokenPlacement::Signed;
        out.inHeaders = expectation(one, "header-");
        out.inQuery = expectation(one, "query-");
        cases.push_back(std::move(out));
    }
    return cases;
}

std::string requestText(const SuiteCase &suiteCase, const std::string &query,
                        const std::vector<std::string> &addedHeaderLines) {
    std::string text =
        suiteCase.method + " " + suiteCase.path + (query.empty() ? "" : "?" + query) + " HTTP/1.1\n";
    for (const std::string &line : suiteCase.headerLines) {
        text += line + "\n";
    }
    for (const std::string &line : addedHeaderLines) {
        text += line + "\n";
    }
    return text + "\n" + suiteCase.body;
}

} // namespace keyturn::test
