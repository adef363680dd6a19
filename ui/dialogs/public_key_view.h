// SPDX-License-Identifier: Apache-2.0
// PublicKeyView: a public key to look at, copy and save, as PEM, as DER (shown in base64) or as JWK, with its
// fingerprint. GUI thread.
#pragma once

#include "base/bytes.h"
#include "base/error.h"

#include <QWidget>

#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace keyturn::widgets {
class CopyButton;
class MonoText;
} // namespace keyturn::widgets

namespace keyturn::ui {

class PublicKeyView : public QWidget {
    Q_OBJECT

public:
    explicit PublicKeyView(QWidget *parent = nullptr);

    /// `algorithms` as KMS names them go into the JWK; empty `der`: nothing is shown.
    void setKey(const Bytes &der, const std::vector<std::string> &algorithms = {});
    /// What a file in the chosen form is called, without its ending; "public-key" at first.
    void setFileName(const QString &name) { m_fileName = name; }
    /// As it is shown and copied.
    QString text() const;

Q_SIGNALS:
    void saved(const QString &file);
    void saveFailed(const keyturn::Error &error);

private:
    enum class Form { Pem, Der, Jwk };
    Form form() const;
    void refresh();
    void save();

    Bytes m_der;
    std::vector<std::string> m_algorithms;
    QString m_fileName;
    QComboBox *m_form;
    widgets::CopyButton *m_copy;
    QPushButton *m_save;
    QPlainTextEdit *m_text;
    widgets::MonoText *m_fingerprint;
    QLabel *m_fingerprintLabel;
};

} // namespace keyturn::ui
