// SPDX-License-Identifier: Apache-2.0
// The last use of a key by the log of a real vault, and by a service's own record.
#include "ui/presenters/vault_last_use.h"

#include "ui/presenters/service_last_use.h"

#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/re_encrypt.h"

#include <QTemporaryDir>
#include <QTest>

namespace keyturn::ui {

class TestVaultLastUse : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        workspace::NewVault wish{.file = m_folder->filePath(QStringLiteral("a.vault")).toStdString(),
                                 .passphrase = SecretBytes::copyOf("a vault of its own")};
        wish.kdf = workspace::PassphraseKdf::Scrypt;
        wish.kdfMemoryMib = 32;
        auto made = workspace::createVault(wish, {});
        QVERIFY(made.has_value());
        m_vault = std::move(*made);
        m_one = newKey();
        m_two = newKey();
    }
    void cleanup() { static_cast<void>(m_vault->lock().has_value()); }

    void aKeyThatWasOnlyMadeAndDescribedWasNotUsed() {
        call<kms::DescribeKey>({m_one, {}});
        const auto use = lastUseInLog(*m_vault, m_one);
        QVERIFY(use.has_value() && use->reported);
        QVERIFY(!use->at);
    }

    void usesOfBothSidesCount() {
        const auto blob = call<kms::Encrypt>(encryption(m_one)).ciphertextBlob;
        const auto first = lastUseInLog(*m_vault, m_one);
        QCOMPARE(first->operation, std::string("Encrypt"));
        QVERIFY(first->at.has_value());
        QVERIFY(!lastUseInLog(*m_vault, m_two)->at);
        kms::ReEncrypt::Request move;
        move.ciphertextBlob = blob;
        move.destinationKeyId = m_two;
        call<kms::ReEncrypt>(std::move(move));
        QCOMPARE(lastUseInLog(*m_vault, "arn:aws:kms:us-east-1:111122223333:key/" + m_two)->operation,
                 std::string("ReEncrypt"));
        QVERIFY(*lastUseInLog(*m_vault, m_one)->at > *first->at);
    }

    void whatFailedIsNoUse() {
        call<kms::DisableKey>({m_one});
        QVERIFY(!kms::callAndWait<kms::Encrypt>(*m_vault->service(), encryption(m_one)));
        QVERIFY(!lastUseInLog(*m_vault, m_one)->at);
    }

    void aServiceIsAsked() {
        const auto ask = [this](kms::KmsService &service) { return lastUseByService(service, m_one, {}); };
        QVERIFY(ask(*m_vault->service())->reported && !ask(*m_vault->service())->at);
        call<kms::Encrypt>(encryption(m_one));
        const auto use = ask(*m_vault->service());
        QVERIFY(use->reported && use->at && use->whyNot.empty());
        QCOMPARE(use->operation, std::string("Encrypt"));
        QVERIFY(*use->at == *lastUseInLog(*m_vault, m_one)->at);
        for (const auto code : {ErrorCode::AccessDenied, ErrorCode::UnknownOperation}) {
            Refusing refusing{serviceError(code, {}, ErrorOrigin::Service), true};
            QVERIFY(!ask(refusing)->reported && !ask(refusing)->whyNot.empty());
        }
        Refusing absent{serviceError(ErrorCode::KMSInternal, {}, ErrorOrigin::Service), false};
        QCOMPARE(ask(absent)->whyNot, std::string("the service has no GetKeyLastUsage"));
        Refusing broken{serviceError(ErrorCode::KMSInternal, {}, ErrorOrigin::Service), true};
        QVERIFY(!ask(broken)); // nobody knows: no evidence, and said so
    }

private:
    /// Answers every call with one error.
    class Refusing final : public kms::KmsService {
    public:
        Refusing(Error error, bool knows)
            : m_error(std::move(error)) {
            if (!knows) {
                m_capabilities.withdraw(kms::OperationId::GetKeyLastUsage, "not here");
            }
        }
        kms::Capabilities capabilities() const override { return m_capabilities; }
        void submit(kms::AnyRequest, kms::CallContext, kms::Completion completion) override {
            completion(tl::unexpected<Error>(m_error));
        }

    private:
        Error m_error;
        kms::Capabilities m_capabilities;
    };

    template <class Op>
    typename Op::Reply call(typename Op::Request request) {
        auto reply = kms::callAndWait<Op>(*m_vault->service(), std::move(request));
        if (!reply) {
            qFatal("refused: %s", reply.error().serviceMessage.c_str());
        }
        return std::move(*reply);
    }
    static kms::Encrypt::Request encryption(const std::string &key) {
        kms::Encrypt::Request request;
        request.keyId = key;
        request.plaintext = SecretBytes::copyOf("x");
        return request;
    }
    std::string newKey() { return *call<kms::CreateKey>({}).keyMetadata->keyId; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<workspace::OpenVault> m_vault;
    std::string m_one;
    std::string m_two;
};

} // namespace keyturn::ui

QTEST_GUILESS_MAIN(keyturn::ui::TestVaultLastUse)
#include "tst_vault_last_use.moc"
