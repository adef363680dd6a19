// SPDX-License-Identifier: Apache-2.0
// keyturn-cli self-test: what this machine can do for the safety of keys, and the fix for what it cannot.
#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "base/platform/process.h"
#include "base/secret_bytes.h"
#include "commands.h"
#include "console.h"
#include "report.h"
#include "workspace/profile_store.h"

namespace keyturn::cli {
namespace {

using aws::Value;

enum class Verdict { Ok, Warning, Failed };

struct Check {
    std::string name;
    Verdict verdict = Verdict::Ok;
    std::string finding;
    std::string fix = {};
};

std::string_view text(Verdict verdict) {
    return verdict == Verdict::Ok ? "ok" : verdict == Verdict::Warning ? "warning" : "failed";
}

Check memoryLocking() {
    const SecureHeapState heap = secureHeapState();
    if (heap.initialised && heap.locked) {
        return {"Memory locking", Verdict::Ok,
                std::to_string(heap.sizeBytes / 1024) + " KiB for secrets, locked, never swapped"};
    }
    const auto limit = platform::hardeningState().lockLimitBytes;
    return {"Memory locking", Verdict::Warning,
            "secrets may be swapped to disk (limit of locked memory: " + std::to_string(limit / 1024) +
                " KiB)",
            "Raise the limit: put \"* - memlock 8192\" into a file below /etc/security/limits.d and log in "
            "again, or "
            "encrypt the swap space."};
}

Check coreDumps() {
    const auto state = platform::hardeningState();
    if (state.coreDumpsOff && state.notDumpable) {
        return {"Core dumps", Verdict::Ok, "off; other programs of this user cannot read the memory"};
    }
    return {"Core dumps", Verdict::Warning,
            "they could not be switched off, or the memory is readable by debuggers",
            "Run with \"ulimit -c 0\", outside of a debugger."};
}

Check keychain(Runtime &runtime) {
    const keychain::KeychainState state = runtime.keychain().probe();
    if (state.availability == keychain::Availability::Available) {
        return {"Keychain", Verdict::Ok, state.backend + " answers and is unlocked"};
    }
    return {"Keychain", Verdict::Warning,
            state.detail.empty() ? std::string("no keychain can be used") : state.detail,
            "Start and unlock a keyring (gnome-keyring or KWallet) in this session, or use passphrases and "
            "environment credentials instead."};
}

Check fileSystem(const std::filesystem::path &folder, std::string name) {
    if (auto made = platform::createPrivateDirectory(folder); !made) {
        return {std::move(name), Verdict::Failed, folder.string() + ": " + made.error().detail,
                "Make the folder writable for you."};
    }
    const auto probe = folder / "self-test";
    auto written = writeFileAtomically(probe, asBytes("self-test"), AtomicFile::Options{});
    auto content = readFile(probe, 64);
    std::error_code ignored;
    std::filesystem::remove(probe, ignored);
    if (!written || !content || asText(*content) != "self-test") {
        return {std::move(name), Verdict::Failed,
                folder.string() + ": " +
                    (written ? std::string("what was written cannot be read") : written.error().detail),
                "Free space, or make the folder writable for you."};
    }
    if (platform::isNetworkFileSystem(folder)) {
        return {std::move(name), Verdict::Warning,
                folder.string() + " is on a network file system (" + platform::fileSystemName(folder) + ")",
                "Keep vaults on a local disk; back them up to the network with \"vault backup\"."};
    }
    return {std::move(name), Verdict::Ok, folder.string() + " (" + platform::fileSystemName(folder) + ")"};
}

Check profiles() {
    const auto path = workspace::ProfileStore::defaultPath();
    const auto store = workspace::ProfileStore::load(path);
    if (!store) {
        return {"Profiles", Verdict::Failed, store.error().detail, "Mend the file, or move it away."};
    }
    return {"Profiles", Verdict::Ok, std::to_string(store->profiles().size()) + " in " + path.string()};
}

} // namespace

ExitOutcome runSelfTest(const CommandLine &line, Runtime &runtime) {
    if (auto words = parseCommandWords(line, {}, 0); !words) {
        return failureFrom(words);
    }
    const Check checks[] = {memoryLocking(), coreDumps(), keychain(runtime),
                            fileSystem(platform::dataDirectory(), "Data folder"), profiles()};
    Value::List items;
    bool failed = false;
    std::string lines;
    for (const Check &check : checks) {
        failed = failed || check.verdict == Verdict::Failed;
        items.push_back(Value::map({{"Check", Value::text(check.name)},
                                    {"Verdict", Value::text(text(check.verdict))},
                                    {"Finding", Value::text(check.finding)},
                                    {"Fix", check.fix.empty() ? Value() : Value::text(check.fix)}}));
        std::string verdict(text(check.verdict));
        verdict.resize(9, ' ');
        lines += verdict + check.name + ": " + check.finding + "\n";
        lines += check.fix.empty() ? "" : "         Fix: " + check.fix + "\n";
    }
    if (line.wantsJson()) {
        printReport(Value::map({{"Checks", Value::list(std::move(items))}}), true);
    } else {
        printOut(lines);
    }
    return failed ? exitFailed : exitOk;
}

} // namespace keyturn::cli
