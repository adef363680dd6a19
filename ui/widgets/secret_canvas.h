// SPDX-License-Identifier: Apache-2.0
// SecretCanvas: paints several rows of a secret, one character at a time, or a note in its place while it
// is hidden. The base of SecretView's page and of SecretPad. GUI thread. The secret lives in the
// SecretEditing that the canvas owns.
#pragma once

#include "ui/widgets/secret_editing.h"
#include "ui/widgets/secret_format.h"

#include <QAbstractScrollArea>

#include <vector>

namespace keyturn::widgets {

class SecretCanvas : public QAbstractScrollArea {
    Q_OBJECT
public:
    SecretCanvas(std::size_t maxBytes, QWidget *parent);

    const SecretBuffer &buffer() const { return m_editing.buffer(); }
    void setSecret(ByteView secret);
    virtual void clearSecret();
    void setFormat(SecretFormat format);
    SecretFormat format() const { return m_format; }
    void setHidden(bool hidden);
    bool hidesSecret() const { return m_hidden; }
    /// What stands there while the secret is hidden or empty.
    void setNote(const QString &note);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    SecretEditing &editing() { return m_editing; }
    const SecretEditing &editing() const { return m_editing; }
    void relayout();
    std::size_t rowOf(std::size_t position) const;
    std::size_t positionAt(const QPoint &point) const;
    void keepCursorVisible();
    QRect cursorRectangle() const; ///< in the viewport
    virtual bool showsCursor() const { return false; }

    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    int cellWidth() const;
    int rowHeight() const;
    int xOf(const SecretRow &row, std::size_t position) const;
    TextStep stepAt(std::size_t position) const;
    void paintRow(QPainter &painter, const SecretRow &row, int top) const;
    void paintSelection(QPainter &painter, const SecretRow &row, int top) const;
    void paintNote(QPainter &painter) const;

    SecretEditing m_editing;
    std::vector<SecretRow> m_rows;
    SecretFormat m_format = SecretFormat::Text;
    QString m_note;
    bool m_hidden = false;
};

} // namespace keyturn::widgets
