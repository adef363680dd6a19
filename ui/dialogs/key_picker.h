// SPDX-License-Identifier: Apache-2.0
// KeyPicker: where every dialog asks for a key. Lists the catalog's keys that fit and those used lately, and
// takes any typed id, ARN, alias or alias ARN, also of another account; says below what it resolves to. GUI
// thread.
#pragma once

#include "kms/structures.h"
#include "ui/presenters/dialog_context.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <string>

class QComboBox;
class QLabel;
class QTimer;

namespace keyturn::ui {

struct CatalogKey;

class KeyPicker : public QWidget {
    Q_OBJECT

public:
    using Filter = std::function<bool(const CatalogKey &)>;

    /// `name` is the accessible name: "Source key".
    KeyPicker(const DialogContext &context, const QString &name, QWidget *parent = nullptr);

    /// The identifier as typed or chosen; empty: none.
    std::string identifier() const;
    void setIdentifier(const std::string &identifier);
    /// Which keys of the catalog are offered; typed ones are always taken.
    void setFilter(Filter filter);
    /// What the identifier stands for, once known.
    const std::optional<kms::KeyMetadata> &resolved() const { return m_resolved; }
    /// Why it is not known; empty: it is, or is being asked for.
    QString problem() const { return m_problem; }
    void setPlaceholder(const QString &text);
    /// What is said while nothing is typed; "An id, ARN, alias or alias ARN." unless set.
    void setHint(const QString &text);

Q_SIGNALS:
    /// The identifier, or what is known of it, has changed.
    void changed();

private:
    void refill();
    void resolve();
    void take(const std::string &identifier, const std::optional<kms::KeyMetadata> &metadata,
              const QString &problem);
    void showResolution();
    void setResolutionText(const QString &text, bool isProblem);
    void showElided();
    void resizeEvent(QResizeEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

    DialogContext m_context;
    QComboBox *m_combo;
    QLabel *m_resolution;
    QTimer *m_typing; ///< asks the service only when the typing pauses
    Filter m_filter;
    std::optional<kms::KeyMetadata> m_resolved;
    QString m_problem;
    QString m_problemTitle;
    QString m_hint;
    QString m_resolutionText; ///< whole; the label may show it elided
    std::uint64_t m_question = 0;
};

} // namespace keyturn::ui
