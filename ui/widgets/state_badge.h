// SPDX-License-Identifier: Apache-2.0
// How the state of a key is shown: icon and word, one shape each. The icon has the state's colour, the word
// the colour of text, so that it reads on every ground. GUI thread.
// Follows visual-language ("State of a key").
#pragma once

#include "ui/theme/icons.h"

#include <QString>
#include <QWidget>

#include <cstdint>

namespace keyturn::widgets {

enum class KeyStateLook : std::uint8_t {
    Enabled,
    Disabled,
    PendingDeletion,
    PendingReplicaDeletion,
    PendingImport,
    Unavailable,
    Creating,
    Updating,
    Other, ///< a state that the service named and we do not know: its own word is shown
};

struct StateWords {
    theme::Icon icon;
    theme::ColorRole role;
    QString word;
};

/// The look of a state by its name in the service's language ("PendingDeletion").
KeyStateLook stateLookFromWire(QStringView wireState);
StateWords stateWords(KeyStateLook look);

/// A badge into any rectangle, for delegates.
void paintStateBadge(QPainter &painter, const QRect &rect, theme::Icon icon, theme::ColorRole role,
                     const QString &word);

class StateBadge final : public QWidget {
    Q_OBJECT
public:
    explicit StateBadge(QWidget *parent = nullptr);
    /// `detail` follows the word: "5 days left". Unknown states give their own name as `word`.
    void setState(KeyStateLook look, const QString &detail = {}, const QString &word = {});
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    StateWords m_words;
    QString m_text;
};

} // namespace keyturn::widgets
