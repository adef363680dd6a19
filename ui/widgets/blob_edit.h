// SPDX-License-Identifier: Apache-2.0
// BlobEdit: a ciphertext to paste, drop or open. A chip says how it is written down and lets the person say
// otherwise; a counter shows its bytes. The clipboard is offered, never taken by itself; Enter writes a
// line, Ctrl+Enter submits, Tab leaves. Ciphertext is no secret: plaintext goes into SecretPad. GUI thread.
#pragma once

#include "base/result.h"
#include "ui/widgets/blob_text.h"

#include <QWidget>

#include <optional>

class QLabel;
class QMimeData;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace keyturn::widgets {

class ByteCounter;

inline constexpr qint64 blobFileMaxBytes = 16LL * 1024 * 1024;

class BlobEdit final : public QWidget {
    Q_OBJECT
public:
    /// `what` names the blob for people: "Source ciphertext".
    explicit BlobEdit(const QString &what, QWidget *parent = nullptr);

    /// The bytes as the kind in force reads them. Errors: BadEncoding.
    Result<Bytes> bytes() const;
    bool isEmpty() const;
    QString text() const;     ///< as typed; empty for a file
    QString fileName() const; ///< of an opened file; empty for text
    QString filePath() const; ///< of a file that openFile() opened; empty otherwise
    BlobKind kind() const;    ///< the person's choice, else the guess
    bool kindIsChosen() const { return m_chosen.has_value(); }

    void setText(const QString &text);
    void setBytes(const Bytes &bytes, const QString &fileName);
    /// Opens a file. Errors: FileNotFound, Usage (too large), IoFailed.
    Status openFile(const QString &path);
    void setReadOnly(bool readOnly);
    void setPlaceholderText(const QString &text);
    /// The owner takes the text as several ciphertexts, one a line: the chip says so. 1: as one.
    void setLinesTaken(int count);
    /// What an inspector found, on the chip's right: "AWS KMS, 184 bytes". Empty takes it away.
    void setFinding(const QString &finding);

public Q_SLOTS:
    void clear();
    void chooseKind(keyturn::widgets::BlobKind kind);
    void chooseNoKind();

Q_SIGNALS:
    void changed();
    void submitRequested();
    void openRequested();                        ///< the person pressed "Open": the owner shows a file dialog
    void filesDropped(const QStringList &paths); ///< more than one
    void openFailed(const QString &reason);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeFilePage();
    void makeKindMenu();
    void refresh();
    void showFile(const QString &fileName);
    void offerClipboard();
    void takeDrop(const QMimeData &dropped);

    QString m_what;
    QStackedWidget *m_pages;
    QPlainTextEdit *m_editor;
    QLabel *m_fileName;
    QLabel *m_fileSize;
    QToolButton *m_kindChip;
    QPushButton *m_open;
    QPushButton *m_clipboard;
    QPushButton *m_clear;
    QLabel *m_finding;
    ByteCounter *m_counter;
    QLabel *m_fault;
    std::optional<BlobKind> m_chosen;
    std::optional<Bytes> m_file;
    QString m_filePath;
    int m_linesTaken = 1;
    bool m_readOnly = false;
};

} // namespace keyturn::widgets
