// SPDX-License-Identifier: Apache-2.0
// SecretView: a plaintext that came back: hidden until it is revealed, then for ten seconds, as text, hex
// or base64. Copy and Save are asked for by signal, so that they go through the clipboard guard and a 0600
// file. The secret lives in SecretBytes and is wiped by clear(), by lock and at death. GUI thread.
#pragma once

#include "base/secret_bytes.h"
#include "base/secret_text.h"
#include "ui/widgets/secret_format.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTimer;

namespace keyturn::widgets {

class SecretCanvas;

class SecretView final : public QWidget {
    Q_OBJECT
public:
    /// `what` names the secret for people: "Plaintext".
    explicit SecretView(const QString &what, QWidget *parent = nullptr);
    ~SecretView() override;

    void setSecret(const SecretBytes &secret);
    bool isEmpty() const;
    bool isRevealed() const { return m_secondsLeft > 0; }
    bool wasSeen() const { return m_seen; } ///< revealed, copied or saved since it came
    void markSeen() { m_seen = true; }
    SecretFormat format() const;
    /// The whole secret in the chosen format, for the clipboard or a file.
    SecretText formatted() const;
    /// The bytes as they are, for a file.
    SecretBytes copy() const;
    /// A text that is to be written down, not copied: no format to choose, no "Copy".
    void setForReading();

public Q_SLOTS:
    void clear();
    void reveal();
    void hideSecret();
    /// One second has passed; a timer calls it while the secret is revealed.
    void secondPassed();

Q_SIGNALS:
    void copyRequested();
    void saveRequested();
    void revealedChanged(bool revealed);

private:
    void refresh();

    QString m_what;
    SecretCanvas *m_canvas;
    QLabel *m_size;
    QComboBox *m_format;
    QPushButton *m_reveal;
    QPushButton *m_copy;
    QPushButton *m_save;
    QTimer *m_second;
    int m_secondsLeft = 0;
    bool m_seen = false;
};

} // namespace keyturn::widgets
