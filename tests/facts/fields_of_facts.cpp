// SPDX-License-Identifier: Apache-2.0
#include "fields_of_facts.h"

#include "base/encoding.h"
#include "base/text.h"
#include "pattern_text.h"
#include "published_facts.h"

#include <QRegularExpression>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

namespace keyturn::test {

using nlohmann::json;

namespace {

/// By Qt's engine, not by ours; the whole text must match.
bool matches(const std::string &pattern, const std::string &text) {
    static std::map<std::string, QRegularExpression> compiled;
    auto found = compiled.find(pattern);
    if (found == compiled.end()) {
        QString perl = QString::fromStdString(pattern);
        perl.replace(QRegularExpression(QStringLiteral("\\\\u([0-9A-Fa-f]{4})")), QStringLiteral("\\x{\\1}"));
        const QRegularExpression whole(QRegularExpression::anchoredPattern(perl));
        if (!whole.isValid()) {
            throw std::runtime_error("not a pattern: " + pattern);
        }
        found = compiled.emplace(pattern, whole).first;
    }
    return found->second.match(QString::fromStdString(text)).hasMatch();
}

const json &valuesOf(const json &fact) {
    return facts().at("enums").at(fact.at("enum").get<std::string>());
}
const json &shapeOf(const json &fact) {
    return facts().at("structures").at(fact.at("shape").get<std::string>());
}

std::int64_t bound(const json &fact, const char *model, const char *documented) {
    return fact.value(documented, fact.value(model, std::int64_t{-1}));
}

std::string textOf(const json &fact, std::int64_t length) {
    return textOfPattern(fact.value("pattern", ""), length);
}

/// The shortest text of at least the bound's length that the pattern takes.
std::string smallestText(const json &fact) {
    constexpr std::int64_t longest = 80;
    for (std::int64_t length = std::max<std::int64_t>(fact.value("min", 1), 1); length < longest; ++length) {
        const std::string text = textOf(fact, length);
        if (!fact.contains("pattern") || matches(fact.at("pattern"), text)) {
            return text;
        }
    }
    throw std::runtime_error("no text for " + fact.dump());
}

json smallest(const json &fact) {
    const std::string type = fact.at("type");
    if (type == "string") {
        return fact.contains("enum") ? valuesOf(fact).front() : json(smallestText(fact));
    }
    if (type == "blob") {
        return toBase64(Bytes(static_cast<std::size_t>(std::max<std::int64_t>(fact.value("min", 1), 1)), 7));
    }
    if (type == "structure") {
        return smallestOf(shapeOf(fact));
    }
    if (type == "list") {
        return json::array({smallest(fact.at("of"))});
    }
    if (type == "map") {
        return json::object({{"a", "b"}});
    }
    return type == "boolean"
               ? json(false)
               : json(std::max<std::int64_t>(bound(fact, "min", "docMin"), 1)); // timestamps too
}

/// Where a value stands: how to put it into a request, and how messages name the place.
struct Place {
    std::string path;
    std::function<json(const json &)> with;
};

class Walk {
public:
    std::vector<Trial> trials;

    void members(const json &facts, const json &whole, const std::string &prefix,
                 const std::function<json(const json &)> &around) {
        for (const json &fact : facts) {
            const std::string name = fact.at("name");
            const Place place{prefix + lowerCamel(name), [=](const json &value) {
                                  json object = whole;
                                  object[name] = value;
                                  return around(object);
                              }};
            if (fact.value("required", false)) {
                json without = whole;
                without.erase(name);
                add(place.path + " left out", around(without),
                    {fault(place, " null", "Member must not be null")});
            }
            value(fact, place);
        }
    }

private:
    using Messages = std::vector<std::string>;

    void value(const json &fact, const Place &place) {
        const std::string type = fact.at("type");
        if (type == "string" && fact.contains("enum")) {
            enumeration(fact, place);
        } else if (type == "string") {
            texts(fact, place);
        } else if (type == "blob") {
            atBounds(fact.value("min", -1), fact.value("max", -1), [&](std::int64_t size) {
                const Bytes bytes(static_cast<std::size_t>(size), 7);
                add(place.path + ", " + std::to_string(size) + " bytes", place.with(toBase64(bytes)),
                    bounds(place, "length", "", size, fact.value("min", -1), fact.value("max", -1)));
            });
        } else if (type == "integer") {
            const std::int64_t min = bound(fact, "min", "docMin"), max = bound(fact, "max", "docMax");
            atBounds(min, max, [&](std::int64_t number) {
                const std::string echo = " '" + std::to_string(number) + "'";
                add(place.path + " = " + std::to_string(number), place.with(number),
                    bounds(place, "value", echo, number, min, max));
            });
        } else if (type == "structure") {
            members(shapeOf(fact), smallest(fact), place.path + '.', place.with);
        } else if (type == "list") {
            list(fact, place);
        }
    }

    void list(const json &fact, const Place &place) {
        const json &of = fact.at("of");
        const std::int64_t min = fact.value("minItems", -1), max = fact.value("maxItems", -1);
        const json item = smallest(of);
        atBounds(min, max, [&](std::int64_t count) {
            json items = json::array();
            std::string echo;
            for (std::int64_t i = 0; i < count; ++i) {
                items.push_back(item);
                echo += (i == 0 ? "" : ", ") + item.get<std::string>();
            }
            add(place.path + ", " + std::to_string(count) + " items", place.with(items),
                bounds(place, "length", " '[" + echo + "]'", count, min, max));
        });
        value(of, {place.path + ".2.member", [=](const json &second) {
                       return place.with(json::array({item, second}));
                   }});
    }

    void enumeration(const json &fact, const Place &place) {
        std::string names;
        for (const json &name : valuesOf(fact)) {
            add(place.path + " = " + name.get<std::string>(), place.with(name), {});
            names += (names.empty() ? "" : ", ") + name.get<std::string>();
        }
        add(place.path + " = NO_SUCH_VALUE", place.with("NO_SUCH_VALUE"),
            {fault(place, " 'NO_SUCH_VALUE'", "Member must satisfy enum value set: [" + names + "]")});
    }

    void texts(const json &fact, const Place &place) {
        const std::int64_t min = fact.value("min", -1), max = fact.value("max", -1);
        atBounds(min, max, [&](std::int64_t length) { text(fact, place, textOf(fact, length)); });
        if (!fact.contains("pattern")) {
            return;
        }
        const std::string strange(static_cast<std::size_t>(std::max<std::int64_t>(min, 1)), '\x01');
        if (matches(fact.at("pattern"), strange)) {
            throw std::runtime_error(place.path + ": its pattern takes control characters");
        }
        text(fact, place, strange);
        text(fact, place, smallestText(fact));
    }

    void text(const json &fact, const Place &place, const std::string &text) {
        // A grant's token is hidden although the model does not call it sensitive.
        const bool hidden = fact.value("sensitive", false) || place.path == "grantToken";
        const std::string echo = hidden ? "" : " '" + text + "'";
        Messages messages = bounds(place, "length", echo, static_cast<std::int64_t>(text.size()),
                                   fact.value("min", -1), fact.value("max", -1));
        if (fact.contains("pattern") && !matches(fact.at("pattern"), text)) {
            messages.push_back(fault(place, echo,
                                     "Member must satisfy regular expression pattern: " +
                                         fact.at("pattern").get<std::string>()));
        }
        add(place.path + ", " + std::to_string(text.size()) + " characters", place.with(text), messages);
    }

    static std::string fault(const Place &place, const std::string &echo, const std::string &constraint) {
        return "Value" + echo + " at '" + place.path + "' failed to satisfy constraint: " + constraint;
    }
    static Messages bounds(const Place &place, const std::string &what, const std::string &echo,
                           std::int64_t value, std::int64_t min, std::int64_t max) {
        const std::string must = "Member must have " + what;
        if (max >= 0 && value > max) {
            return {fault(place, echo, must + " less than or equal to " + std::to_string(max))};
        }
        if (min >= 0 && value < min) {
            return {fault(place, echo, must + " greater than or equal to " + std::to_string(min))};
        }
        return {};
    }
    template <class Try>
    void atBounds(std::int64_t min, std::int64_t max, const Try &tryValue) {
        std::set<std::int64_t> values;
        if (min > 0) {
            values.insert({min - 1, min});
        } else if (min == 0) {
            values.insert(min);
        }
        if (max >= 0) {
            values.insert({max, max + 1});
        }
        for (const std::int64_t value : values) {
            tryValue(value);
        }
    }
    void add(const std::string &what, const json &request, const Messages &messages) {
        std::string message;
        if (!messages.empty()) {
            message = std::to_string(messages.size()) + " validation error" +
                      (messages.size() == 1 ? "" : "s") + " detected: " + join(messages, "; ");
        }
        trials.push_back({what, request, message});
    }
};

} // namespace

json smallestOf(const json &members) {
    json object = json::object();
    for (const json &fact : members) {
        if (fact.value("required", false)) {
            object[fact.at("name").get<std::string>()] = smallest(fact);
        }
    }
    return object;
}

std::vector<Trial> trialsOf(const json &members, const json &whole) {
    Walk walk;
    walk.members(members, whole, "", [](const json &object) { return object; });
    return std::move(walk.trials);
}

} // namespace keyturn::test
