// SPDX-License-Identifier: Apache-2.0
// Wraps key material for ImportKeyMaterial on this machine, with the public key of GetParametersForImport;
// and what may be asked for a kind of key. Material comes raw, as PKCS#8 DER or as PEM. Pure functions, any
// thread. Errors: Usage (material of another length than the key needs, too long for the wrapping key),
// BadEncoding (a PEM or public key out of form), UnsupportedOperation (an algorithm that is not wrapped
// here), CryptoFailed. Follows kms-semantics.md section 9.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::workspace {

/// Wire names of the wrapping algorithms that KMS takes for a key spec, the best first.
std::vector<std::string> wrappingAlgorithmsFor(std::string_view keySpec);
/// Wire names of the wrapping keys that go with an algorithm, the largest first.
std::vector<std::string> wrappingKeysFor(std::string_view keySpec, std::string_view algorithm);

/// The material that a file's content stands for: PEM is opened, all else is taken as it is; its length is
/// checked where the spec has one.
Result<SecretBytes> materialFromFile(std::string_view keySpec, const SecretBytes &content);

Result<Bytes> wrapForImport(std::string_view algorithm, ByteView wrappingKeySpki,
                            const SecretBytes &material);

} // namespace keyturn::workspace
