// SPDX-License-Identifier: Apache-2.0
// The sample of the re-encrypt dialog; see re_encrypt_presenter.h.
#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/encrypt.h"
#include "ui/models/key_words.h"
#include "ui/presenters/re_encrypt_presenter.h"
#include "workspace/session.h"

namespace keyturn::ui {
namespace {

/// The first key of the catalog that encrypts symmetrically; empty: none.
std::string keyForSample(const KeyCatalog &catalog) {
    for (int row = 0; row < catalog.count(); ++row) {
        const auto &metadata = catalog.at(row).metadata;
        if (metadata && metadata->keyState && *metadata->keyState == kms::KeyState::Enabled &&
            metadata->keySpec && *metadata->keySpec == kms::KeySpec::SYMMETRIC_DEFAULT) {
            return catalog.at(row).arn;
        }
    }
    return {};
}

} // namespace

bool ReEncryptPresenter::offersSample() const {
    const workspace::Profile &profile = m_context.session->profile();
    return profile.kind == workspace::ProfileKind::Vault && profile.vaultFile == workspace::demoVaultFile() &&
           !keyForSample(*m_context.catalog).empty();
}

void ReEncryptPresenter::makeSample() {
    const auto service = m_context.session->service();
    kms::Encrypt::Request request;
    request.keyId = keyForSample(*m_context.catalog);
    if (!service || request.keyId->empty()) {
        return;
    }
    kms::EncryptionContext context;
    context.set("purpose", "sample");
    request.plaintext = SecretBytes::copyOf("A sample of Keyturn.");
    request.encryptionContext = context;
    kms::call<kms::Encrypt>(*service, std::move(request), {}, this,
                            [this, context](Result<kms::Encrypt::Reply> reply) {
                                if (!reply) {
                                    return Q_EMIT sampleFailed(reply.error());
                                }
                                Q_EMIT sampleMade(fromUtf8(toBase64(*reply->ciphertextBlob)), context);
                            });
}

} // namespace keyturn::ui
