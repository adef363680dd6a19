// SPDX-License-Identifier: Apache-2.0
// MonoText: an id, an ARN or a blob in the fixed font, cut in its middle where space is short, whole in the
// tooltip, for screen readers and in what is copied. Not for secrets. GUI thread.
#pragma once

#include <QString>
#include <QWidget>

namespace keyturn::widgets {

class CopyButton;

class MonoText final : public QWidget {
    Q_OBJECT
public:
    /// `what` names the text for people: "key id".
    explicit MonoText(const QString &what, QWidget *parent = nullptr);
    void setText(const QString &text);
    QString text() const { return m_text; }
    /// The text as it is shown now.
    QString shownText() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QRect textRect() const;
    void placeButton();

    QString m_what;
    QString m_text;
    CopyButton *m_copy;
};

} // namespace keyturn::widgets
