// SPDX-License-Identifier: Apache-2.0
// keyturn-cli demo: the main job in the terminal, each step printed: a vault, two keys, a file encrypted, its
// ciphertext re-encrypted, both looked into, decrypted and compared.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "commands.h"
#include "console.h"
#include "inspect/inspect.h"
#include "inspect/record.h"
#include "inspect/render.h"
#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/re_encrypt.h"
#include "workspace/vault_access.h"

#include <cerrno>
#include <cstdlib>
#include <variant>

namespace keyturn::cli {
namespace {

constexpr std::string_view passphrase = "demo";
constexpr std::string_view secret = "card 4711, expires 12/29\n";

void step(int number, const std::string &text) {
    printOut("\n" + std::to_string(number) + ". " + text + "\n");
}
void note(const std::string &text) {
    printOut("   " + text + "\n");
}

template <class Op>
Outcome<typename Op::Reply> call(kms::KmsService &service, typename Op::Request request) {
    kms::CallContext context;
    context.principal.program = "cli";
    auto reply = kms::callAndWait<Op>(service, std::move(request), std::move(context));
    if (!reply) {
        return failureFrom(reply);
    }
    return std::move(*reply);
}

Outcome<std::string> createKey(kms::KmsService &service, const std::string &description,
                               const std::string &alias) {
    kms::CreateKey::Request request;
    request.description = description;
    auto reply = call<kms::CreateKey>(service, std::move(request));
    if (!reply) {
        return failureFrom(reply);
    }
    const std::string id = reply->keyMetadata->keyId.value_or("");
    kms::CreateAlias::Request named;
    named.aliasName = alias;
    named.targetKeyId = id;
    auto done = call<kms::CreateAlias>(service, std::move(named));
    if (!done) {
        return failureFrom(done);
    }
    note(alias + " is key " + id);
    return id;
}

Outcome<std::monostate> writeBlob(const std::filesystem::path &file, const Bytes &blob) {
    auto written = writeFileAtomically(file, blob, AtomicFile::Options{});
    return written ? Outcome<std::monostate>(std::monostate()) : failureFrom(written);
}

Outcome<std::monostate> lookInto(const std::filesystem::path &file) {
    auto found = inspect::inspectFile(file);
    if (!found) {
        return failureFrom(found);
    }
    printOut(inspect::renderText(*found));
    return std::monostate();
}

class Demo {
public:
    explicit Demo(std::filesystem::path folder)
        : m_folder(std::move(folder)) {}

    Outcome<int> run() {
        for (const auto act : {&Demo::makeVault, &Demo::makeKeys, &Demo::encrypt, &Demo::reEncrypt,
                               &Demo::inspectBoth, &Demo::decryptAndCompare}) {
            if (auto done = (this->*act)(); !done) {
                return failureFrom(done);
            }
        }
        auto locked = m_vault->lock();
        if (!locked) {
            return failureFrom(locked);
        }
        return exitOk;
    }

private:
    using Step = Outcome<std::monostate>;

    Step makeVault() {
        step(1, "A vault, with no network at all");
        workspace::NewVault vault;
        vault.file = m_folder / "demo.vault";
        vault.passphrase = SecretBytes::copyOf(passphrase);
        vault.kdfMemoryMib = 64;
        vault.program = "cli";
        auto made = workspace::createVault(vault, CancelToken());
        if (!made) {
            return failureFrom(made);
        }
        m_vault = std::move(*made);
        note(vault.file.string() + ", passphrase \"" + std::string(passphrase) + "\"");
        return std::monostate();
    }

    Step makeKeys() {
        step(2, "Two keys");
        for (const int year : {2025, 2026}) {
            auto id = createKey(*m_vault->service(), "Orders " + std::to_string(year),
                                "alias/orders-" + std::to_string(year));
            if (!id) {
                return failureFrom(id);
            }
        }
        return std::monostate();
    }

    Step encrypt() {
        step(3, "Encrypt a file under alias/orders-2025, with the encryption context tenant=blue");
        kms::Encrypt::Request request;
        request.keyId = "alias/orders-2025";
        request.plaintext = SecretBytes::copyOf(secret);
        request.encryptionContext = m_context;
        auto reply = call<kms::Encrypt>(*m_vault->service(), std::move(request));
        if (!reply) {
            return failureFrom(reply);
        }
        m_old = *reply->ciphertextBlob;
        note("order.txt: " + std::to_string(secret.size()) +
             " bytes, order.old: " + std::to_string(m_old.size()) + " bytes");
        return writeBlob(m_folder / "order.old", m_old);
    }

    Step reEncrypt() {
        step(4, "Re-encrypt it under alias/orders-2026; the plaintext never leaves the vault");
        kms::ReEncrypt::Request request;
        request.ciphertextBlob = m_old;
        request.sourceKeyId = "alias/orders-2025";
        request.sourceEncryptionContext = m_context;
        request.destinationKeyId = "alias/orders-2026";
        request.destinationEncryptionContext = m_context;
        auto reply = call<kms::ReEncrypt>(*m_vault->service(), std::move(request));
        if (!reply) {
            return failureFrom(reply);
        }
        note("from " + reply->sourceKeyId.value_or(""));
        note("to   " + reply->keyId.value_or(""));
        m_new = *reply->ciphertextBlob;
        inspect::Record record;
        record.operation = "ReEncrypt";
        record.keyId = reply->keyId;
        record.sourceKeyId = reply->sourceKeyId;
        record.encryptionContext = m_context;
        record.ciphertextBytes = static_cast<std::int64_t>(m_new.size());
        record.time = systemClock()->now();
        if (auto saved = inspect::saveRecord(m_folder / "order.new", record); !saved) {
            return failureFrom(saved);
        }
        return writeBlob(m_folder / "order.new", m_new);
    }

    Step inspectBoth() {
        step(5, "Look into both, offline");
        printOut("order.old: ");
        if (auto done = lookInto(m_folder / "order.old"); !done) {
            return done;
        }
        printOut("order.new: ");
        return lookInto(m_folder / "order.new");
    }

    Step decryptAndCompare() {
        step(6, "Decrypt the new one and compare");
        kms::Decrypt::Request request;
        request.ciphertextBlob = m_new;
        request.encryptionContext = m_context;
        auto reply = call<kms::Decrypt>(*m_vault->service(), std::move(request));
        if (!reply) {
            return failureFrom(reply);
        }
        if (!reply->plaintext || !equalConstantTime(reply->plaintext->view(), asBytes(secret))) {
            return failure(exitFailed, "The plaintext is not what was encrypted");
        }
        note("the same " + std::to_string(secret.size()) + " bytes");
        return std::monostate();
    }

    std::filesystem::path m_folder;
    std::shared_ptr<workspace::OpenVault> m_vault;
    const kms::EncryptionContext m_context{{"tenant", "blue"}};
    Bytes m_old;
    Bytes m_new;
};

Outcome<std::filesystem::path> temporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "keyturn-demo-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        return tl::unexpected<Failure>(toFailure(systemError(errno, "a folder for the demo")));
    }
    return std::filesystem::path(name);
}

} // namespace

ExitOutcome runDemo(const CommandLine &line) {
    static const std::vector<ArgumentSpec> options{{.option = "--keep", .arity = Arity::Flag}};
    auto words = parseCommandWords(line, options, 0);
    if (!words) {
        return failureFrom(words);
    }
    auto folder = temporaryFolder();
    if (!folder) {
        return failureFrom(folder);
    }
    auto done = Demo(*folder).run();
    if (words->options.has("keep")) {
        printOut("\nEverything is in " + folder->string() + "\n");
        return done;
    }
    std::error_code ignored;
    std::filesystem::remove_all(*folder, ignored);
    if (done) {
        printOut("\nDone; the folder was removed (--keep keeps it).\n");
    }
    return done;
}

} // namespace keyturn::cli
