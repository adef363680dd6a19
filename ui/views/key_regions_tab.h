// SPDX-License-Identifier: Apache-2.0
// RegionsTab: a multi-Region key's primary and replicas, and what changes them: replicate, move the primary.
// GUI thread.
#pragma once

#include "ui/views/key_detail_tabs.h"

namespace keyturn::ui {

class RegionsTab : public KeyTab {
    Q_OBJECT

public:
    RegionsTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    void showKey(const CatalogKey &key) override;

private:
    void replicate();
    void makePrimary();
    std::string selectedRegion() const;
    void refreshButtons();

    QLabel *m_note;
    QTableWidget *m_table;
    QPushButton *m_replicate;
    QPushButton *m_makePrimary;
    kms::KeyMetadata m_metadata;
    QString m_name;
};

} // namespace keyturn::ui
