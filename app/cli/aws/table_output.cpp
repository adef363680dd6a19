// SPDX-License-Identifier: Apache-2.0
#include "aws/table_output.h"

#include "aws/table_layout.h"

#include <algorithm>
#include <set>

namespace keyturn::cli::aws {
namespace {

bool isScalar(const Value &value) {
    return !value.isList() && !value.isMap();
}

/// What Python takes for nothing.
bool isEmpty(const Value &value) {
    switch (value.kind()) {
    case Value::Kind::Null:
        return true;
    case Value::Kind::Boolean:
        return !value.asBoolean();
    case Value::Kind::Integer:
    case Value::Kind::Real:
        return value.asNumber() == 0;
    case Value::Kind::List:
        return value.asList().empty();
    case Value::Kind::Map:
        return value.asMap().empty();
    default:
        return value.asText().empty();
    }
}

/// The text of a cell; a secret stays one.
Value cell(const Value &value) {
    return value.isText() ? value : Value::text(pythonText(value));
}

struct Names {
    std::set<std::string> scalars;
    std::set<std::string> others;

    void addFrom(const Value &map) {
        for (const auto &[name, member] : map.asMap()) {
            (isScalar(member) ? scalars : others).insert(name);
        }
    }
};

Error noTable(const Value &item) {
    std::string text = "list indices must be integers or slices";
    if (item.isText()) {
        text = "string indices must be integers, not 'str'";
    } else if (!item.isList()) {
        const std::string_view type = pythonType(item); // <class 'int'>
        text = std::string(type.substr(7, type.size() - 8)) + " object is not iterable";
    }
    return clientError(ErrorCode::Usage, text);
}

class Builder {
public:
    explicit Builder(TableLayout &table)
        : m_table(table) {}

    Status build(const std::string *title, const Value &current, std::size_t indent) {
        if (isEmpty(current)) {
            return {};
        }
        if (title != nullptr) {
            m_table.newSection(*title, indent);
        }
        if (current.isMap()) {
            return buildMap(current, indent);
        }
        if (!current.isList()) {
            return {};
        }
        return current.asList().front().isMap() ? buildRecords(current.asList(), indent, title)
                                                : buildList(current.asList());
    }

private:
    Status buildList(const Value::List &items) {
        for (const Value &item : items) {
            TableLayout::Row row;
            bool nested = false;
            if (isScalar(item)) {
                row.push_back(cell(item));
            } else if (item.isMap()) {
                for (const auto &[name, member] : item.asMap()) {
                    row.push_back(Value::text(name));
                }
            } else {
                for (const Value &inner : item.asList()) {
                    nested = nested || !isScalar(inner);
                    row.push_back(cell(inner));
                }
            }
            if (auto added = nested ? build(nullptr, item, 0) : m_table.addRow(std::move(row)); !added) {
                return added;
            }
        }
        return {};
    }

    Status buildMap(const Value &current, std::size_t indent) {
        Names names;
        names.addFrom(current);
        const std::vector<std::string> headers(names.scalars.begin(), names.scalars.end());
        TableLayout::Row row;
        for (const std::string &name : headers) {
            row.push_back(cell(*current.find(name)));
        }
        if (headers.size() == 1) {
            row.insert(row.begin(), Value::text(headers.front()));
        } else if (!headers.empty()) {
            m_table.addHeader(headers);
        }
        if (!headers.empty()) {
            if (auto added = m_table.addRow(std::move(row)); !added) {
                return added;
            }
        }
        for (const std::string &name : names.others) {
            if (auto built = build(&name, *current.find(name), indent + 1); !built) {
                return built;
            }
        }
        return {};
    }

    Status buildRecords(const Value::List &items, std::size_t indent, const std::string *title) {
        Names names;
        for (const Value &item : items) {
            if (item.isMap()) {
                names.addFrom(item);
            } else if ((!item.isText() && !item.isList()) || !isEmpty(item)) {
                return tl::unexpected<Error>(noTable(item));
            }
        }
        const std::vector<std::string> headers(names.scalars.begin(), names.scalars.end());
        m_table.addHeader(headers);
        bool first = true;
        for (const Value &item : items) {
            if (!first && !names.others.empty()) {
                m_table.newSection(title == nullptr ? std::string() : *title, indent);
                m_table.addHeader(headers);
            }
            first = false;
            if (auto built = buildRecord(item, headers, names.others, indent); !built) {
                return built;
            }
        }
        return {};
    }

    Status buildRecord(const Value &item, const std::vector<std::string> &headers,
                       const std::set<std::string> &others, std::size_t indent) {
        if (!item.isMap() && !headers.empty()) {
            return fail(ErrorCode::Usage, item.isText() ? "'str' object has no attribute 'get'"
                                                        : "'list' object has no attribute 'get'");
        }
        TableLayout::Row row;
        for (const std::string &name : headers) {
            const Value *member = item.find(name);
            row.push_back(member == nullptr ? Value::text("") : cell(*member));
        }
        if (auto added = m_table.addRow(std::move(row)); !added) {
            return added;
        }
        for (const std::string &name : others) {
            const Value *member = item.isMap() ? item.find(name) : nullptr;
            if (member == nullptr) {
                continue;
            }
            if (auto built = build(&name, *member, indent + 1); !built) {
                return built;
            }
        }
        return {};
    }

    TableLayout &m_table;
};

} // namespace

Status printTable(std::string_view title, const Value &value, const TableForm &form, SecretText &out) {
    if (isEmpty(value)) {
        return {};
    }
    TableLayout table;
    const std::string name(title);
    if (auto built = Builder(table).build(&name, value, 0); !built) {
        return built;
    }
    table.render(form, out);
    return {};
}

} // namespace keyturn::cli::aws
