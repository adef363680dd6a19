// SPDX-License-Identifier: Apache-2.0
#include "vault/demo_vault.h"

#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "vault/vault_kms.h"

#include <array>
#include <system_error>
#include <vector>

namespace keyturn::vault {

namespace {

enum class DemoState : std::uint8_t { Enabled, Disabled, PendingDeletion };

struct DemoTag {
    std::string_view key;
    std::string_view value;
};

struct DemoKey {
    std::string_view description;
    std::array<std::string_view, 2> aliases; ///< empty: none
    std::array<DemoTag, 2> tags;             ///< of an empty key: none
    kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT;
    int rotations = 0;
    int rotationPeriodDays = 0; ///< 0: automatic rotation is off
    DemoState state = DemoState::Enabled;
};

constexpr DemoKey demoKeys[] = {
    {"Customer records of the web shop",
     {"alias/shop/customers", "alias/shop/default"},
     {{{"team", "shop"}, {"stage", "production"}}},
     kms::KeySpec::SYMMETRIC_DEFAULT,
     3,
     365},
    {"Orders; successor of the archived key",
     {"alias/shop/orders", ""},
     {{{"team", "shop"}, {"stage", "staging"}}},
     kms::KeySpec::SYMMETRIC_DEFAULT,
     1,
     180},
    {"Nightly backups", {"alias/backup", ""}, {{{"team", "operations"}, {}}}},
    {"Uploads from partners, encrypted with its public key",
     {"alias/partner-upload", ""},
     {{{"team", "partners"}, {}}},
     kms::KeySpec::RSA_2048},
    {"Order archive of last year, replaced by alias/shop/orders",
     {"alias/shop/orders-archive", ""},
     {{{"team", "shop"}, {}}},
     kms::KeySpec::SYMMETRIC_DEFAULT,
     2,
     0,
     DemoState::Disabled},
    {"Prototype, no longer used",
     {"alias/prototype", ""},
     {},
     kms::KeySpec::SYMMETRIC_DEFAULT,
     0,
     0,
     DemoState::PendingDeletion},
};

/// Runs operations until one fails; the rest then does nothing.
class Maker {
public:
    Maker(VaultKms &service, const CancelToken &cancel)
        : m_service(service)
        , m_cancel(cancel) {}

    template <class Op>
    typename Op::Reply run(typename Op::Request request) {
        if (!m_status) {
            return {};
        }
        kms::CallContext context;
        context.cancel = m_cancel;
        auto reply = kms::callAndWait<Op>(m_service, std::move(request), std::move(context));
        if (!reply) {
            m_status = failFrom(reply);
            return {};
        }
        return std::move(*reply);
    }
    Status take() { return std::move(m_status); }

private:
    VaultKms &m_service;
    CancelToken m_cancel;
    Status m_status;
};

kms::CreateKey::Request creation(const DemoKey &demo) {
    kms::CreateKey::Request request;
    request.description = demo.description;
    request.keySpec = demo.spec;
    request.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT;
    auto &tags = request.tags.emplace();
    for (const DemoTag &tag : demo.tags) {
        if (!tag.key.empty()) {
            tags.push_back({std::string(tag.key), std::string(tag.value)});
        }
    }
    return request;
}

void makeKey(Maker &maker, const DemoKey &demo) {
    const auto created = maker.run<kms::CreateKey>(creation(demo));
    if (!created.keyMetadata) {
        return;
    }
    const auto keyId = created.keyMetadata->keyId;
    for (const std::string_view alias : demo.aliases) {
        if (!alias.empty()) {
            maker.run<kms::CreateAlias>({std::string(alias), keyId});
        }
    }
    for (int rotation = 0; rotation < demo.rotations; ++rotation) {
        maker.run<kms::RotateKeyOnDemand>({keyId});
    }
    if (demo.rotationPeriodDays != 0) {
        maker.run<kms::EnableKeyRotation>({keyId, demo.rotationPeriodDays});
    }
    if (demo.state == DemoState::Disabled) {
        maker.run<kms::DisableKey>({keyId});
    }
    if (demo.state == DemoState::PendingDeletion) {
        maker.run<kms::ScheduleKeyDeletion>({keyId, 30});
    }
}

Status fill(Container container, const CancelToken &cancel) {
    auto service = VaultKms::start(std::move(container), {.program = "demo"});
    if (!service) {
        return failFrom(service);
    }
    Maker maker(**service, cancel);
    for (const DemoKey &demo : demoKeys) {
        makeKey(maker, demo);
    }
    Status made = maker.take();
    Status locked = (*service)->lock();
    return made ? std::move(locked) : std::move(made);
}

} // namespace

Status makeDemoVault(const std::filesystem::path &path, const CancelToken &cancel) {
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
        return fail(ErrorCode::FileExists, path.string() + " exists already");
    }
    // Made beside and then named, so that a half-made one is never opened.
    const std::filesystem::path making = path.string() + ".making";
    const std::filesystem::path makingLock = making.string() + ".lock";
    std::filesystem::remove(making, error);
    CreateOptions options;
    options.kdf = crypto::Argon2idParams{64 * 1024, 3};
    options.account = demoVaultAccount;
    options.region = demoVaultRegion;
    options.cancel = cancel;
    auto container = Container::create(making, SecretBytes::copyOf(demoVaultPassphrase), options);
    if (!container) {
        return failFrom(container);
    }
    Status filled = fill(std::move(*container), cancel);
    if (filled) {
        std::filesystem::rename(making, path, error);
        if (error) {
            filled = fail(systemError(error.value(), "renaming the demo vault"));
        }
    }
    std::error_code ignored;
    std::filesystem::remove(making, ignored);
    std::filesystem::remove(makingLock, ignored);
    return filled;
}

} // namespace keyturn::vault
