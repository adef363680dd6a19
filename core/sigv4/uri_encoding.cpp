// SPDX-License-Identifier: Apache-2.0
#include "sigv4/uri_encoding.h"

#include "base/text.h"

#include <algorithm>
#include <vector>

namespace keyturn::sigv4 {

namespace {

bool isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

int hexValue(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// "%E1" becomes its byte; a stray '%' stands for itself.
SecretText percentDecoded(std::string_view text) {
    SecretText out(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 &&
            hexValue(text[i + 2]) >= 0) {
            out.append(static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2])));
            i += 2;
        } else {
            out.append(text[i]);
        }
    }
    return out;
}

SecretText reencoded(std::string_view text) {
    const SecretText plain = percentDecoded(text);
    SecretText out(text.size());
    appendUriEncoded(plain.view(), false, out);
    return out;
}

} // namespace

void appendUriEncoded(std::string_view text, bool keepSlash, SecretText &out) {
    static constexpr char hex[] = "0123456789ABCDEF";
    for (const char c : text) {
        if (isUnreserved(c) || (keepSlash && c == '/')) {
            out.append(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            const char encoded[] = {'%', hex[byte >> 4], hex[byte & 15]};
            out.append(std::string_view(encoded, 3));
        }
    }
}

std::string normalizedPath(std::string_view path) {
    std::vector<std::string_view> kept;
    for (const std::string_view segment : split(path, '/')) {
        if (segment == ".." && !kept.empty()) {
            kept.pop_back();
        } else if (!segment.empty() && segment != "." && segment != "..") {
            kept.push_back(segment);
        }
    }
    std::string out;
    for (const std::string_view segment : kept) {
        out += '/';
        out += segment;
    }
    if (out.empty() || path.ends_with('/')) {
        out += '/';
    }
    return out;
}

void appendCanonicalQuery(std::string_view query, SecretText &out) {
    struct Parameter {
        SecretText name;
        SecretText value;
    };
    std::vector<Parameter> parameters;
    for (const std::string_view pair : split(query, '&')) {
        if (pair.empty()) {
            continue;
        }
        const auto equals = pair.find('=');
        const bool hasValue = equals != std::string_view::npos;
        parameters.push_back({reencoded(pair.substr(0, equals)),
                              reencoded(hasValue ? pair.substr(equals + 1) : std::string_view())});
    }
    std::sort(parameters.begin(), parameters.end(), [](const Parameter &a, const Parameter &b) {
        return a.name.view() != b.name.view() ? a.name.view() < b.name.view()
                                              : a.value.view() < b.value.view();
    });
    bool first = true;
    for (const Parameter &parameter : parameters) {
        out.append(first ? "" : "&");
        out.append(parameter.name.view());
        out.append("=");
        out.append(parameter.value.view());
        first = false;
    }
}

} // namespace keyturn::sigv4
