// SPDX-License-Identifier: Apache-2.0
// CallReplyView: what any operation answered: a tree of its members and the same as JSON, with copy; its
// secrets apart, hidden until they are shown, wiped by wipe() and at death. Copy of a secret goes through the
// clipboard guard. GUI thread. Owner: the call dialog.
#pragma once

#include "ui/models/reply_tree.h"

#include <QList>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QTabWidget;
class QTreeWidget;
class QVBoxLayout;

namespace keyturn::desktop {
class ClipboardGuard;
}
namespace keyturn::widgets {
class SecretView;
}

namespace keyturn::ui {

class CallReplyView : public QWidget {
    Q_OBJECT

public:
    CallReplyView(desktop::ClipboardGuard *clipboard, QWidget *parent);

    void setReply(kms::AnyReply reply);
    /// Something else than a reply: "It would have worked.", "Nothing was asked yet."
    void setWords(const QString &words);
    void focusMembers();
    void wipe();

Q_SIGNALS:
    /// Of saving a secret.
    void failed(const keyturn::Error &error);
    void saved(const QString &file);

private:
    QWidget *makeTree();
    QWidget *makeJson();
    void addSecret(ReplySecret secret);

    desktop::ClipboardGuard *m_clipboard;
    QLabel *m_words;
    QWidget *m_secretBox;
    QVBoxLayout *m_secretColumn;
    QTabWidget *m_tabs;
    QTreeWidget *m_tree = nullptr;
    QPlainTextEdit *m_json = nullptr;
    QList<widgets::SecretView *> m_secrets;
};

} // namespace keyturn::ui
