// SPDX-License-Identifier: Apache-2.0
// Which operations an endpoint has, found out without changing anything. How each is asked:
//   - reads: for real, on the first key that the endpoint lists (ListKeys and ListAliases on nothing);
//   - what must name a key or an alias: with an empty name, which no service can take for one (AWS answers
//     ValidationException), so that nothing can happen whatever the operation does;
//   - Decrypt and ReEncrypt: with an empty ciphertext; RetireGrant: with an empty token; GenerateRandom: for
//     0 bytes;
//   - CreateCustomKeyStore, with an empty name, only where the service is known to check its input;
//   - CreateKey names nothing, so it is asked, with a key spec that does not exist, only where the service is
//     known to check its input; elsewhere it is not tried;
//   - anything else that could act on nothing named is not tried.
// DryRun: Encrypt of one byte proves that it is honoured; only then are data keys asked for with it. Grants
// are never asked for with DryRun.
// Internal to this module; blocks; one thread.
#pragma once

#include "base/cancel.h"
#include "kms/service.h"
#include "workspace/connection_report.h"

#include <functional>
#include <string>

namespace keyturn::workspace {

/// A request that an honest service refuses without doing anything; an empty box where there is none.
kms::AnyRequest harmlessRequest(kms::OperationId id, bool checksInput);

struct ProbeKey {
    std::string id;        ///< empty: the endpoint lists none
    bool encrypts = false; ///< enabled, symmetric, ENCRYPT_DECRYPT: DryRun can be proved with it
};

/// What an answer says about the operation. `aimed`: it named a real key, so a refusal holds for that key.
OperationProbe judge(const kms::OperationInfo &info, const Result<kms::AnyReply> &answer,
                     const std::string &keyAimedAt);

class OperationsProbe {
public:
    /// `changed` after each operation.
    OperationsProbe(kms::KmsService &service, bool checksInput, CancelToken cancel,
                    std::function<void()> changed)
        : m_service(service)
        , m_checksInput(checksInput)
        , m_cancel(std::move(cancel))
        , m_changed(std::move(changed)) {}

    /// Fills `report.operations` and, where Encrypt proves it, `honoursDryRun`.
    void run(const ProbeKey &key, ConnectionReport &report);

private:
    Result<kms::AnyReply> send(kms::AnyRequest request) const;
    OperationProbe ask(kms::OperationId id, const ProbeKey &key) const;
    void tryDryRun(const ProbeKey &key, ConnectionReport &report) const;

    kms::KmsService &m_service;
    bool m_checksInput;
    CancelToken m_cancel;
    std::function<void()> m_changed;
};

} // namespace keyturn::workspace
