// SPDX-License-Identifier: Apache-2.0
// PolicyTab: the key policy in sentences and as JSON to edit, its faults with their line, what is probably
// not meant; the lockout check of the service can be switched off, after a question. GUI thread.
#pragma once

#include "ui/views/key_detail_tabs.h"

#include <map>

namespace keyturn::ui {

class PolicyTab : public KeyTab {
    Q_OBJECT

public:
    PolicyTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    void showKey(const CatalogKey &key) override;
    void load() override;

protected:
    void changeEvent(QEvent *event) override;

private:
    void makeEditor();
    void layParts();
    void replaceText(const QString &text);
    void keepDraft();
    void showReading(bool isPolicy, const std::string &text);
    void edited();
    void markLine();
    void save();
    void send();
    void setSaved(const QString &policy);

    QLabel *m_sentences;
    QLabel *m_doubts;
    QPlainTextEdit *m_editor;
    QLabel *m_fault;
    QCheckBox *m_bypass;
    QPushButton *m_indent;
    QPushButton *m_revert;
    QPushButton *m_save;
    QString m_saved;
    std::string m_loaded;                    ///< key id that the editor shows
    std::map<std::string, QString> m_drafts; ///< by key id: edited, not saved, left for another key
    int m_faultLine = 0;
    bool m_isReading = false;
};

} // namespace keyturn::ui
