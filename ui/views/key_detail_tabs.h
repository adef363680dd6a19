// SPDX-License-Identifier: Apache-2.0
// The tabs of KeyDetail. Each shows one key from the catalog and edits it in place through the acts
// presenter; what it needs beyond the catalog it asks for itself when it is first shown. GUI thread.
#pragma once

#include "base/result.h"
#include "kms/operation.h"
#include "kms/structures.h"
#include "ui/presenters/dialog_context.h"

#include <QWidget>

#include <string>
#include <vector>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;
class QCheckBox;

namespace keyturn::widgets {
class Form;
class InlineBar;
class MonoText;
} // namespace keyturn::widgets

namespace keyturn::ui {

class KeyActsPresenter;
struct CatalogKey;

/// What the tabs share: their key, a bar for errors, the presenter.
class KeyTab : public QWidget {
    Q_OBJECT

public:
    KeyTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    /// Shows another key, or the same one with news.
    virtual void showKey(const CatalogKey &key) = 0;
    /// Called when the tab is looked at and its key is another than last time.
    virtual void load() {}

protected:
    /// Dismisses the bar on success, else shows the error in it.
    void report(const Result<kms::AnyReply> &outcome);
    /// What reading the key has met; a way to read it again where that may help.
    void reportRefusal(const Error &error);
    bool mayChange() const;

    DialogContext m_context;
    KeyActsPresenter *m_acts;
    widgets::InlineBar *m_bar; ///< made first: it stands above the content, and Tab goes there first
    std::string m_keyId;
};

class OverviewTab : public KeyTab {
    Q_OBJECT

public:
    OverviewTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    void showKey(const CatalogKey &key) override;

private:
    void saveDescription();

    widgets::MonoText *m_id;
    widgets::MonoText *m_arn;
    QLineEdit *m_description; ///< before the others: Tab follows the order of making
    QPushButton *m_save;
    QPushButton *m_revert;
    QLabel *m_spec;
    QLabel *m_usage;
    QLabel *m_origin;
    QLabel *m_algorithms;
    QLabel *m_created;
    QLabel *m_deletion;
    widgets::MonoText *m_material;
    widgets::Form *m_form;
    QString m_savedDescription;
    bool m_wasRefused = false;
};

class AliasesTab : public KeyTab {
    Q_OBJECT

public:
    AliasesTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    void showKey(const CatalogKey &key) override;

Q_SIGNALS:
    void createRequested();

private:
    void removeSelected();

    QTableWidget *m_table;
    QPushButton *m_add;
    QPushButton *m_remove;
    QLabel *m_empty;
};

class RotationTab : public KeyTab {
    Q_OBJECT

public:
    RotationTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    void showKey(const CatalogKey &key) override;
    void load() override;

Q_SIGNALS:
    void rotateRequested();

private:
    void showMaterials(const std::vector<kms::RotationsListEntry> &materials);
    void saveSchedule();
    void importMaterial();
    void deleteMaterial();

    QLabel *m_note;
    QCheckBox *m_automatic;
    QSpinBox *m_period;
    QPushButton *m_saveSchedule;
    QPushButton *m_rotate;
    QPushButton *m_import; ///< of keys whose material comes from outside
    QPushButton *m_delete;
    QTableWidget *m_materials;
    QLabel *m_left;
    kms::KeyMetadata m_metadata;
    std::vector<kms::RotationsListEntry> m_shown;
    bool m_symmetric = true;
    bool m_wasAutomatic = false;
};

class TagsTab : public KeyTab {
    Q_OBJECT

public:
    TagsTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    void showKey(const CatalogKey &key) override;

private:
    void save();
    void revert();
    void addRow(const QString &name, const QString &value);
    std::vector<kms::Tag> tagsInTable() const;
    void updateButtons();

    QTableWidget *m_table;
    QPushButton *m_add;
    QPushButton *m_remove;
    QPushButton *m_save;
    QPushButton *m_revert;
    QLabel *m_empty;
    std::vector<kms::Tag> m_saved;
};

} // namespace keyturn::ui
