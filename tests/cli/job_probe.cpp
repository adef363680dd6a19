// SPDX-License-Identifier: Apache-2.0
// Ciphertexts by the thousand for the tests of jobs, made and opened in this process. Fields are parted by
// tabs.
//   job_probe make VAULT PASSPHRASE COUNT [TENANT]
//     a vault with alias/old, alias/new, alias/third; prints the three key ids in one line, then a line for
//     each ciphertext under alias/old: base64, the value of its context's "tenant" (t-<number>, or TENANT for
//     all), SHA-256 of its plaintext
//   job_probe open VAULT PASSPHRASE
//     each line of input: base64, tenant (empty: no context); prints key id and SHA-256 of the plaintext, or
//     "!" and the error's code
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "workspace/vault_access.h"

#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

using namespace keyturn;

namespace {

template <class T>
T orDie(Result<T> result) {
    if (!result) {
        std::cerr << errorCodeName(result.error().code) << ' ' << result.error().detail << '\n';
        std::exit(1);
    }
    return std::move(*result);
}

kms::EncryptionContext contextOf(std::string_view tenant) {
    kms::EncryptionContext context;
    if (!tenant.empty()) {
        context.set("tenant", std::string(tenant));
    }
    return context;
}

std::string newKey(kms::KmsService &service, const std::string &alias) {
    const auto made = orDie(kms::callAndWait<kms::CreateKey>(service, {}));
    const std::string id = *made.keyMetadata->keyId;
    kms::CreateAlias::Request named;
    named.aliasName = alias;
    named.targetKeyId = id;
    orDie(kms::callAndWait<kms::CreateAlias>(service, std::move(named)));
    return id;
}

/// Many calls under way at once: each waits for its record in the vault's log, and one commit serves many.
template <class Op>
class Pipeline {
public:
    using Answer = Result<typename Op::Reply>;
    explicit Pipeline(kms::KmsService &service, std::size_t count)
        : m_service(service)
        , m_answers(count) {}
    /// Every call must have been answered.
    ~Pipeline() { drain(); }

    void send(std::size_t index, typename Op::Request request) {
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_underWay < underWayMax; });
            ++m_underWay;
        }
        m_service.submit(kms::AnyRequest::of<Op>(std::move(request)), {},
                         [this, index](Result<kms::AnyReply> reply) {
                             const std::lock_guard lock(m_mutex);
                             m_answers[index].emplace(kms::unbox<Op>(std::move(reply)));
                             --m_underWay;
                             m_changed.notify_one();
                         });
    }
    std::vector<std::optional<Answer>> &drain() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_underWay == 0; });
        return m_answers;
    }

private:
    static constexpr std::size_t underWayMax = 512;
    kms::KmsService &m_service;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::size_t m_underWay = 0;
    std::vector<std::optional<Answer>> m_answers;
};

int make(const char *file, const char *passphrase, std::size_t count, const std::string &tenant) {
    workspace::NewVault vault;
    vault.file = file;
    vault.passphrase = SecretBytes::copyOf(passphrase);
    vault.kdfMemoryMib = 19;
    vault.program = "probe";
    auto open = orDie(workspace::createVault(vault, {}));
    auto service = open->service();
    const std::string old = newKey(*service, "alias/old");
    std::cout << old << '\t' << newKey(*service, "alias/new") << '\t' << newKey(*service, "alias/third")
              << '\n';
    Pipeline<kms::Encrypt> pipeline(*service, count);
    const auto plainOf = [](std::size_t i) { return "MARKERplaintext number " + std::to_string(i); };
    const auto tenantOf = [&](std::size_t i) { return tenant.empty() ? "t-" + std::to_string(i) : tenant; };
    for (std::size_t i = 0; i < count; ++i) {
        kms::Encrypt::Request request;
        request.keyId = old;
        request.plaintext = SecretBytes::copyOf(plainOf(i));
        request.encryptionContext = contextOf(tenantOf(i));
        pipeline.send(i, std::move(request));
    }
    std::size_t i = 0;
    for (auto &answer : pipeline.drain()) {
        const auto reply = orDie(std::move(*answer));
        std::cout << toBase64(*reply.ciphertextBlob) << '\t' << tenantOf(i) << '\t'
                  << toHex(crypto::sha256(asBytes(plainOf(i)))) << '\n';
        ++i;
    }
    service.reset();
    return open->lock() ? 0 : 1;
}

std::string outcomeOf(const Result<kms::Decrypt::Reply> &reply) {
    if (!reply) {
        return "!" + std::string(errorCodeName(reply.error().code));
    }
    const std::string &key = *reply->keyId;
    return key.substr(key.find('/') + 1) + '\t' + toHex(crypto::sha256(reply->plaintext->view()));
}

int openAll(const char *file, const char *passphrase) {
    workspace::VaultToOpen vault;
    vault.file = file;
    vault.secret = SecretBytes::copyOf(passphrase);
    vault.program = "probe";
    vault.waitIfInUse = std::chrono::seconds(10);
    auto open = orDie(workspace::openVault(std::move(vault), {}));
    auto service = open->service();
    std::vector<std::string> lines;
    for (std::string line; std::getline(std::cin, line);) {
        lines.push_back(line);
    }
    Pipeline<kms::Decrypt> pipeline(*service, lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto fields = split(lines[i], '\t');
        kms::Decrypt::Request request;
        request.ciphertextBlob = fromBase64(fields.front()).value_or(Bytes{0});
        request.encryptionContext = contextOf(fields.size() > 1 ? fields[1] : std::string_view());
        pipeline.send(i, std::move(request));
    }
    for (auto &answer : pipeline.drain()) {
        std::cout << outcomeOf(*answer) << '\n';
    }
    service.reset();
    return open->lock() ? 0 : 1;
}

} // namespace

int main(int argumentCount, char **arguments) {
    const std::string verb = argumentCount > 3 ? arguments[1] : "";
    if (verb == "make" && argumentCount > 4) {
        return make(arguments[2], arguments[3], std::strtoul(arguments[4], nullptr, 10),
                    argumentCount > 5 ? arguments[5] : "");
    }
    if (verb == "open") {
        return openAll(arguments[2], arguments[3]);
    }
    std::cerr << "job_probe make VAULT PASSPHRASE COUNT | open VAULT PASSPHRASE\n";
    return 2;
}
