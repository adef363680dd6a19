// SPDX-License-Identifier: Apache-2.0
// SessionConsents: names that somebody typed to confirm an act in production, so that the same target is
// asked for once per session. The owner clears it when a session ends. Only in memory. GUI thread.
#pragma once

#include <QSet>
#include <QString>

namespace keyturn::ui {

class SessionConsents {
public:
    bool given(const QString &name) const { return m_names.contains(name); }
    void give(const QString &name) { m_names.insert(name); }
    void clear() { m_names.clear(); }

private:
    QSet<QString> m_names;
};

} // namespace keyturn::ui
