// SPDX-License-Identifier: Apache-2.0
// Feeds the reader of the AWS files and the splitter of commands anything: they must end, keep every warning
// on a line of the file, and never put a secret among the plain settings.
#include "credentials/aws_files.h"
#include "credentials/process_credentials.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace keyturn::credentials;

void check(std::string_view text, AwsFileKind kind) {
    const ParsedAwsFile file = parseAwsFile(text, kind, "file");
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    for (const FileWarning &warning : file.warnings) {
        if (warning.line < 1 || warning.line > lines || warning.text.empty()) {
            std::abort();
        }
    }
    for (const auto &[name, section] : file.profiles) {
        if (section.find("aws_secret_access_key") != nullptr ||
            section.find("aws_session_token") != nullptr) {
            std::abort();
        }
        if (const std::string *command = section.find("credential_process")) {
            const auto words = splitCommand(*command);
            if (words && words->empty()) {
                std::abort();
            }
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text = keyturn::asText(keyturn::ByteView(data, size));
    check(text, AwsFileKind::Config);
    check(text, AwsFileKind::Credentials);
    return 0;
}
