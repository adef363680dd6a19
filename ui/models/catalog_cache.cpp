// SPDX-License-Identifier: Apache-2.0
#include "ui/models/catalog_cache.h"

#include "kms/json.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_aliases.h"

#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <unordered_map>

namespace keyturn::ui {
namespace {

constexpr std::string_view mark = "keyturn-catalog 1 ";
constexpr std::size_t mostKeys = 100'000;

template <class Op>
std::string jsonOf(const typename Op::Reply &reply) {
    return std::string(kms::writeJson(Op::info().reply, &reply).view());
}

template <class Op>
Result<typename Op::Reply> replyOf(std::string_view line) {
    typename Op::Reply reply;
    if (auto read = kms::readJson(line, Op::info().reply, &reply); !read) {
        return failFrom(read);
    }
    return reply;
}

/// The next line, taken off the front.
std::string_view takeLine(std::string_view &text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

} // namespace

std::filesystem::path catalogCacheFile(std::string_view profileId) {
    const bool plain = !profileId.empty() && std::ranges::all_of(profileId, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
    if (!plain) {
        return {};
    }
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    return std::filesystem::path(QFile::encodeName(folder).toStdString()) / "catalogs" /
           (std::string(profileId) + ".json");
}

std::string encodeCatalog(const KeyCatalog &catalog, Timestamp now) {
    std::string text = std::string(mark) + formatIso8601(now) + "\n";
    kms::ListAliases::Reply aliases;
    aliases.aliases.emplace();
    for (int row = 0; row < catalog.count(); ++row) {
        const CatalogKey &key = catalog.at(row);
        if (!key.metadata) {
            continue;
        }
        kms::DescribeKey::Reply described;
        described.keyMetadata = key.metadata;
        text += jsonOf<kms::DescribeKey>(described) + "\n";
        for (const std::string &alias : key.aliases) {
            kms::AliasListEntry entry;
            entry.aliasName = alias;
            entry.targetKeyId = key.keyId;
            aliases.aliases->push_back(std::move(entry));
        }
    }
    return text + "aliases " + jsonOf<kms::ListAliases>(aliases) + "\n";
}

Result<std::vector<CatalogKey>> decodeCatalog(std::string_view text) {
    const std::string_view first = takeLine(text);
    if (!first.starts_with(mark)) {
        return fail(ErrorCode::Usage, "The cached list is of another version.");
    }
    auto time = parseIso8601(first.substr(mark.size()));
    if (!time) {
        return failFrom(time);
    }
    std::vector<CatalogKey> keys;
    std::unordered_map<std::string, std::size_t> rows;
    constexpr std::string_view aliasesMark = "aliases ";
    while (!text.empty() && keys.size() < mostKeys) {
        const std::string_view line = takeLine(text);
        if (line.starts_with(aliasesMark)) {
            auto reply = replyOf<kms::ListAliases>(line.substr(aliasesMark.size()));
            if (!reply) {
                return failFrom(reply);
            }
            for (const kms::AliasListEntry &entry :
                 reply->aliases.value_or(std::vector<kms::AliasListEntry>{})) {
                const auto row = rows.find(entry.targetKeyId.value_or(""));
                if (row != rows.end() && entry.aliasName) {
                    keys[row->second].aliases.push_back(*entry.aliasName);
                }
            }
            return keys;
        }
        auto reply = replyOf<kms::DescribeKey>(line);
        if (!reply) {
            return failFrom(reply);
        }
        if (!reply->keyMetadata || !reply->keyMetadata->keyId) {
            return fail(ErrorCode::BadJson, "A row of the cached list names no key.");
        }
        CatalogKey key{.keyId = *reply->keyMetadata->keyId, .arn = reply->keyMetadata->arn.value_or("")};
        key.metadata = std::move(reply->keyMetadata);
        key.cachedAt = *time;
        rows[key.keyId] = keys.size();
        keys.push_back(std::move(key));
    }
    return fail(ErrorCode::BadJson, "The cached list is cut short.");
}

} // namespace keyturn::ui
