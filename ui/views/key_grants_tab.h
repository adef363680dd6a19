// SPDX-License-Identifier: Apache-2.0
// GrantsTab: the grants of a key, made, retired and revoked. All pages are read when the tab is looked at and
// after each act. GUI thread.
#pragma once

#include "base/cancel.h"
#include "ui/views/key_detail_tabs.h"

namespace keyturn::ui {

class GrantsTab : public KeyTab {
    Q_OBJECT

public:
    GrantsTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    ~GrantsTab() override;
    void showKey(const CatalogKey &key) override;
    void load() override;

private:
    void makeTable();
    void reload();
    void showGrants(std::vector<kms::GrantListEntry> grants);
    void showSelected();
    void create();
    void end(bool retire);
    const kms::GrantListEntry *selected() const;

    QTableWidget *m_table;
    QLabel *m_empty;
    QLabel *m_selected; ///< the selected grant in full
    QPushButton *m_create;
    QPushButton *m_retire;
    QPushButton *m_revoke;
    std::vector<kms::GrantListEntry> m_grants;
    kms::KeyMetadata m_metadata;
    std::string m_arn;
    std::string m_loaded; ///< key id whose grants are shown
    CancelSource m_reading;
};

} // namespace keyturn::ui
