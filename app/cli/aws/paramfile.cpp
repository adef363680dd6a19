// SPDX-License-Identifier: Apache-2.0
#include "aws/paramfile.h"

#include "base/platform/identity.h"
#include "base/text.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace keyturn::cli::aws {
namespace {

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string withEnvironment(std::string_view path) {
    std::string out;
    for (std::size_t at = 0; at < path.size();) {
        const bool braced = path.substr(at, 2) == "${";
        if (path[at] != '$' || at + 1 == path.size()) {
            out += path[at++];
            continue;
        }
        const std::size_t start = at + (braced ? 2 : 1);
        std::size_t end = start;
        while (end < path.size() && (braced ? path[end] != '}' : isNameCharacter(path[end]))) {
            ++end;
        }
        const std::size_t after = end + (braced ? 1 : 0);
        const std::string name(path.substr(start, end - start));
        const char *value = after > path.size() ? nullptr : std::getenv(name.c_str());
        if (value == nullptr) {
            out += path[at++];
            continue;
        }
        out += value;
        at = after;
    }
    return out;
}

/// Reads straight into a secret, so that no second copy of the content lies about. Pipes are fine.
Result<SecretBytes> readSecretFile(const std::string &path, std::string_view given) {
    const auto refused = [&](int number) {
        return fail(ErrorCode::Usage, "Unable to load paramfile " + std::string(given) + ": [Errno " +
                                          std::to_string(number) + "] " + std::strerror(number) + ": " +
                                          pythonRepr(path));
    };
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return refused(errno);
    }
    SecretBytes content(4096);
    std::size_t used = 0;
    while (true) {
        if (used == content.size()) {
            SecretBytes larger(content.size() * 4);
            std::memcpy(larger.data(), content.data(), used);
            content = std::move(larger);
        }
        const ssize_t got = ::read(descriptor, content.data() + used, content.size() - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0 || used + static_cast<std::size_t>(got) > paramfileBytesMax) {
            const int number = got < 0 ? errno : got > 0 ? EFBIG : 0;
            ::close(descriptor);
            if (number != 0) {
                return refused(number);
            }
            content.shrink(used);
            return content;
        }
        used += static_cast<std::size_t>(got);
    }
}

/// Line ends as Python's text mode gives them.
SecretBytes withUnixLineEnds(SecretBytes text) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool carriageReturn = text.data()[i] == '\r';
        if (carriageReturn && i + 1 < text.size() && text.data()[i + 1] == '\n') {
            continue;
        }
        text.data()[out++] = carriageReturn ? '\n' : text.data()[i];
    }
    text.shrink(out);
    return text;
}

} // namespace

std::string expandedPath(std::string_view path) {
    std::string expanded(path);
    if (path == "~" || path.starts_with("~/")) {
        expanded = platform::homeDirectory().string() + std::string(path.substr(1));
    }
    return withEnvironment(expanded);
}

Result<std::optional<Value>> loadParamfile(std::string_view value) {
    const bool binary = value.starts_with("fileb://");
    if (!binary && !value.starts_with("file://")) {
        return std::optional<Value>();
    }
    const std::string path = expandedPath(value.substr(binary ? 8 : 7));
    auto content = readSecretFile(path, value);
    if (!content) {
        return failFrom(content);
    }
    if (binary) {
        return std::optional<Value>(Value::bytes(std::move(*content)));
    }
    if (!isValidUtf8(content->text())) {
        return fail(ErrorCode::Usage,
                    "Unable to load paramfile (" + path +
                        "), text contents could not be decoded.  If this is a binary file, please "
                        "use the fileb:// prefix instead of the file:// prefix.");
    }
    return std::optional<Value>(Value::secretText(withUnixLineEnds(std::move(*content))));
}

} // namespace keyturn::cli::aws
