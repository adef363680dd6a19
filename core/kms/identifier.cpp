// SPDX-License-Identifier: Apache-2.0
#include "kms/identifier.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace keyturn::kms {
namespace {

constexpr std::string_view aliasPrefix = "alias/";
constexpr std::string_view keyPrefix = "key/";
constexpr std::string_view arnPrefix = "arn:";

bool isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}

bool isUuid(std::string_view text) {
    constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return text.size() == shape.size() &&
           std::equal(text.begin(), text.end(), shape.begin(),
                      [](char c, char s) { return s == '-' ? c == '-' : isHexDigit(c); });
}

/// "us-east-1", "cn-north-1", "us-gov-west-1": letters and hyphens, then a hyphen and digits.
bool looksLikeRegion(std::string_view text) {
    const auto lastHyphen = text.rfind('-');
    if (lastHyphen == std::string_view::npos || lastHyphen + 1 == text.size()) {
        return false;
    }
    const std::string_view name = text.substr(0, lastHyphen);
    const std::string_view number = text.substr(lastHyphen + 1);
    return name.find('-') != std::string_view::npos && isLower(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return isLower(c) || c == '-'; }) &&
           std::all_of(number.begin(), number.end(), isDigit);
}

struct Resource {
    IdForm form = IdForm::None;
    std::size_t at = 0; ///< where "key/" or "alias/" begins
};

/// The resource of an ARN begins after the first colon that is followed by "key/" or "alias/": an alias name
/// may hold colons and slashes, and services differ in how many fields come before.
Resource findResource(std::string_view text) {
    for (auto colon = text.find(':', arnPrefix.size()); colon != std::string_view::npos;
         colon = text.find(':', colon + 1)) {
        const std::string_view rest = text.substr(colon + 1);
        if (rest.starts_with(keyPrefix)) {
            return {IdForm::KeyArn, colon + 1};
        }
        if (rest.starts_with(aliasPrefix)) {
            return {IdForm::AliasArn, colon + 1};
        }
    }
    return {};
}

/// Each field between partition and resource is known by its shape, not by its place: a number is the
/// account, a Region looks like one (or stands between service and account), the first of the others is the
/// service.
void readMiddleField(std::string_view value, KeyIdentifier &identifier) {
    if (value.empty() || !identifier.accountId.empty()) {
        return;
    }
    if (std::all_of(value.begin(), value.end(), isDigit)) {
        identifier.accountId = value;
    } else if (identifier.region.empty() && (looksLikeRegion(value) || !identifier.service.empty())) {
        identifier.region = value;
    } else if (identifier.service.empty()) {
        identifier.service = value;
    }
}

} // namespace

KeyIdentifier parseKeyIdentifier(std::string_view text) {
    KeyIdentifier identifier{.form = IdForm::KeyId, .text = std::string(text), .resource = std::string(text)};
    if (text.starts_with(aliasPrefix)) {
        identifier.form = IdForm::AliasName;
        return identifier;
    }
    const Resource resource = text.starts_with(arnPrefix) ? findResource(text) : Resource{};
    if (resource.form == IdForm::None) {
        return identifier;
    }
    const bool isKey = resource.form == IdForm::KeyArn;
    identifier.form = resource.form;
    identifier.resource = text.substr(resource.at + (isKey ? keyPrefix.size() : 0));
    const auto fields = split(text.substr(arnPrefix.size(), resource.at - arnPrefix.size()), ':');
    identifier.partition = fields.front();
    for (std::size_t i = 1; i < fields.size(); ++i) {
        readMiddleField(fields[i], identifier);
    }
    return identifier;
}

bool looksLikeKeyId(std::string_view text) {
    constexpr std::string_view multiRegionPrefix = "mrk-";
    if (text.starts_with(multiRegionPrefix)) {
        const std::string_view digits = text.substr(multiRegionPrefix.size());
        return digits.size() == 32 && std::all_of(digits.begin(), digits.end(), isHexDigit);
    }
    return isUuid(text);
}

bool looksLikeAccountId(std::string_view text) {
    return text.size() == 12 && std::all_of(text.begin(), text.end(), isDigit);
}

std::string keyArn(std::string_view partition, std::string_view region, std::string_view account,
                   std::string_view keyId) {
    std::string arn = "arn:";
    arn.append(partition).append(":kms:").append(region).append(":").append(account).append(":key/").append(
        keyId);
    return arn;
}

std::string aliasArn(std::string_view partition, std::string_view region, std::string_view account,
                     std::string_view aliasName) {
    std::string arn = "arn:";
    arn.append(partition).append(":kms:").append(region).append(":").append(account).append(":").append(
        aliasName);
    return arn;
}

std::string_view partitionOfRegion(std::string_view region) {
    struct Row {
        std::string_view regionPrefix;
        std::string_view partition;
    };
    static constexpr std::array rows{
        Row{"cn-", "aws-cn"},         Row{"us-gov-", "aws-us-gov"}, Row{"us-iso-", "aws-iso"},
        Row{"us-isob-", "aws-iso-b"}, Row{"eu-isoe-", "aws-iso-e"}, Row{"us-isof-", "aws-iso-f"},
        Row{"eusc-", "aws-eusc"},
    };
    for (const Row &row : rows) {
        if (region.starts_with(row.regionPrefix)) {
            return row.partition;
        }
    }
    return "aws";
}

bool isRegionOfPartition(std::string_view region, std::string_view partition) {
    constexpr std::size_t maxCharacters = 32;
    constexpr std::string_view commercial[] = {"us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"};
    if (region.size() > maxCharacters || partitionOfRegion(region) != partition) {
        return false;
    }
    const auto labels = split(region, '-');
    const auto isWord = [](std::string_view label) {
        return !label.empty() && std::all_of(label.begin(), label.end(), isLower);
    };
    if (labels.size() < 3 || labels.size() > 4 || !std::all_of(labels.begin(), labels.end() - 1, isWord) ||
        labels.back().empty() || !std::all_of(labels.back().begin(), labels.back().end(), isDigit)) {
        return false;
    }
    return partition != "aws" ||
           (labels.size() == 3 &&
            std::find(std::begin(commercial), std::end(commercial), labels.front()) != std::end(commercial));
}

bool isWellFormedAliasName(std::string_view text) {
    constexpr std::size_t maxCharacters = 256;
    if (!text.starts_with(aliasPrefix) || text.size() == aliasPrefix.size() || text.size() > maxCharacters) {
        return false;
    }
    return std::all_of(text.begin(), text.end(), [](char c) {
        return isLower(c) || (c >= 'A' && c <= 'Z') || isDigit(c) ||
               std::string_view(":/_-").find(c) != std::string_view::npos;
    });
}

} // namespace keyturn::kms
