// SPDX-License-Identifier: Apache-2.0
// SnapshotKms: a snapshot as a service with no network. Lists and descriptions answer from it, pages
// included; what could not be taken answers with the reason it was missing for; everything else is refused,
// saying that it needs the service. Any thread; answers before submit() returns. Owns the snapshot. Errors:
// NotFound, InvalidMarker, Validation as a service makes them; UnsupportedOperation (needs the service);
// those recorded when the snapshot was taken.
#pragma once

#include "kms/service.h"
#include "snapshot/snapshot.h"

#include <map>
#include <string>

namespace keyturn::snapshot {

class SnapshotKms final : public kms::KmsService {
public:
    explicit SnapshotKms(Snapshot snapshot);

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

    const SnapshotFacts &facts() const { return m_snapshot.facts; }
    /// "Offline copy from 2026-11-22T04:17:00Z, profile prod"
    std::string title() const;

private:
    Result<kms::AnyReply> answer(const kms::AnyRequest &request) const;
    Result<kms::AnyReply> replay(const kms::AnyRequest &request, const kms::OperationInfo &info,
                                 const std::string &keyId) const;
    Result<std::string> keyIdOf(const std::string &named) const;
    bool isOfKey(const std::string &aliasItem, const std::string &keyId) const;
    Error needsService(const kms::OperationInfo &info) const;

    const Snapshot m_snapshot;
    std::map<std::string, std::string> m_keyIds; ///< of key ids, ARNs, aliases and alias ARNs
};

} // namespace keyturn::snapshot
