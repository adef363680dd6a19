// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_kms.h"

#include "vault/vault_kms_impl.h"

namespace keyturn::vault {

VaultKms::VaultKms(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

VaultKms::~VaultKms() = default;

Result<std::unique_ptr<VaultKms>> VaultKms::start(Container container, VaultKmsOptions options) {
    auto identity = container.identity();
    if (!identity) {
        return failFrom(identity);
    }
    auto impl = std::make_unique<Impl>(std::move(container), *identity, std::move(options));
    if (!impl->hasOwnRegion()) {
        return fail(ErrorCode::Usage, "region is not the name of a Region in the partition of this vault, "
                                      "which is of " +
                                          identity->region + ": give one such as that");
    }
    if (auto loaded = impl->load(); !loaded) {
        return failFrom(loaded);
    }
    if (auto begun = impl->begin(); !begun) {
        return failFrom(begun);
    }
    return std::unique_ptr<VaultKms>(new VaultKms(std::move(impl)));
}

kms::Capabilities VaultKms::capabilities() const {
    return m_impl->capabilities();
}

void VaultKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    m_impl->submit(std::move(request), std::move(context), std::move(completion));
}

Status VaultKms::withContainer(const std::function<Status(Container &)> &act) {
    return m_impl->writer().act(act);
}

chainlog::Record VaultKms::record(std::string_view action) const {
    return makeRecord(*m_impl->options().clock, m_impl->options().program, action);
}

kms::AccessKeyStore &VaultKms::accessKeys() {
    return m_impl->accessKeys();
}

Status VaultKms::settleDueWork() {
    return m_impl->writer().settleDue();
}

Status VaultKms::lock() {
    return m_impl->lock();
}

std::uint64_t VaultKms::commitCount() const {
    return m_impl->writer().commitCount();
}

} // namespace keyturn::vault
