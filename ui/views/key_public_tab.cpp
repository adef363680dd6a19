// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_public_tab.h"

#include "kms/call.h"
#include "kms/operations/get_public_key.h"
#include "ui/dialogs/public_key_view.h"
#include "ui/dialogs/signing_dialog.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

template <class E>
void append(const std::optional<std::vector<kms::Open<E>>> &algorithms, std::vector<std::string> &names) {
    for (const auto &each : algorithms.value_or(std::vector<kms::Open<E>>{})) {
        names.emplace_back(each.text());
    }
}

std::vector<std::string> algorithmsOf(const kms::GetPublicKey::Reply &reply) {
    std::vector<std::string> names;
    append(reply.encryptionAlgorithms, names);
    append(reply.signingAlgorithms, names);
    append(reply.keyAgreementAlgorithms, names);
    append(reply.encapsulationAlgorithms, names);
    return names;
}

} // namespace

PublicKeyTab::PublicKeyTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_sign(new QPushButton(tr("Sign\u2026"), this))
    , m_verify(new QPushButton(tr("Verify signature\u2026"), this))
    , m_key(new PublicKeyView(this)) {
    m_sign->setObjectName(QStringLiteral("keyDetail.sign"));
    m_verify->setObjectName(QStringLiteral("keyDetail.verify"));
    auto *acting = new QHBoxLayout;
    acting->setSpacing(metric::related);
    acting->addWidget(m_sign);
    acting->addWidget(m_verify);
    acting->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->setSpacing(metric::related);
    layout->addWidget(m_bar);
    layout->addLayout(acting);
    layout->addWidget(m_key, 1);
    connect(m_sign, &QPushButton::clicked, this, [this] { openSigning(false); });
    connect(m_verify, &QPushButton::clicked, this, [this] { openSigning(true); });
    connect(m_key, &PublicKeyView::saved, this, [this](const QString &file) {
        m_bar->present({widgets::NewsKind::Good, tr("Saved"), file, {}, {}});
    });
    connect(m_key, &PublicKeyView::saveFailed, this, [this](const Error &error) { report(fail(error)); });
}

void PublicKeyTab::showKey(const CatalogKey &key) {
    const bool another = m_keyId != key.keyId;
    m_keyId = key.keyId;
    m_arn = key.arn;
    if (another) {
        m_bar->dismiss();
        m_loaded.clear();
        m_key->setKey({});
    }
    const kms::KeyMetadata metadata = key.metadata.value_or(kms::KeyMetadata{});
    const bool signs = hasUsage(metadata, kms::KeyUsageType::SIGN_VERIFY);
    const bool usable = isEnabledKey(metadata) && !m_context.session->isReadOnly();
    for (QPushButton *button : {m_sign, m_verify}) {
        button->setVisible(signs);
        button->setEnabled(usable);
    }
    QString name = fromUtf8(key.displayName());
    m_key->setFileName(name.replace(u'/', u'-').replace(u':', u'-'));
}

void PublicKeyTab::load() {
    const auto service = m_context.session->service();
    if (!service || m_keyId.empty() || m_loaded == m_keyId) {
        return;
    }
    m_bar->dismiss();
    kms::GetPublicKey::Request request;
    request.keyId = m_keyId;
    kms::call<kms::GetPublicKey>(*service, std::move(request), {}, this,
                                 [this, keyId = m_keyId](Result<kms::GetPublicKey::Reply> reply) {
                                     if (keyId != m_keyId) {
                                         return;
                                     }
                                     if (!reply) {
                                         return report(fail(reply.error()));
                                     }
                                     m_loaded = keyId;
                                     m_key->setKey(reply->publicKey.value_or(Bytes{}), algorithmsOf(*reply));
                                 });
}

void PublicKeyTab::openSigning(bool verify) {
    auto *dialog =
        new SigningDialog(m_context, SigningFamily::Signature,
                          verify ? SigningDialog::Act::Verify : SigningDialog::Act::Make, window());
    dialog->setKey(m_arn);
    dialog->open();
}

} // namespace keyturn::ui
