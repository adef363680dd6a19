// SPDX-License-Identifier: Apache-2.0
// The pages of the job wizard: each shows its members of a JobSpec and stores them back. A fault stands under
// the field of its member. GUI thread. Owner: the wizard.
#pragma once

#include "reencrypt/job.h"
#include "reencrypt/plan.h"
#include "ui/presenters/dialog_context.h"
#include "ui/presenters/job_form.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;
class QVBoxLayout;

namespace keyturn::widgets {
class ContextGrid;
class Form;
class InlineBar;
class MonoText;
class SectionHeader;
} // namespace keyturn::widgets

namespace keyturn::ui {

class JobPresenter;
class KeyCatalog;
class KeyPicker;

/// A key as people know it: its first alias, where the catalog has one; else as it is.
QString keyName(const KeyCatalog &catalog, const std::string &key);

class JobPageWidget : public QWidget {
    Q_OBJECT

public:
    virtual void load(const reencrypt::JobSpec &spec) = 0;
    virtual void store(reencrypt::JobSpec &spec) const = 0;
    /// Those of this page; the ones without a field of their own stand above the fields.
    void showFaults(const std::vector<JobFault> &faults);
    virtual QWidget *firstField() const = 0;

Q_SIGNALS:
    void changed();

protected:
    explicit JobPageWidget(QWidget *parent);
    /// A fault of a member that begins so stands under this field.
    void bind(const QString &member, QWidget *field);
    void watch(QLineEdit *field);
    void watch(QComboBox *field);
    void watch(QSpinBox *field);
    void watch(QCheckBox *field);
    void watch(QPlainTextEdit *field);
    widgets::Form *form() const { return m_form; }
    QVBoxLayout *column() const { return m_column; }
    QLineEdit *makeLine(const char *name, const QString &placeholder = {});

private:
    struct Bound {
        QString member;
        QWidget *field;
    };
    std::vector<Bound> m_bound;
    QVBoxLayout *m_column;
    widgets::Form *m_form;
    QLabel *m_faults;
};

class JobSourcePage final : public JobPageWidget {
    Q_OBJECT

public:
    explicit JobSourcePage(QWidget *parent);
    void load(const reencrypt::JobSpec &spec) override;
    void store(reencrypt::JobSpec &spec) const override;
    QWidget *firstField() const override;

private:
    reencrypt::SourceKind kind() const;
    void showKind();
    void chooseFiles();
    void chooseDatabase();
    void chooseFolder();
    void addPath(const QString &path);

    QComboBox *m_kind;
    QPlainTextEdit *m_paths;
    QWidget *m_choose;
    QLineEdit *m_database; ///< of SQLite: one file
    QLineEdit *m_include;
    QLineEdit *m_exclude;
    QLineEdit *m_connection;
    QLineEdit *m_table;
    QLineEdit *m_key;
    QLineEdit *m_where;
    QCheckBox *m_header;
    QLineEdit *m_delimiter;
};

class JobBlobsPage final : public JobPageWidget {
    Q_OBJECT

public:
    JobBlobsPage(JobPresenter *presenter, const KeyCatalog *catalog, QWidget *parent);
    void load(const reencrypt::JobSpec &spec) override;
    void store(reencrypt::JobSpec &spec) const override;
    QWidget *firstField() const override;
    void showPreview();
    /// Instead of rows: why there are none.
    void sayAboutPreview(const QString &text);

private:
    void makeTable();
    QString keyText(const reencrypt::PreviewItem &item) const;

    JobPresenter *m_presenter;
    const KeyCatalog *m_catalog;
    reencrypt::SourceKind m_kind = reencrypt::SourceKind::Files;
    QLabel *m_words;
    QLineEdit *m_blob;
    QLineEdit *m_pointer;
    QComboBox *m_encoding;
    QLineEdit *m_id;
    QLineEdit *m_prefix;
    QLabel *m_previewNote;
    QTableWidget *m_preview;
};

class JobKeysPage final : public JobPageWidget {
    Q_OBJECT

public:
    JobKeysPage(const DialogContext &context, QWidget *parent);
    void load(const reencrypt::JobSpec &spec) override;
    void store(reencrypt::JobSpec &spec) const override;
    QWidget *firstField() const override;

private:
    enum class Target { Same, Other, None };
    void showTarget();

    bool m_hasColumns = false;
    QComboBox *m_sourceMode;
    KeyPicker *m_source;
    std::vector<std::string> m_moreSources; ///< of a job file with several; kept
    KeyPicker *m_destination;
    widgets::ContextGrid *m_context;
    QLabel *m_places;
    QLineEdit *m_from;
    QComboBox *m_target;
    widgets::ContextGrid *m_targetContext;
};

class JobSafetyPage final : public JobPageWidget {
    Q_OBJECT

public:
    JobSafetyPage(bool inVault, QWidget *parent);
    void load(const reencrypt::JobSpec &spec) override;
    void store(reencrypt::JobSpec &spec) const override;
    QWidget *firstField() const override;

private:
    bool m_inVault;
    double m_givenRate = 0; ///< of a job file, where it has a fraction; kept until another is chosen
    QCheckBox *m_dryRun;
    QCheckBox *m_backup;
    QSpinBox *m_batch;
    QSpinBox *m_inFlight;
    QSpinBox *m_rate;
    QSpinBox *m_stopAfter;
    QComboBox *m_verify;
};

class JobReviewPage final : public JobPageWidget {
    Q_OBJECT

public:
    JobReviewPage(JobPresenter *presenter, const KeyCatalog *catalog, QWidget *parent);
    void load(const reencrypt::JobSpec &spec) override;
    void store(reencrypt::JobSpec &spec) const override;
    QWidget *firstField() const override;
    void showPlan();
    void sayAboutPlan(const QString &text);
    /// `unsaved`: the job file that it names has yet to be saved.
    void setCommand(bool unsaved, const QString &command);

private:
    JobPresenter *m_presenter;
    const KeyCatalog *m_catalog;
    QLineEdit *m_name;
    QLineEdit *m_reason;
    QLabel *m_note;
    QTableWidget *m_keys;
    QLabel *m_numbers;
    QLabel *m_blockers;
    QLabel *m_findings;
    widgets::SectionHeader *m_commandTitle;
    widgets::MonoText *m_command;
};

} // namespace keyturn::ui
