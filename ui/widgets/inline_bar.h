// SPDX-License-Identifier: Apache-2.0
// InlineBar: news or an error above the content it is about. It stays until it is closed or resolved, never
// takes the focus, and is announced to screen readers when its words change. GUI thread. It holds words
// that were made elsewhere (kms/error_text); "Copy details" puts `details` on the clipboard, so details
// hold no secrets. Follows visual-language ("Motion and waiting", "Empty, error, done").
#pragma once

#include <QFrame>
#include <QString>

#include <cstdint>

class QBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace keyturn::widgets {

class IconLabel;

enum class NewsKind : std::uint8_t { Info, Good, Attention, Danger };

/// What a bar says. Empty members are left out.
struct News {
    NewsKind kind = NewsKind::Info;
    QString title;
    QString text;
    QString action;  ///< the next step, as the button's verb
    QString details; ///< for "Copy details": request id, codes; no secrets
};

class InlineBar final : public QFrame {
    Q_OBJECT
public:
    explicit InlineBar(QWidget *parent = nullptr);

    /// Says something; the bar slides in if it was not there.
    void present(const News &news);
    /// Takes the bar away.
    void dismiss();
    const News &news() const { return m_news; }
    void setClosable(bool closable);
    /// As high as the words need at the width that the bar has.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void actionTriggered();
    void closed(); ///< by the person
    void detailsCopied();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void announce();
    void slideIn();
    QSize withWordsWhole(QSize hint) const;

    News m_news;
    IconLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_action;
    QPushButton *m_details;
    QToolButton *m_close;
    QBoxLayout *m_content; ///< words and buttons
};

} // namespace keyturn::widgets
