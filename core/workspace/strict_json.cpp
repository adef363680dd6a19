// SPDX-License-Identifier: Apache-2.0
#include "workspace/strict_json.h"

#include <algorithm>
#include <set>

namespace keyturn::workspace {
namespace {

constexpr int maxDepth = 8;

/// nlohmann's DOM keeps the last of repeated names silently; this notices them while it is built.
class RepeatedNames {
public:
    bool note(int, Json::parse_event_t event, const Json &value) {
        switch (event) {
        case Json::parse_event_t::object_start:
            m_open.emplace_back();
            break;
        case Json::parse_event_t::object_end:
            m_open.pop_back();
            break;
        case Json::parse_event_t::key:
            if (!m_open.back().insert(value.get<std::string>()).second && m_repeated.empty()) {
                m_repeated = value.get<std::string>();
            }
            break;
        default:
            break;
        }
        return true;
    }
    const std::string &first() const { return m_repeated; }

private:
    std::vector<std::set<std::string>> m_open;
    std::string m_repeated;
};

bool tooDeep(std::string_view text) {
    int depth = 0;
    bool inText = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (inText) {
            i += text[i] == '\\' ? 1 : 0;
            inText = i >= text.size() || text[i] != '"';
        } else if (text[i] == '"') {
            inText = true;
        } else if (text[i] == '{' || text[i] == '[') {
            if (++depth > maxDepth) {
                return true;
            }
        } else if (text[i] == '}' || text[i] == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Json> parseStrictJson(std::string_view text) {
    if (tooDeep(text)) {
        return fail(ErrorCode::Configuration, "the JSON is nested too deeply.");
    }
    RepeatedNames names;
    Json json = Json::parse(
        text.begin(), text.end(),
        [&names](int depth, Json::parse_event_t event, Json &value) {
            return names.note(depth, event, value);
        },
        false);
    if (json.is_discarded()) {
        return fail(ErrorCode::Configuration, "it is no JSON.");
    }
    if (!names.first().empty()) {
        return fail(ErrorCode::Configuration, "the member \"" + names.first() + "\" stands there twice.");
    }
    return json;
}

MemberReader::MemberReader(const Json &json, std::string place)
    : m_json(json)
    , m_place(std::move(place)) {}

const Json *MemberReader::find(const char *member) {
    m_asked.emplace_back(member);
    const auto found = m_json.find(member);
    return found == m_json.end() ? nullptr : &*found;
}

std::string MemberReader::text(const char *member, bool required) {
    const Json *found = find(member);
    if (found == nullptr) {
        if (required) {
            fault(member, "is missing");
        }
        return {};
    }
    if (!found->is_string()) {
        fault(member, "must be a text");
        return {};
    }
    return found->get<std::string>();
}

bool MemberReader::flag(const char *member) {
    const Json *found = find(member);
    if (found != nullptr && !found->is_boolean()) {
        fault(member, "must be true or false");
        return false;
    }
    return found != nullptr && found->get<bool>();
}

std::optional<std::int64_t> MemberReader::integer(const char *member) {
    const Json *found = find(member);
    if (found == nullptr) {
        return std::nullopt;
    }
    if (!found->is_number_integer() ||
        (found->is_number_unsigned() && found->get<std::uint64_t>() > std::uint64_t(INT64_MAX))) {
        fault(member, "must be a whole number");
        return std::nullopt;
    }
    return found->get<std::int64_t>();
}

const Json *MemberReader::object(const char *member) {
    const Json *found = find(member);
    if (found != nullptr && !found->is_object()) {
        fault(member, "must be an object");
        return nullptr;
    }
    return found;
}

const Json *MemberReader::array(const char *member) {
    const Json *found = find(member);
    if (found != nullptr && !found->is_array()) {
        fault(member, "must be a list");
        return nullptr;
    }
    return found;
}

void MemberReader::fault(const std::string &member, const std::string &what) {
    faultAt(m_place + member + " " + what);
}

void MemberReader::faultAt(const std::string &sentence) {
    if (m_fault.empty()) {
        m_fault = sentence;
    }
}

std::string MemberReader::finish() {
    if (!m_fault.empty()) {
        return m_fault;
    }
    for (const auto &item : m_json.items()) {
        if (std::ranges::find(m_asked, item.key()) == m_asked.end()) {
            return m_place + item.key() +
                   " is no member that this version of Keyturn knows; remove it, or use the version that "
                   "wrote it";
        }
    }
    return {};
}

} // namespace keyturn::workspace
