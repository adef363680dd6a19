// SPDX-License-Identifier: Apache-2.0
#include "sigv4/canonical.h"

#include "sigv4/uri_encoding.h"

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hmac_sha256.h"
#include "crypto/sha256.h"

#include <algorithm>
#include <array>
#include <vector>

namespace keyturn::sigv4 {

namespace {

/// Proxies and HTTP clients add or change these after signing.
constexpr std::array<std::string_view, 8> unsignedHeaders = {
    "authorization", "connection", "expect",          "transfer-encoding",
    "upgrade",       "user-agent", "x-amzn-trace-id", "proxy-authorization"};

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool isTokenCharacter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

struct CanonicalHeader {
    std::string name; ///< lower case
    std::string_view value;
};

/// Outer white space gone, inner runs are one blank.
void appendTrimmed(std::string_view value, SecretText &out) {
    bool pendingBlank = false;
    bool written = false;
    for (const char c : value) {
        if (isSpace(c)) {
            pendingBlank = written;
            continue;
        }
        if (pendingBlank) {
            out.append(' ');
            pendingBlank = false;
        }
        out.append(c);
        written = true;
    }
}

Status checkHeader(const HeaderView &header) {
    if (header.name.empty() || !std::all_of(header.name.begin(), header.name.end(), isTokenCharacter)) {
        return fail(ErrorCode::BadEncoding, "a header name holds a character that HTTP does not allow");
    }
    const bool hasControl = std::any_of(header.value.begin(), header.value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && !isSpace(c)) || c == 0x7f;
    });
    if (hasControl) {
        return fail(ErrorCode::BadEncoding,
                    "the value of header " + std::string(header.name) + " holds a control character");
    }
    return {};
}

bool isListed(std::string_view name, std::string_view list) {
    for (const std::string_view one : split(list, ';')) {
        if (one == name) {
            return true;
        }
    }
    return false;
}

bool isSigned(std::string_view name, const CanonicalOptions &options) {
    if (!options.onlySignedHeaders.empty()) {
        return isListed(name, options.onlySignedHeaders);
    }
    return std::find(unsignedHeaders.begin(), unsignedHeaders.end(), name) == unsignedHeaders.end();
}

Result<std::vector<CanonicalHeader>> headersToSign(const RequestView &request,
                                                   const CanonicalOptions &options) {
    std::vector<CanonicalHeader> headers;
    headers.reserve(request.headers.size());
    for (const HeaderView &header : request.headers) {
        if (auto checked = checkHeader(header); !checked) {
            return failFrom(checked);
        }
        std::string name = toLowerAscii(header.name);
        if (isSigned(name, options)) {
            headers.push_back({std::move(name), header.value});
        }
    }
    std::stable_sort(headers.begin(), headers.end(),
                     [](const CanonicalHeader &a, const CanonicalHeader &b) { return a.name < b.name; });
    return headers;
}

/// One line a name; values of equal names are joined by commas in the order they came.
std::string appendHeaders(const std::vector<CanonicalHeader> &headers, SecretText &out) {
    std::string names;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const bool repeated = i > 0 && headers[i].name == headers[i - 1].name;
        if (repeated) {
            out.append(',');
        } else {
            out.append(i > 0 ? "\n" : "");
            out.append(headers[i].name);
            out.append(':');
            names += names.empty() ? "" : ";";
            names += headers[i].name;
        }
        appendTrimmed(headers[i].value, out);
    }
    if (!headers.empty()) {
        out.append('\n');
    }
    return names;
}

} // namespace

Result<CanonicalRequest> canonicalRequest(const RequestView &request, const CanonicalOptions &options) {
    auto headers = headersToSign(request, options);
    if (!headers) {
        return failFrom(headers);
    }
    CanonicalRequest out;
    SecretText &text = out.text;
    text.append(request.method);
    text.append('\n');
    const std::string path = options.normalizePath  ? normalizedPath(request.path)
                             : request.path.empty() ? std::string("/")
                                                    : std::string(request.path);
    appendUriEncoded(path, true, text);
    text.append('\n');
    appendCanonicalQuery(request.query, text);
    text.append('\n');
    out.signedHeaders = appendHeaders(*headers, text);
    text.append('\n');
    text.append(out.signedHeaders);
    text.append('\n');
    text.append(options.payloadHash.empty() ? sha256Hex(request.body) : std::string(options.payloadHash));
    out.sha256Hex = sha256Hex(asBytes(text.view()));
    return out;
}

std::string stringToSign(const Scope &scope, std::string_view canonicalRequestSha256Hex) {
    return "AWS4-HMAC-SHA256\n" + formatAmzDate(scope.time) + "\n" + credentialScope(scope) + "\n" +
           std::string(canonicalRequestSha256Hex);
}

SecretBytes signingKey(const SecretBytes &secretKey, const Scope &scope) {
    SecretText start(secretKey.size() + 4);
    start.append("AWS4");
    start.append(secretKey.text());
    const std::string date = formatAmzDate(scope.time).substr(0, 8);
    SecretBytes key = start.take();
    for (const std::string_view part : {std::string_view(date), std::string_view(scope.region),
                                        std::string_view(scope.service), std::string_view("aws4_request")}) {
        SecretBytes next(crypto::HmacSha256::tagSizeBytes);
        crypto::HmacSha256(key.view()).computeInto(asBytes(part), next.mutableView());
        key = std::move(next);
    }
    return key;
}

std::string signature(const SecretBytes &signingKey, std::string_view stringToSign) {
    return toHex(crypto::hmacSha256(signingKey.view(), asBytes(stringToSign)));
}

std::string sha256Hex(ByteView bytes) {
    return toHex(crypto::sha256(bytes));
}

} // namespace keyturn::sigv4
