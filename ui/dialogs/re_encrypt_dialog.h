// SPDX-License-Identifier: Apache-2.0
// ReEncryptDialog (features-and-screens.md 3.4): source with inspector on the left, target on the right, the
// two contexts below each other's keys, results at the bottom. Its logic is ReEncryptPresenter's. The input
// is kept when results arrive. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/presenters/re_encrypt_presenter.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;
class QTabWidget;
class QToolButton;
class QLabel;

namespace keyturn::widgets {
class BlobEdit;
class BusyButton;
class ContextGrid;
class CopyButton;
class Form;
} // namespace keyturn::widgets

namespace keyturn::ui {

class InspectionView;
class KeyPicker;
class ReEncryptResults;

class ReEncryptDialog : public ActingDialog {
    Q_OBJECT

public:
    explicit ReEncryptDialog(const DialogContext &context, QWidget *parent = nullptr);

    void setFiles(const std::vector<std::filesystem::path> &files);
    void setDestinationKey(const std::string &identifier);

private:
    /// What the bar's button does about the error that it shows.
    struct Offer {
        kms::NextStep act = kms::NextStep::None;
        std::string keyId;
        QString policyStatement;
    };
    static bool canDo(const Offer &offer);
    void doOffered();
    QWidget *makeSource();
    QWidget *makeTarget();
    QWidget *makeContextCell(widgets::ContextGrid *grid, QLabel *none);
    void makeButtons();
    void connectParts();
    void connectResults();
    ReEncryptForm form() const;
    void sourceChanged();
    void suggestSource();
    void refresh();
    void refreshContexts(bool asymmetricSource);
    bool contextsAreValid() const;
    void refreshAlgorithms(const KeyPicker &picker, QComboBox *algorithm, bool source);
    void showFaults(const std::vector<FormFault> &faults);
    void run(bool checkOnly);
    void outcomeChanged(int row);
    void showItemError(int row);
    void saveCurrent();
    void replaceCurrent();
    void replace(int row);
    QString targetName() const;
    void wipe() override;
    void closeEvent(QCloseEvent *event) override;
    void reject() override;

    ReEncryptPresenter m_presenter;
    KeyActsPresenter m_acts;
    Offer m_offer;
    widgets::BlobEdit *m_blob = nullptr;
    QPushButton *m_sample = nullptr;
    InspectionView *m_inspection = nullptr;
    KeyPicker *m_sourceKey = nullptr;
    QCheckBox *m_letServiceFind = nullptr;
    QComboBox *m_sourceAlgorithm = nullptr;
    widgets::ContextGrid *m_sourceContext = nullptr;
    KeyPicker *m_targetKey = nullptr;
    QComboBox *m_targetAlgorithm = nullptr;
    widgets::ContextGrid *m_targetContext = nullptr;
    QLabel *m_contextWarning = nullptr;
    QLabel *m_noSourceContext = nullptr; ///< in place of the grid on an asymmetric side
    QLabel *m_noTargetContext = nullptr;
    QLabel *m_atMost = nullptr; ///< what an asymmetric target takes
    QToolButton *m_more = nullptr;
    QLineEdit *m_grantTokens = nullptr;
    widgets::Form *m_sourceForm = nullptr;
    widgets::Form *m_targetForm = nullptr;
    ReEncryptResults *m_results = nullptr;
    QTabWidget *m_lower = nullptr;
    QLabel *m_asymmetricNote = nullptr;
    QCheckBox *m_withRecord = nullptr;
    QCheckBox *m_asBase64 = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_replace = nullptr;
    widgets::CopyButton *m_copyResult = nullptr;
    widgets::CopyButton *m_copyCommand = nullptr;
    QPushButton *m_check = nullptr;
    widgets::BusyButton *m_run = nullptr;
    bool m_targetContextTouched = false; ///< no longer a copy of the source's
    bool m_copying = false;
    bool m_checkedOnly = false; ///< the last run was a dry one
};

} // namespace keyturn::ui
