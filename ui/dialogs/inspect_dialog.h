// SPDX-License-Identifier: Apache-2.0
// InspectDialog: what a ciphertext or a file holds, with no network and nothing open. GUI thread.
#pragma once

#include <QDialog>

namespace keyturn::widgets {
class BlobEdit;
}

namespace keyturn::ui {

class InspectionView;

class InspectDialog : public QDialog {
    Q_OBJECT

public:
    explicit InspectDialog(QWidget *parent = nullptr);

private:
    void sourceChanged();
    void openFile();

    widgets::BlobEdit *m_blob;
    InspectionView *m_view;
};

} // namespace keyturn::ui
