// SPDX-License-Identifier: Apache-2.0
// Feeds the readers of what services, programs and the keychain answer anything: they must end, and a refusal
// must not quote the input.
#include "credentials/flat_json.h"
#include "credentials/keychain_item.h"
#include "credentials/sso_login.h"
#include "credentials/xml_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace keyturn;
using namespace keyturn::credentials;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text = asText(ByteView(data, size));
    const auto xml = readXml(text);
    const auto flat = readFlatJson(text);
    const auto nested = readFlatJson(text, Nested::Join);
    if (flat && !nested) { // what the strict reader takes, the other takes too
        std::abort();
    }
    for (const Error *error : {xml ? nullptr : &xml.error(), flat ? nullptr : &flat.error()}) {
        if (error != nullptr && error->detail.find("CANARY") != std::string::npos) {
            std::abort();
        }
    }
    const SecretBytes document = SecretBytes::copyOf(text);
    const auto credentials = readKeychainDocument(document, "a test");
    if (credentials && !readKeychainDocument(writeKeychainDocument(*credentials), "a test")) {
        std::abort();
    }
    if (const auto session = readSsoSession(document);
        session && !readSsoSession(writeSsoSession(*session))) {
        std::abort();
    }
    return 0;
}
