// SPDX-License-Identifier: Apache-2.0
#include "paging.h"

#include "argument_parser.h"
#include "aws/python_json.h"
#include "base/encoding.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using aws::Value;

struct StartingPoint {
    std::optional<std::string> marker;
    std::size_t skip = 0; ///< items of the first page that were printed before
    Value::Map others;    ///< what else a token says: parameters, which the request may refuse
};

tl::unexpected<Failure> badToken(const std::string &token) {
    return failure(exitGeneral, "Bad starting token: " + token);
}

/// "marker___7" of old versions; anything else is the marker itself.
Outcome<StartingPoint> oldStartingPoint(const std::string &token) {
    StartingPoint point;
    std::string marker = token;
    const auto separator = token.rfind("___");
    if (separator != std::string::npos) {
        const auto index = pythonInteger(std::string_view(token).substr(separator + 3));
        marker = index ? token.substr(0, separator) : token;
        point.skip = index && *index > 0 ? static_cast<std::size_t>(*index) : 0;
        if (marker.find("___") != std::string::npos) {
            return badToken(token);
        }
    }
    if (marker != "None") {
        point.marker = marker;
    }
    return point;
}

Outcome<StartingPoint> startingPoint(const std::string &token) {
    const auto bytes = fromBase64(token);
    const auto value = bytes ? aws::parsePythonJson(asText(*bytes)) : Result<Value>(Value());
    if (!value || !value->isMap()) {
        return oldStartingPoint(token);
    }
    StartingPoint point;
    for (const auto &[name, member] : value->asMap()) {
        if (name == "Marker" && member.isText()) {
            point.marker = std::string(member.asText());
        } else if (name != "boto_truncate_amount" && !member.isNull()) {
            point.others.emplace_back(name, member);
        }
    }
    if (const Value *skip = value->find("boto_truncate_amount");
        skip != nullptr && skip->kind() == Value::Kind::Integer && skip->asInteger() > 0) {
        point.skip = static_cast<std::size_t>(skip->asInteger());
    }
    return point;
}

std::string tokenText(const std::optional<std::string> &marker, std::optional<std::size_t> truncated) {
    SecretText json;
    json.append("{\"Marker\": ");
    aws::printCompactJson(marker ? Value::text(*marker) : Value(), json);
    if (truncated) {
        json.append(", \"boto_truncate_amount\": " + std::to_string(*truncated));
    }
    json.append("}");
    return toBase64(asBytes(json.view()));
}

std::optional<std::string> nextMarker(const Value &page) {
    const Value *truncated = page.find("Truncated");
    const Value *marker = page.find("NextMarker");
    const bool more =
        truncated != nullptr && truncated->kind() == Value::Kind::Boolean && truncated->asBoolean();
    if (!more || marker == nullptr || !marker->isText() || marker->asText().empty()) {
        return std::nullopt;
    }
    return std::string(marker->asText());
}

Value::List withoutFirst(const Value::List &items, std::size_t count) {
    const auto skipped = static_cast<std::ptrdiff_t>(std::min(count, items.size()));
    return {items.begin() + skipped, items.end()};
}

Value withItems(const Value &page, std::string_view name, const Value &items) {
    if (items.isNull() && page.find(name) == nullptr) {
        return page;
    }
    Value::Map members = page.asMap();
    aws::set(members, name, items);
    return Value::map(std::move(members));
}

void setMarker(Value::Map &parameters, const std::optional<std::string> &marker) {
    std::erase_if(parameters, [](const auto &member) { return member.first == "Marker"; });
    if (marker && *marker != "None") {
        aws::set(parameters, "Marker", Value::text(*marker));
    }
}

/// Where to begin; the parameters of the first call say so.
Outcome<StartingPoint> beginning(const PageOptions &options, Value::Map &parameters) {
    StartingPoint start;
    if (options.startingToken) {
        auto point = startingPoint(*options.startingToken);
        if (!point) {
            return failureFrom(point);
        }
        start = std::move(*point);
        setMarker(parameters, start.marker);
        for (const auto &[name, value] : start.others) {
            aws::set(parameters, name, value);
        }
    }
    if (options.pageSize) {
        aws::set(parameters, "Limit", Value::integer(*options.pageSize));
    }
    return start;
}

} // namespace

Outcome<std::optional<std::string>> followPages(const kms::PagingInfo &paging, Value::Map parameters,
                                                const PageOptions &options, const PageCall &call,
                                                const PageSink &sink) {
    using Token = std::optional<std::string>;
    const auto start = beginning(options, parameters);
    if (!start) {
        return tl::unexpected<Failure>(start.error());
    }
    std::optional<std::string> marker = start->marker;
    std::optional<std::string> previous;
    std::size_t skip = start->skip;
    std::size_t total = 0;
    const auto most =
        options.maxItems ? static_cast<std::size_t>(std::max<std::int64_t>(*options.maxItems, 0)) : 0;
    while (true) {
        auto page = call(parameters);
        if (!page) {
            return failureFrom(page);
        }
        const Value *found = page->find(paging.items);
        Value items = found == nullptr ? Value() : *found;
        if (items.isList() && skip > 0) {
            items = Value::list(withoutFirst(items.asList(), skip));
        }
        const std::size_t count = items.isList() ? items.asList().size() : 0;
        const bool cut = options.maxItems && total + count > most;
        if (cut) {
            const std::size_t kept = most - total;
            const auto &all = items.asList();
            items = Value::list({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept)});
            auto printed = sink(withItems(*page, paging.items, items), items);
            return printed ? Outcome<Token>(tokenText(marker, kept + skip)) : failureFrom(printed);
        }
        if (auto printed = sink(withItems(*page, paging.items, items), items); !printed) {
            return failureFrom(printed);
        }
        total += count;
        skip = 0;
        marker = nextMarker(*page);
        if (!marker) {
            return Token();
        }
        if (options.maxItems && total == most) {
            return Token(tokenText(marker, std::nullopt));
        }
        if (previous == marker) {
            return failure(exitGeneral,
                           "Error during pagination: The same next token was received twice: {'Marker': " +
                               aws::pythonRepr(*marker) + "}");
        }
        setMarker(parameters, marker);
        previous = marker;
    }
}

} // namespace keyturn::cli
