// SPDX-License-Identifier: Apache-2.0
#include "inspect/layers.h"

#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>

namespace keyturn::inspect {
namespace {

bool isBlank(char c) {
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

std::string withoutBlanks(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    std::copy_if(text.begin(), text.end(), std::back_inserter(result), [](char c) { return !isBlank(c); });
    return result;
}

void tryBase64(std::string_view text, std::vector<Layer> layers, std::vector<Unwrapped> &out) {
    const bool broken = std::any_of(text.begin(), text.end(), isBlank);
    if (auto bytes = fromBase64(broken ? withoutBlanks(text) : std::string(text)); bytes && !bytes->empty()) {
        layers.push_back(broken ? Layer::Base64WithLineBreaks : Layer::Base64);
        out.push_back({std::move(layers), std::move(*bytes)});
        return;
    }
    if (broken || text.find_first_of("-_") == std::string_view::npos) {
        return;
    }
    std::string url(text);
    std::replace(url.begin(), url.end(), '-', '+');
    std::replace(url.begin(), url.end(), '_', '/');
    url.append((4 - url.size() % 4) % 4, '=');
    if (auto bytes = fromBase64(url); bytes && !bytes->empty()) {
        layers.push_back(Layer::Base64Url);
        out.push_back({std::move(layers), std::move(*bytes)});
    }
}

void tryHex(std::string_view text, std::vector<Layer> layers, std::vector<Unwrapped> &out) {
    if (text.starts_with("\\x") || text.starts_with("0x")) {
        text.remove_prefix(2);
    }
    if (auto bytes = fromHex(toLowerAscii(text)); bytes && !bytes->empty()) {
        layers.push_back(Layer::Hex);
        out.push_back({std::move(layers), std::move(*bytes)});
    }
}

std::optional<std::string_view> afterDataUrl(std::string_view text) {
    const auto comma = text.substr(0, 256).find(',');
    if (!text.starts_with("data:") || comma == std::string_view::npos ||
        !text.substr(0, comma).ends_with(";base64")) {
        return std::nullopt;
    }
    return text.substr(comma + 1);
}

std::optional<std::string_view> afterNumberedPrefix(std::string_view text) {
    const auto colon = text.substr(0, 8).find(':');
    if (!text.starts_with("v") || colon == std::string_view::npos || colon < 2 ||
        !std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    return text.substr(colon + 1);
}

} // namespace

std::vector<Unwrapped> unwrap(std::string_view text) {
    std::vector<Unwrapped> ways;
    std::vector<Layer> layers;
    const std::string_view content = trimmed(text);
    if (content.empty()) {
        return ways;
    }
    if (content.size() != text.size()) {
        layers.push_back(Layer::TrailingNewline);
    }
    std::string_view inner = content;
    if (const auto rest = afterDataUrl(content)) {
        layers.push_back(Layer::DataUrl);
        inner = *rest;
    } else if (const auto numbered = afterNumberedPrefix(content)) {
        layers.push_back(Layer::NumberedPrefix);
        inner = *numbered;
    }
    tryHex(inner, layers, ways);
    tryBase64(inner, layers, ways);
    return ways;
}

} // namespace keyturn::inspect
