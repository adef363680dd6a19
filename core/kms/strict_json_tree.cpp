// SPDX-License-Identifier: Apache-2.0
#include "kms/strict_json_tree.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace keyturn::kms {

namespace {

constexpr std::size_t maxDepth = 16;
constexpr std::size_t maxMembers = 1024;

/// nlohmann's SAX interface; names are the library's.
class TreeBuilder {
public:
    explicit TreeBuilder(JsonTree &root)
        : m_root(root) {}

    bool null() { return add({}); }
    bool boolean(bool value) { return add({JsonTree::Kind::Scalar, value ? "true" : "false", {}, {}}); }
    bool number_integer(std::int64_t value) { return scalar(std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) { return scalar(std::to_string(value)); }
    bool number_float(double, const std::string &text) { return scalar(text); }
    bool string(std::string &value) { return add({JsonTree::Kind::Text, std::move(value), {}, {}}); }
    bool binary(std::vector<std::uint8_t> &) { return false; }
    bool start_object(std::size_t) { return open(JsonTree::Kind::Object); }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(JsonTree::Kind::Array); }
    bool end_array() { return close(); }
    bool key(std::string &name) {
        JsonTree &object = *m_open.back();
        if (object.find(name) != nullptr || object.members.size() >= maxMembers) {
            return false;
        }
        object.members.push_back({std::move(name), JsonTree()});
        return true;
    }
    bool parse_error(std::size_t, const std::string &, const nlohmann::json::exception &) { return false; }

private:
    bool scalar(std::string text) { return add({JsonTree::Kind::Scalar, std::move(text), {}, {}}); }
    JsonTree *place() {
        if (m_open.empty()) {
            return &m_root;
        }
        JsonTree &parent = *m_open.back();
        return parent.kind == JsonTree::Kind::Object ? &parent.members.back().value
                                                     : &parent.items.emplace_back();
    }
    bool add(JsonTree value) {
        *place() = std::move(value);
        return true;
    }
    bool open(JsonTree::Kind kind) {
        if (m_open.size() >= maxDepth) {
            return false;
        }
        JsonTree *node = place();
        node->kind = kind;
        m_open.push_back(node); // stays where it is: its parent grows only after it is closed
        return true;
    }
    bool close() {
        m_open.pop_back();
        return true;
    }

    JsonTree &m_root;
    std::vector<JsonTree *> m_open;
};

} // namespace

const JsonTree *JsonTree::find(std::string_view name) const {
    const auto found = std::ranges::find(members, name, &JsonMember::name);
    return found == members.end() ? nullptr : &found->value;
}

Result<JsonTree> readJsonTree(std::string_view text) {
    JsonTree root;
    TreeBuilder builder(root);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
        return fail(ErrorCode::BadJson, "no valid JSON, or a name stands twice in an object");
    }
    return root;
}

} // namespace keyturn::kms
