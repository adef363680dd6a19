// SPDX-License-Identifier: Apache-2.0
// A vault, one key in it that a test looks at, and requests made from rows: keys are brought into a state,
// and what a request needs (a blob, a signature, a grant) is made while the key still works. One thread.
// What cannot be prepared ends the test by std::runtime_error, which says what was answered.
#pragma once

#include "request_rows.h"
#include "unit/vault/kms_vault.h"

#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace keyturn::test {

struct KeyWish {
    Purpose purpose = Purpose::Encryption;
    bool external = false; ///< its material is imported
    bool multiRegion = false;
};

/// "NotFoundException: Key '...' does not exist"; "ok" for a reply.
std::string toldOf(const Result<nlohmann::json> &answer);
/// Empty when they are equal, else both.
std::string difference(const std::string &found, const std::string &expected);
/// QCOMPARE does not show std::string.
#define EXPECT_SAME(found, expected)                                                                         \
    do {                                                                                                     \
        const std::string differs = keyturn::test::difference(found, expected);                              \
        QVERIFY2(differs.empty(), differs.c_str());                                                          \
    } while (false)

class Scene {
public:
    KmsVault &vault() { return m_vault; }
    /// Why the vault has no such operation, or no such key; empty: it has.
    std::string whyNot(std::string_view operation);
    std::string whyNot(const KeyWish &wish);

    Result<nlohmann::json> ask(std::string_view operation, const nlohmann::json &request);
    nlohmann::json must(std::string_view operation, const nlohmann::json &request);

    /// Makes the key that "$key" stands for. One whose material is imported waits for it until something
    /// needs a key that works.
    void newKey(const KeyWish &wish);
    /// "Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport"; "Enabled" leaves it.
    void bringTo(std::string_view state);
    std::string state();
    std::string keyId() { return value("key"); }
    std::string arn() { return value("arn"); }
    /// The row's request about this key; makes what its "$names" stand for.
    nlohmann::json request(const RequestRow &row);
    /// What "$name" stands for.
    std::string value(const std::string &name);

private:
    nlohmann::json describe(const std::string &keyId);
    nlohmann::json create(const KeyWish &wish);
    void importMaterial();
    std::string make(const std::string &name);
    std::string makeResult(const std::string &name);
    std::string makeImport(const std::string &name);
    std::string makeGrant(const std::string &name);
    std::string aliasOf(const std::string &keyId);
    nlohmann::json filled(const nlohmann::json &part);

    KmsVault m_vault;
    KeyWish m_wish;
    bool m_isWithoutMaterial = false;
    std::map<std::string, std::string> m_values;
    int m_names = 0;
};

} // namespace keyturn::test
