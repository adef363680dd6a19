// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/material_presenter.h"

#include "base/atomic_file.h"
#include "kms/call.h"
#include "kms/operations/get_parameters_for_import.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "workspace/confirmation.h"
#include "workspace/import_wrapping.h"
#include "workspace/session.h"

namespace keyturn::ui {
namespace {

constexpr std::size_t longestKeyFile = 64 * 1024;
constexpr std::size_t longestWrapped = 6144; // kms-api.json, EncryptedKeyMaterial
constexpr std::chrono::days longestLife{365};

} // namespace

MaterialPresenter::MaterialPresenter(const DialogContext &context, kms::KeyMetadata key, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_key(std::move(key)) {}

MaterialPresenter::~MaterialPresenter() {
    m_busy.cancel();
}

bool MaterialPresenter::isSymmetric() const {
    return isSymmetricSpec(specOf(m_key));
}

std::vector<std::string> MaterialPresenter::algorithms() const {
    return workspace::wrappingAlgorithmsFor(specOf(m_key));
}

std::vector<std::string> MaterialPresenter::wrappingKeys(const std::string &algorithm) const {
    return workspace::wrappingKeysFor(specOf(m_key), algorithm);
}

void MaterialPresenter::forgetParameters() {
    m_algorithm.clear();
    m_token.clear();
    m_publicKey.clear();
    m_validTo.reset();
    m_wrapped.clear();
    m_imported = false;
}

void MaterialPresenter::getParameters(const std::string &algorithm, const std::string &wrappingKey) {
    const auto service = m_context.session->service();
    if (isBusy() || !service) {
        return;
    }
    m_error.reset();
    m_importing = false;
    kms::GetParametersForImport::Request request;
    request.keyId = m_key.keyId;
    request.wrappingAlgorithm = kms::Open<kms::AlgorithmSpec>::fromText(algorithm);
    request.wrappingKeySpec = kms::Open<kms::WrappingKeySpec>::fromText(wrappingKey);
    m_context.session->tickets()->approve(kms::OperationId::GetParametersForImport, *m_key.keyId);
    kms::call<kms::GetParametersForImport>(
        *service, std::move(request), m_busy.begin(), this,
        [this, algorithm](Result<kms::GetParametersForImport::Reply> reply) {
            m_busy.end();
            if (!reply) {
                m_error = reply.error();
            } else {
                forgetParameters();
                m_algorithm = algorithm;
                m_token = reply->importToken.value_or(Bytes{});
                m_publicKey = std::move(reply->publicKey).value_or(SecretBytes());
                m_validTo = reply->parametersValidTo;
            }
            Q_EMIT busyChanged();
            Q_EMIT changed();
        });
    Q_EMIT busyChanged();
    Q_EMIT changed();
}

Status MaterialPresenter::useSavedToken(const std::filesystem::path &file) {
    auto token = readFile(file, longestWrapped);
    if (!token) {
        return failFrom(token);
    }
    if (token->empty()) {
        return fail(ErrorCode::Usage, "The file is empty.");
    }
    forgetParameters();
    m_token = std::move(*token);
    Q_EMIT changed();
    return {};
}

Status MaterialPresenter::savePublicKey(const std::filesystem::path &target) const {
    return writeFileAtomically(target, m_publicKey.view(), {.mode = 0600});
}

Status MaterialPresenter::saveToken(const std::filesystem::path &target) const {
    return writeFileAtomically(target, m_token, {.mode = 0600});
}

QString MaterialPresenter::wrappingCommands() const {
    const QString hash = m_algorithm.ends_with("SHA_256") ? QStringLiteral("sha256") : QStringLiteral("sha1");
    const QString oaep =
        QStringLiteral("-pubin -keyform DER -inkey wrapping-key.der -pkeyopt rsa_padding_mode:oaep "
                       "-pkeyopt rsa_oaep_md:%1 -pkeyopt rsa_mgf1_md:%1")
            .arg(hash);
    if (m_algorithm.starts_with("RSAES_OAEP_")) {
        return QStringLiteral("openssl pkeyutl -encrypt %1 -in key-material.bin -out wrapped.bin").arg(oaep);
    }
    if (m_algorithm.starts_with("RSA_AES_KEY_WRAP_")) {
        return QStringLiteral("openssl rand -out aes.bin 32\n"
                              "openssl enc -id-aes256-wrap-pad -K \"$(xxd -p -c 64 aes.bin)\" -iv A65959A6 "
                              "-in private-key.der -out inner.bin\n"
                              "openssl pkeyutl -encrypt %1 -in aes.bin -out outer.bin\n"
                              "cat outer.bin inner.bin > wrapped.bin && shred -u aes.bin")
            .arg(oaep);
    }
    return QStringLiteral("openssl pkeyutl -encrypt -pubin -keyform DER -inkey wrapping-key.der "
                          "-in private-key.der -out wrapped.bin");
}

Status MaterialPresenter::wrapFile(const std::filesystem::path &file) {
    const auto content = readSecretFile(file, longestKeyFile);
    if (!content) {
        return tl::unexpected<Error>(content.error());
    }
    const auto material = workspace::materialFromFile(specOf(m_key), *content);
    if (!material) {
        return tl::unexpected<Error>(material.error());
    }
    auto wrapped = workspace::wrapForImport(m_algorithm, m_publicKey.view(), *material);
    if (!wrapped) {
        return failFrom(wrapped);
    }
    m_wrapped = std::move(*wrapped);
    Q_EMIT changed();
    return {};
}

Status MaterialPresenter::useWrappedFile(const std::filesystem::path &file) {
    auto wrapped = readFile(file, longestWrapped);
    if (!wrapped) {
        return failFrom(wrapped);
    }
    if (wrapped->empty()) {
        return fail(ErrorCode::Usage, "The file is empty.");
    }
    m_wrapped = std::move(*wrapped);
    Q_EMIT changed();
    return {};
}

bool MaterialPresenter::areParametersPast() const {
    return m_validTo && *m_validTo <= systemClock()->now();
}

QString MaterialPresenter::expiryFault(const ImportOptions &options) const {
    const Timestamp now = systemClock()->now();
    if (options.validTo && *options.validTo <= now) {
        return tr("The day of expiry is past.");
    }
    if (options.validTo && *options.validTo > now + longestLife) {
        return tr("Material expires within 365 days, or never.");
    }
    return {};
}

QString MaterialPresenter::fault(const ImportOptions &options) const {
    if (!hasParameters()) {
        return tr("Get the parameters first.");
    }
    if (areParametersPast()) {
        return tr("The parameters have expired. Get new ones.");
    }
    if (m_wrapped.empty()) {
        return tr("There is no wrapped material yet.");
    }
    return expiryFault(options);
}

void MaterialPresenter::import(const ImportOptions &options) {
    const auto service = m_context.session->service();
    if (isBusy() || !service || !fault(options).isEmpty()) {
        return;
    }
    m_error.reset();
    m_importing = true;
    kms::ImportKeyMaterial::Request request;
    request.keyId = m_key.keyId;
    request.importToken = m_token;
    request.encryptedKeyMaterial = m_wrapped;
    request.expirationModel = options.validTo ? kms::ExpirationModelType::KEY_MATERIAL_EXPIRES
                                              : kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
    request.validTo = options.validTo;
    if (options.isNew) {
        request.importType =
            *options.isNew ? kms::ImportType::NEW_KEY_MATERIAL : kms::ImportType::EXISTING_KEY_MATERIAL;
    }
    if (!options.description.empty()) {
        request.keyMaterialDescription = options.description;
    }
    m_context.session->tickets()->approve(kms::OperationId::ImportKeyMaterial, *m_key.keyId);
    kms::call<kms::ImportKeyMaterial>(*service, std::move(request), m_busy.begin(), this,
                                      [this](Result<kms::ImportKeyMaterial::Reply> reply) {
                                          m_busy.end();
                                          if (!reply) {
                                              m_error = reply.error();
                                          } else {
                                              m_imported = true;
                                              m_materialId = reply->keyMaterialId.value_or("");
                                              m_context.catalog->refresh(*m_key.keyId);
                                          }
                                          Q_EMIT busyChanged();
                                          Q_EMIT changed();
                                      });
    Q_EMIT busyChanged();
}

} // namespace keyturn::ui
