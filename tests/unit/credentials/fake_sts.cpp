// SPDX-License-Identifier: Apache-2.0
#include "fake_sts.h"

#include "sigv4/verifier.h"

namespace keyturn::test {

namespace {

std::string xmlAnswer(int status, const std::string &body) {
    return httpAnswer(status, body, {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", "fake-sts"}});
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += char(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

} // namespace

std::string stsError(int status, const std::string &code, const std::string &message) {
    return xmlAnswer(status,
                     "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n"
                     "    <Type>Sender</Type>\n    <Code>" +
                         code + "</Code>\n    <Message>" + message +
                         "</Message>\n  </Error>\n  <RequestId>fake-sts</RequestId>\n"
                         "</ErrorResponse>\n");
}

std::string formField(const PeerRequest &request, const std::string &name) {
    for (std::size_t at = 0; at < request.body.size();) {
        const auto end = std::min(request.body.find('&', at), request.body.size());
        const std::string pair = request.body.substr(at, end - at);
        if (pair.substr(0, pair.find('=')) == name) {
            return decoded(std::string_view(pair).substr(pair.find('=') + 1));
        }
        at = end + 1;
    }
    return {};
}

FakeSts::FakeSts(Timestamp now)
    : m_now(now)
    , m_peer(answerAll([this](const PeerRequest &request) { return answer(request); })) {}

void FakeSts::addKey(const std::string &accessKeyId, const std::string &secret) {
    const std::scoped_lock lock(m_mutex);
    m_keys[accessKeyId] = SecretBytes::copyOf(secret);
}

void FakeSts::answerFirst(std::vector<std::string> answers) {
    const std::scoped_lock lock(m_mutex);
    m_first.assign(answers.begin(), answers.end());
}

void FakeSts::setNow(Timestamp now) {
    const std::scoped_lock lock(m_mutex);
    m_now = now;
}

void FakeSts::setLife(std::chrono::minutes life) {
    const std::scoped_lock lock(m_mutex);
    m_life = life;
}

std::string FakeSts::badSignature(const PeerRequest &request) {
    std::vector<sigv4::HeaderView> headers;
    for (const auto &[name, value] : request.headers) {
        headers.push_back({name, value});
    }
    const auto verified =
        sigv4::verify({request.method, request.target, {}, headers, asBytes(request.body)},
                      {"sts", "eu-central-1", m_now}, [this](std::string_view id) -> const SecretBytes * {
                          const auto found = m_keys.find(id);
                          return found != m_keys.end() ? &found->second : nullptr;
                      });
    return verified ? std::string()
                    : stsError(403, verified.error().serviceCode, verified.error().serviceMessage);
}

std::string FakeSts::answer(const PeerRequest &request) {
    const std::scoped_lock lock(m_mutex);
    if (!m_first.empty()) {
        const std::string text = m_first.front();
        m_first.pop_front();
        return text;
    }
    const std::string operation = formField(request, "Action");
    if (operation == "AssumeRoleWithWebIdentity") {
        return formField(request, "WebIdentityToken") == "jwt-CANARY"
                   ? assumed(request, operation)
                   : stsError(400, "InvalidIdentityToken", "The token is not good.");
    }
    if (const std::string refusal = badSignature(request); !refusal.empty()) {
        return refusal;
    }
    if (operation == "GetCallerIdentity") {
        return xmlAnswer(200,
                         "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                         "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/me</Arn>"
                         "<UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult>"
                         "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
                         "</GetCallerIdentityResponse>");
    }
    if (!formField(request, "SerialNumber").empty() && formField(request, "TokenCode") != goodMfaCode) {
        return stsError(403, "AccessDenied",
                        "MultiFactorAuthentication failed with invalid MFA one time pass code. ");
    }
    return assumed(request, operation);
}

std::string FakeSts::assumed(const PeerRequest &request, const std::string &operation) {
    const std::string number = std::to_string(++m_sessions);
    const std::string id = "ASIA" + number;
    const std::string secret = "secret/CANARY&" + number;
    m_keys[id] = SecretBytes::copyOf(secret);
    return xmlAnswer(
        200, "<?xml version=\"1.0\"?><" + operation +
                 "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + operation +
                 "Result><AssumedRoleUser><AssumedRoleId>AROA:" + formField(request, "RoleSessionName") +
                 "</AssumedRoleId><Arn>" + formField(request, "RoleArn") +
                 "/s</Arn></AssumedRoleUser><Credentials><AccessKeyId>" + id +
                 "</AccessKeyId><SecretAccessKey>secret/CANARY&amp;" + number +
                 "</SecretAccessKey><SessionToken>token-CANARY-" + number + "</SessionToken><Expiration>" +
                 formatIso8601(m_now + m_life) + "</Expiration></Credentials></" + operation +
                 "Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></" + operation +
                 "Response>");
}

} // namespace keyturn::test
