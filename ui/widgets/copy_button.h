// SPDX-License-Identifier: Apache-2.0
// CopyButton: puts a text that is no secret on the clipboard and says that it did, in place and to screen
// readers. Secrets go through desktop::ClipboardGuard instead. GUI thread.
#pragma once

#include <QToolButton>

#include <functional>

class QTimer;

namespace keyturn::widgets {

class CopyButton final : public QToolButton {
    Q_OBJECT
public:
    /// `what` names the text: "key id". `source` gives the text when it is asked for.
    CopyButton(const QString &what, std::function<QString()> source, QWidget *parent = nullptr);
    /// The terminal icon and "Copy as command" in place of "Copy <what>".
    void setAsCommand();

Q_SIGNALS:
    void copied();

private:
    void copy();
    void showIdle();

    QString m_label;
    std::function<QString()> m_source;
    QTimer *m_back;
    bool m_asCommand = false;
};

} // namespace keyturn::widgets
