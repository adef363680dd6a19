// SPDX-License-Identifier: Apache-2.0
// The contract of KmsService: one table of facts, run against every backend. A backend joins with one file in
// fixtures/ (a Backend and a call of runContract) and one line in CMakeLists.txt. A fact makes the keys it
// needs, so facts may run in any order and on a service that holds other keys.
#pragma once

#include "kms/call.h"
#include "kms/operations/create_key.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::contract {

/// What a fact runs against.
class Backend {
public:
    virtual ~Backend() = default;
    virtual kms::KmsService &service() = 0;
    /// The same service as callers of another Region reach it; null: it has one Region.
    virtual kms::KmsService *serviceIn(const std::string & /*region*/) { return nullptr; }
    /// Of what answers in the end, which a service in front of it may not know.
    virtual kms::Capabilities capabilities() { return service().capabilities(); }
    /// Moves the backend's clock and settles what is due then; only where movesTime().
    virtual void advance(std::chrono::hours) {}
    virtual bool movesTime() const { return false; }
    /// A call costs so much that facts of thousands of calls are left to other backends.
    virtual bool isSlow() const { return false; }
    /// Refuses values that cannot be valid before they reach a service, in words of its own.
    virtual bool checksOnItsOwn() const { return false; }
    /// Why a fact of AWS KMS is none of this service, which is documented otherwise; empty: it is one.
    virtual std::string whyNot(std::string_view /*fact*/) const { return {}; }
};

struct BackendUnderTest {
    std::string name;
    std::function<std::unique_ptr<Backend>()> make;
};

/// What a fact cannot do without; on a backend that lacks it the fact does not apply.
enum class Need {
    Nothing,
    Rsa,
    Hmac,
    Clock,
    ManyCalls,
    Asymmetric,
    Sm2,
    MultiRegion,
    Regions,
    Grants,
    Policies,
    LastUsage,
    Import,
    ImportAndClock
};

class Probe;
struct Fact {
    std::string name; ///< "contexts: reordered, by Decrypt"
    std::function<void(Probe &)> check;
    Need need = Need::Nothing;
};
using Facts = std::vector<Fact>;

// One function for each file of facts.
void addContextFacts(Facts &facts);
void addCiphertextFacts(Facts &facts);
void addReEncryptFacts(Facts &facts);
void addDataKeyFacts(Facts &facts);
void addRsaFacts(Facts &facts);
void addStateFacts(Facts &facts);
void addGrantFacts(Facts &facts);
void addPolicyFacts(Facts &facts);
void addUsageFacts(Facts &facts);
void addKeyFacts(Facts &facts);
void addIdentifierFacts(Facts &facts);
void addAliasFacts(Facts &facts);
void addTagFacts(Facts &facts);
void addRotationFacts(Facts &facts);
void addDeletionFacts(Facts &facts);
void addPagingFacts(Facts &facts);
void addSignatureFacts(Facts &facts);
void addAsymmetricFacts(Facts &facts);
void addImportFacts(Facts &facts);
void addMultiRegionFacts(Facts &facts);
Facts allFacts();

/// Empty when it holds, else what was found instead.
std::string outcomeOf(const Fact &fact, Probe &probe);
/// Empty when it applies, else why not.
std::string whyNotApplicable(const Fact &fact, Backend &backend);

/// Every n-th fact, so that a slow backend's facts are run by several programs side by side.
struct Part {
    std::size_t number = 1; ///< 1 for the first
    std::size_t of = 1;

    bool has(std::size_t index) const { return index % of == number - 1; }
};
/// "2/5"; nothing when it is no part.
std::optional<Part> partFromText(std::string_view text);

/// A whole test program: one row a fact, results as "fact x backend". $KEYTURN_CONTRACT_PART ("2/5") leaves
/// the facts of the other parts to other programs.
int runContract(int argc, char **argv, const BackendUnderTest &backend);

} // namespace keyturn::contract
