// SPDX-License-Identifier: Apache-2.0
// JobScene: a desk with two keys, a keychain in memory, a folder for journals, and JSON Lines files whose
// ciphertexts stand under the first key with a context of their row. For tests of bulk jobs; GUI thread.
#pragma once

#include "fakes/fake_keychain.h"
#include "reencrypt/job.h"
#include "ui/presenters/job_desk.h"
#include "ui/presenters/job_form.h"
#include "unit/presenters/desk.h"

#include <filesystem>
#include <memory>
#include <string>

namespace keyturn::test {

class JobScene {
public:
    explicit JobScene(DeskOptions options = {});

    Desk &desk() { return m_desk; }
    ui::JobDesk &jobs() { return *m_jobs; }
    FakeKeychain &keychain() { return m_keychain; }
    /// Also what the window gets; the desk that jobs() gives is made anew on it.
    std::filesystem::path journals() const { return m_desk.folder() / "jobs"; }

    std::filesystem::path writeLines(const std::string &name, int rows);
    /// A line that holds no ciphertext, and one under a third key, at the end.
    void addStrayLines(const std::filesystem::path &file);
    reencrypt::JobSpec jobOn(const std::filesystem::path &file) const;
    /// Opens a new job or an old one; fails the program when that fails.
    ui::OpenedJob openNew(const reencrypt::JobSpec &spec, const QString &file = {});
    ui::OpenedJob openAgain(const ui::JobEntry &entry);
    /// How many lines decrypt under the key with their context.
    int readableUnder(const std::filesystem::path &file, const std::string &alias);
    /// Waits until the act has ended; its outcome.
    static Status outcomeOf(ui::JobPresenter &presenter);

    static constexpr const char *oldKey = "alias/users-2024";
    static constexpr const char *newKey = "alias/users-2025";

private:
    std::string line(int row, const std::string &keyId);

    Desk m_desk;
    FakeKeychain m_keychain;
    std::string m_oldId;
    std::string m_newId;
    std::unique_ptr<ui::JobDesk> m_jobs;
};

} // namespace keyturn::test
