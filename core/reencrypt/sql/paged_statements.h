// SPDX-License-Identifier: Apache-2.0
// PagedStatements: what the dialects' statements have in common: a page of rows in key order, one row by its
// key, and the conditions that both are made of. A dialect says how its columns are read and how a value is
// bound. Private to this folder. Plain object, any thread.
#pragma once

#include "reencrypt/sql/row_statements.h"

namespace keyturn::reencrypt {

class PagedStatements : public RowStatements {
public:
    SqlStatement page(const std::optional<RowKey> &after, std::size_t limit) const final;
    SqlStatement range(const std::optional<RowKey> &after, const std::optional<RowKey> &last,
                       std::size_t limit) const final;
    SqlStatement row(const RowKey &key) const final;

protected:
    PagedStatements(SqlDialect dialect, const TableShape &shape, const JobSpec &spec);

    const TableShape &shape() const { return m_shape; }
    const std::string &keyNames() const { return m_keyNames; } ///< "a", "b" as ORDER BY takes them
    /// "SELECT ... FROM ..."; a dialect's constructor sets it.
    void readsFrom(std::string select) { m_select = std::move(select); }
    /// Rows of the job: its own condition, and no null in the key. Joined by AND; empty: all.
    std::string jobRows() const;
    std::string equalsKey(const RowKey &key, std::vector<SqlValue> &values) const;
    std::string marks(const RowKey &key, std::vector<SqlValue> &values) const; ///< "?, ?"

    /// Binds a value of the key's column and says how the statement names it.
    virtual std::string mark(std::size_t column, const SqlValue &value,
                             std::vector<SqlValue> &values) const = 0;
    /// Rows behind that key, in the order of keyNames().
    virtual std::string behind(const RowKey &key, std::vector<SqlValue> &values) const;
    /// The others: that key's row too.
    virtual std::string upTo(const RowKey &key, std::vector<SqlValue> &values) const;
    /// At the end of the statement; empty where the dialect has no word for it.
    virtual std::string atMost(std::size_t limit) const;
    virtual bool leavesNullKeysOut() const { return true; }

private:
    SqlDialect m_dialect;
    TableShape m_shape;
    std::string m_where;
    std::string m_keyNames;
    std::string m_select;
};

} // namespace keyturn::reencrypt
