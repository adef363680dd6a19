// SPDX-License-Identifier: Apache-2.0
#include "sigv4/signer.h"

#include "sigv4/uri_encoding.h"

#include "base/text.h"

#include <vector>

namespace keyturn::sigv4 {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

Scope scopeOf(const SigningKeys &keys, const SigningOptions &options) {
    return {std::string(keys.accessKeyId), options.time, std::string(options.region),
            std::string(options.service)};
}

Status refuseSigned(const RequestView &request) {
    for (const HeaderView &header : request.headers) {
        const std::string name = toLowerAscii(header.name);
        if (name == "authorization" || name == "x-amz-date" || name == "x-amz-security-token") {
            return fail(ErrorCode::Usage,
                        "the request already has a header " + name + "; sign the request without it");
        }
    }
    return {};
}

/// String to sign and signature of a canonical request, into `out`.
template <class Out>
void finish(Out &out, const SigningKeys &keys, const Scope &scope) {
    out.stringToSign = stringToSign(scope, out.canonical.sha256Hex);
    out.signature = signature(signingKey(keys.secretKey, scope), out.stringToSign);
}

/// The names that canonicalRequest would sign, without signing.
Result<std::string> signedHeaderNames(const RequestView &request) {
    auto canonical = canonicalRequest(request, {});
    if (!canonical) {
        return failFrom(canonical);
    }
    return std::move(canonical->signedHeaders);
}

void appendParameter(std::string_view name, std::string_view value, SecretText &query) {
    query.append(query.empty() ? "" : "&");
    query.append(name);
    query.append('=');
    appendUriEncoded(value, false, query);
}

} // namespace

Result<SignedHeaders> signInHeaders(const RequestView &request, const SigningKeys &keys,
                                    const SigningOptions &options) {
    if (auto unsigned_ = refuseSigned(request); !unsigned_) {
        return failFrom(unsigned_);
    }
    SignedHeaders out;
    out.amzDate = formatAmzDate(options.time);
    std::vector<HeaderView> headers(request.headers.begin(), request.headers.end());
    headers.push_back({"x-amz-date", out.amzDate});
    if (!keys.sessionToken.empty() && options.token == TokenPlacement::Signed) {
        headers.push_back({"x-amz-security-token", keys.sessionToken.text()});
    }
    if (options.signBody) {
        out.contentSha256 = sha256Hex(request.body);
        headers.push_back({"x-amz-content-sha256", out.contentSha256});
    }
    RequestView complete = request;
    complete.headers = headers;
    CanonicalOptions canonicalOptions;
    canonicalOptions.normalizePath = options.normalizePath;
    canonicalOptions.payloadHash = out.contentSha256;
    auto canonical = canonicalRequest(complete, canonicalOptions);
    if (!canonical) {
        return failFrom(canonical);
    }
    out.canonical = std::move(*canonical);
    const Scope scope = scopeOf(keys, options);
    finish(out, keys, scope);
    out.authorization = std::string(algorithm) + " Credential=" + scope.accessKeyId + "/" +
                        credentialScope(scope) + ", SignedHeaders=" + out.canonical.signedHeaders +
                        ", Signature=" + out.signature;
    return out;
}

Result<SignedQuery> signInQuery(const RequestView &request, const SigningKeys &keys,
                                const SigningOptions &options) {
    if (auto unsigned_ = refuseSigned(request); !unsigned_) {
        return failFrom(unsigned_);
    }
    auto names = signedHeaderNames(request);
    if (!names) {
        return failFrom(names);
    }
    SignedQuery out;
    const Scope scope = scopeOf(keys, options);
    SecretText &query = out.query;
    query.append(request.query);
    appendParameter("X-Amz-Algorithm", algorithm, query);
    appendParameter("X-Amz-Credential", scope.accessKeyId + "/" + credentialScope(scope), query);
    appendParameter("X-Amz-Date", formatAmzDate(scope.time), query);
    appendParameter("X-Amz-SignedHeaders", *names, query);
    appendParameter("X-Amz-Expires", std::to_string(options.validFor.count()), query);
    if (!keys.sessionToken.empty() && options.token == TokenPlacement::Signed) {
        appendParameter("X-Amz-Security-Token", keys.sessionToken.text(), query);
    }
    RequestView complete = request;
    complete.query = query.view();
    CanonicalOptions canonicalOptions;
    canonicalOptions.normalizePath = options.normalizePath;
    auto canonical = canonicalRequest(complete, canonicalOptions);
    if (!canonical) {
        return failFrom(canonical);
    }
    out.canonical = std::move(*canonical);
    finish(out, keys, scope);
    if (!keys.sessionToken.empty() && options.token == TokenPlacement::AddedAfterSigning) {
        appendParameter("X-Amz-Security-Token", keys.sessionToken.text(), query);
    }
    appendParameter("X-Amz-Signature", out.signature, query);
    return out;
}

} // namespace keyturn::sigv4
