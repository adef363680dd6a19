// SPDX-License-Identifier: Apache-2.0
#include "workspace/journal_key_file.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/secret_text.h"
#include "base/text.h"
#include "crypto/random.h"
#include "workspace/journal_keys.h"

#include <string_view>

namespace keyturn::workspace {
namespace {

constexpr std::string_view hexDigits = "0123456789abcdef";
constexpr std::size_t keyFileBytesMax = 4096;

Result<SecretBytes> keyOfText(std::string_view text, const std::filesystem::path &file) {
    SecretBytes key(journalKeyBytes);
    bool valid = text.size() == journalKeyBytes * 2;
    for (std::size_t i = 0; valid && i < text.size(); ++i) {
        const auto value = hexDigits.find(text[i]);
        valid = value != std::string_view::npos;
        key.data()[i / 2] = static_cast<std::uint8_t>((key.data()[i / 2] << 4) | (valid ? value : 0));
    }
    if (!valid) {
        return fail(ErrorCode::Usage, file.string() + " holds no key of journals: 64 hex digits (0-9, a-f)");
    }
    return key;
}

SecretText textOfKey(const SecretBytes &key) {
    SecretText text(journalKeyBytes * 2 + 1);
    for (const std::uint8_t byte : key.view()) {
        text.append(hexDigits[byte >> 4]);
        text.append(hexDigits[byte & 15]);
    }
    text.append('\n');
    return text;
}

Status checkIsPrivate(const std::filesystem::path &file) {
    const auto facts = platform::fileFacts(file);
    if (!facts) {
        return fail(facts.error());
    }
    if (facts->symlink) {
        return {};
    }
    if (!facts->ownedByUs || (facts->mode & 077) != 0) {
        return fail(ErrorCode::PermissionDenied,
                    file.string() + " holds a key and must be yours alone: chmod 600 " + file.string());
    }
    return {};
}

} // namespace

Result<SecretBytes> readJournalKeyFile(const std::filesystem::path &file) {
    std::error_code missing;
    const auto real = std::filesystem::canonical(file, missing);
    if (auto isPrivate = checkIsPrivate(missing ? file : real); !isPrivate) {
        return failFrom(isPrivate);
    }
    auto content = readSecretFile(file, keyFileBytesMax);
    if (!content) {
        return failFrom(content);
    }
    return keyOfText(trimmed(content->text()), file);
}

Result<SecretBytes> ensureJournalKeyFile(const std::filesystem::path &file, bool &made) {
    made = false;
    auto present = readJournalKeyFile(file);
    if (present || present.error().code != ErrorCode::FileNotFound) {
        return present;
    }
    auto key = crypto::randomSecret(journalKeyBytes);
    if (!key) {
        return key;
    }
    const SecretText text = textOfKey(*key);
    const auto written = writeFileAtomically(file, asBytes(text.view()),
                                             {.mode = 0600, .mayReplace = false, .keepBackup = false});
    if (!written && written.error().code == ErrorCode::FileExists) {
        return readJournalKeyFile(file); // another program was faster
    }
    if (!written) {
        return fail(written.error());
    }
    made = true;
    return key;
}

} // namespace keyturn::workspace
