// SPDX-License-Identifier: Apache-2.0
#include "sigv4/verifier.h"

#include "sigv4/canonical.h"

#include "base/text.h"

#include <vector>

namespace keyturn::sigv4 {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

struct Authorization {
    std::string credential;
    std::string signedHeaders;
    std::string signature;
};

tl::unexpected<Error> refuse(ErrorCode code, std::string message) {
    return fail(serviceError(code, std::move(message), ErrorOrigin::Service));
}

/// Equal but for the case of ASCII letters; `lowerCase` is lower case already.
bool isNamed(std::string_view name, std::string_view lowerCase) {
    if (name.size() != lowerCase.size()) {
        return false;
    }
    for (std::size_t at = 0; at < name.size(); ++at) {
        const char c = name[at];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lowerCase[at]) {
            return false;
        }
    }
    return true;
}

/// The only header of that name; null when it is absent or repeated.
const HeaderView *headerOf(const RequestView &request, std::string_view name) {
    const HeaderView *found = nullptr;
    for (const HeaderView &header : request.headers) {
        if (isNamed(header.name, name)) {
            if (found != nullptr) {
                return nullptr;
            }
            found = &header;
        }
    }
    return found;
}

Result<Authorization> parseAuthorization(std::string_view value) {
    Authorization out;
    const std::string_view fields = trimmed(value).substr(algorithm.size());
    for (const std::string_view raw : split(fields, ',')) {
        const std::string_view field = trimmed(raw);
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) {
            continue;
        }
        const std::string_view name = field.substr(0, equals);
        std::string *target = name == "Credential"      ? &out.credential
                              : name == "SignedHeaders" ? &out.signedHeaders
                              : name == "Signature"     ? &out.signature
                                                        : nullptr;
        if (target != nullptr) {
            *target = field.substr(equals + 1);
        }
    }
    std::string missing;
    for (const auto &[name, text] :
         {std::pair{"Credential", &out.credential}, std::pair{"Signature", &out.signature},
          std::pair{"SignedHeaders", &out.signedHeaders}}) {
        if (text->empty()) {
            missing += std::string("Authorization header requires '") + name + "' parameter. ";
        }
    }
    if (!missing.empty()) {
        return refuse(ErrorCode::IncompleteSignature, missing + "The value of Authorization is not shown.");
    }
    return out;
}

bool isValidRegion(std::string_view region, const VerifierOptions &options) {
    if (region.empty() || options.region.empty() || region == options.region) {
        return !region.empty();
    }
    return options.otherRegions != nullptr && *options.otherRegions && (*options.otherRegions)(region);
}

/// Five parts of Credential, checked against what this service signs for.
Result<Scope> parseCredential(std::string_view credential, const VerifierOptions &options) {
    const auto parts = split(credential, '/');
    if (parts.size() != 5) {
        return refuse(ErrorCode::IncompleteSignature,
                      "Credential must have exactly 5 slash-delimited elements, e.g. "
                      "keyid/date/region/service/term");
    }
    if (parts[4] != "aws4_request") {
        return refuse(ErrorCode::InvalidSignature,
                      "Credential should be scoped with a valid terminator: 'aws4_request'.");
    }
    if (parts[3] != options.service) {
        return refuse(ErrorCode::InvalidSignature, "Credential should be scoped to correct service: '" +
                                                       std::string(options.service) + "'.");
    }
    if (!isValidRegion(parts[2], options)) {
        return refuse(ErrorCode::InvalidSignature, "Credential should be scoped to a valid region.");
    }
    return Scope{std::string(parts[0]), {}, std::string(parts[2]), std::string(parts[3])};
}

/// The request's own time, within the window, and of the scope's day.
Result<Timestamp> checkedTime(const RequestView &request, std::string_view credential,
                              const VerifierOptions &options) {
    const HeaderView *date = headerOf(request, "x-amz-date");
    if (date == nullptr) {
        return refuse(ErrorCode::IncompleteSignature,
                      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }
    const std::string text(trimmed(date->value));
    auto time = parseAmzDate(text);
    if (!time) {
        return refuse(ErrorCode::IncompleteSignature,
                      "Date must be in ISO-8601 'basic format' (YYYYMMDD'T'HHMMSS'Z').");
    }
    const std::string day(split(credential, '/')[1]);
    if (day != text.substr(0, 8)) {
        return refuse(ErrorCode::InvalidSignature,
                      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
                      "HTTP.");
    }
    const std::string window = std::to_string(options.window.count()) + " min.)";
    if (*time < options.now - options.window) {
        return refuse(ErrorCode::InvalidSignature, "Signature expired: " + text + " is now earlier than " +
                                                       formatAmzDate(options.now - options.window) + " (" +
                                                       formatAmzDate(options.now) + " - " + window);
    }
    if (*time > options.now + options.window) {
        return refuse(ErrorCode::InvalidSignature, "Signature not yet current: " + text +
                                                       " is still later than " +
                                                       formatAmzDate(options.now + options.window) + " (" +
                                                       formatAmzDate(options.now) + " + " + window);
    }
    return *time;
}

/// Host and every x-amz- header must be under the signature, and every listed header must be there.
Status checkSignedHeaders(const RequestView &request, std::string_view list) {
    const auto names = split(list, ';');
    const auto listed = [&](std::string_view name) {
        for (const std::string_view one : names) {
            if (one == name) {
                return true;
            }
        }
        return false;
    };
    if (!listed("host")) {
        return refuse(ErrorCode::InvalidSignature, "'Host' must be a 'SignedHeader' in the Authorization.");
    }
    std::vector<std::string> present;
    for (const HeaderView &header : request.headers) {
        present.push_back(toLowerAscii(header.name));
        if (present.back().starts_with("x-amz-") && !listed(present.back())) {
            return refuse(ErrorCode::InvalidSignature,
                          "'" + present.back() + "' must be a 'SignedHeader' in the Authorization.");
        }
    }
    for (const std::string_view name : names) {
        bool found = false;
        for (const std::string &one : present) {
            found = found || one == name;
        }
        if (!found) {
            return refuse(ErrorCode::InvalidSignature,
                          "A header that is listed as signed is not in the request.");
        }
    }
    return {};
}

/// The x-amz-content-sha256 header, when sent, must be the body's own hash.
Status checkPayload(const RequestView &request) {
    for (const HeaderView &header : request.headers) {
        if (isNamed(header.name, "x-amz-content-sha256") &&
            trimmed(header.value) != sha256Hex(request.body)) {
            return refuse(ErrorCode::InvalidSignature,
                          "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }
    }
    return {};
}

Result<bool> signatureMatches(const RequestView &request, const Authorization &authorization,
                              const Scope &scope, const SecretBytes &secretKey) {
    CanonicalOptions options;
    options.onlySignedHeaders = authorization.signedHeaders;
    auto canonical = canonicalRequest(request, options);
    if (!canonical) {
        return failFrom(canonical);
    }
    if (canonical->signedHeaders != authorization.signedHeaders) {
        return false; // not sorted, or listed twice
    }
    const std::string expected =
        signature(signingKey(secretKey, scope), stringToSign(scope, canonical->sha256Hex));
    return equalConstantTime(asBytes(expected), asBytes(authorization.signature));
}

} // namespace

Result<VerifiedRequest> verify(const RequestView &request, const VerifierOptions &options,
                               const SecretKeyLookup &lookup) {
    const HeaderView *header = headerOf(request, "authorization");
    if (header == nullptr) {
        return refuse(ErrorCode::MissingAuthenticationToken, "Missing Authentication Token");
    }
    if (!trimmed(header->value).starts_with(algorithm)) {
        return refuse(ErrorCode::IncompleteSignature, "Unsupported AWS 'algorithm': use AWS4-HMAC-SHA256.");
    }
    auto authorization = parseAuthorization(header->value);
    if (!authorization) {
        return failFrom(authorization);
    }
    auto scope = parseCredential(authorization->credential, options);
    if (!scope) {
        return failFrom(scope);
    }
    auto time = checkedTime(request, authorization->credential, options);
    if (!time) {
        return failFrom(time);
    }
    scope->time = *time;
    for (auto checked : {checkSignedHeaders(request, authorization->signedHeaders), checkPayload(request)}) {
        if (!checked) {
            return failFrom(checked);
        }
    }
    static const SecretBytes decoy = SecretBytes::copyOf("unknown access keys cost as much as known ones");
    const SecretBytes *secretKey = lookup(scope->accessKeyId);
    auto matches =
        signatureMatches(request, *authorization, *scope, secretKey != nullptr ? *secretKey : decoy);
    if (!matches) {
        return failFrom(matches);
    }
    if (secretKey == nullptr) {
        return refuse(ErrorCode::UnrecognizedClient,
                      "The security token included in the request is invalid.");
    }
    if (!*matches) {
        return refuse(ErrorCode::InvalidSignature,
                      "The request signature we calculated does not match the signature you provided. Check "
                      "your AWS Secret Access Key and signing method. Consult the service documentation for "
                      "details.");
    }
    return VerifiedRequest{scope->accessKeyId, scope->region, *time};
}

} // namespace keyturn::sigv4
