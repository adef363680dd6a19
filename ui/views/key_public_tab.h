// SPDX-License-Identifier: Apache-2.0
// PublicKeyTab: the public half of an asymmetric key, to copy and save, and what is done with such a key:
// sign and verify. GUI thread.
#pragma once

#include "ui/views/key_detail_tabs.h"

namespace keyturn::ui {

class PublicKeyView;

class PublicKeyTab : public KeyTab {
    Q_OBJECT

public:
    PublicKeyTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent);
    void showKey(const CatalogKey &key) override;
    void load() override;

private:
    void openSigning(bool verify);

    QPushButton *m_sign;
    QPushButton *m_verify;
    PublicKeyView *m_key;
    std::string m_arn;
    std::string m_loaded; ///< key id that the view shows
};

} // namespace keyturn::ui
