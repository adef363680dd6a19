// SPDX-License-Identifier: Apache-2.0
#include "crypto/password_kdf.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <cerrno>
#include <string>

namespace keyturn::crypto {

namespace {

constexpr std::uint32_t minArgon2MemoryKib = 19 * 1024;
constexpr std::uint32_t maxArgon2MemoryKib = 2 * 1024 * 1024;
constexpr std::uint32_t maxArgon2Passes = 32;
constexpr unsigned minScryptCostLog2 = 15;
constexpr unsigned maxScryptCostLog2 = 20;
constexpr std::uint32_t scryptBlockSize = 8;
constexpr std::uint32_t maxScryptParallelism = 4;
constexpr std::size_t minOutputSizeBytes = 16;
constexpr std::size_t maxOutputSizeBytes = 64;

Status outOfBounds(std::string parameter, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
    return fail(ErrorCode::KdfOutOfBounds, std::move(parameter) + " is " + std::to_string(value) +
                                               ", outside " + std::to_string(least) + " to " +
                                               std::to_string(most));
}

Status checkBounds(const Argon2idParams &params) {
    if (params.memoryKib < minArgon2MemoryKib || params.memoryKib > maxArgon2MemoryKib) {
        return outOfBounds("Argon2id memory in KiB", params.memoryKib, minArgon2MemoryKib,
                           maxArgon2MemoryKib);
    }
    if (params.passes < 1 || params.passes > maxArgon2Passes) {
        return outOfBounds("Argon2id passes", params.passes, 1, maxArgon2Passes);
    }
    return {};
}

Status checkBounds(const ScryptParams &params) {
    if (params.costLog2 < minScryptCostLog2 || params.costLog2 > maxScryptCostLog2) {
        return outOfBounds("scrypt cost (log2 N)", params.costLog2, minScryptCostLog2, maxScryptCostLog2);
    }
    if (params.blockSize != scryptBlockSize) {
        return outOfBounds("scrypt block size r", params.blockSize, scryptBlockSize, scryptBlockSize);
    }
    if (params.parallelism < 1 || params.parallelism > maxScryptParallelism) {
        return outOfBounds("scrypt parallelism p", params.parallelism, 1, maxScryptParallelism);
    }
    return {};
}

std::uint64_t memoryBytes(const Argon2idParams &params) {
    return std::uint64_t{params.memoryKib} * 1024;
}

std::uint64_t memoryBytes(const ScryptParams &params) {
    const std::uint64_t block = 128ULL * params.blockSize;
    return block * (1ULL << params.costLog2) + block * params.parallelism + block;
}

Error outOfMemory(std::uint64_t bytes) {
    return clientError(ErrorCode::OutOfMemory,
                       "deriving the key takes " + std::to_string(bytes >> 20U) +
                           " MiB of memory, more than there is; close other programs and try again",
                       ErrorOrigin::System);
}

Status derive(const Argon2idParams &params, ByteView passphrase, ByteView salt, MutableByteView out) {
    if (sodium_init() < 0) {
        return fail(ErrorCode::CryptoFailed, "libsodium does not start");
    }
    errno = 0;
    const int outcome = crypto_pwhash_argon2id(
        out.data(), out.size(), asText(passphrase).data(), passphrase.size(), salt.data(), params.passes,
        static_cast<std::size_t>(memoryBytes(params)), crypto_pwhash_argon2id_ALG_ARGON2ID13);
    if (outcome == 0) {
        return {};
    }
    return errno == EINVAL ? fail(ErrorCode::CryptoFailed, "libsodium refuses these Argon2id parameters")
                           : fail(outOfMemory(memoryBytes(params)));
}

Status derive(const ScryptParams &params, ByteView passphrase, ByteView salt, MutableByteView out) {
    return scryptUnbounded(params, passphrase, salt, out);
}

} // namespace

Status checkPasswordKdfBounds(const PasswordKdfParams &params) {
    return std::visit([](const auto &p) { return checkBounds(p); }, params);
}

std::uint64_t passwordKdfMemoryBytes(const PasswordKdfParams &params) {
    return std::visit([](const auto &p) { return memoryBytes(p); }, params);
}

Status scryptUnbounded(const ScryptParams &params, ByteView passphrase, ByteView salt, MutableByteView out) {
    constexpr std::uint64_t slackBytes = 1 << 20; // OpenSSL refuses above 32 MiB unless told otherwise
    const int outcome = EVP_PBE_scrypt(asText(passphrase).data(), passphrase.size(), salt.data(), salt.size(),
                                       1ULL << params.costLog2, params.blockSize, params.parallelism,
                                       memoryBytes(params) + slackBytes, out.data(), out.size());
    if (outcome == 1) {
        return {};
    }
    const bool noMemory = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
    ERR_clear_error();
    return noMemory ? fail(outOfMemory(memoryBytes(params)))
                    : fail(ErrorCode::CryptoFailed, "OpenSSL refuses these scrypt parameters");
}

Result<SecretBytes> derivePasswordKey(const PasswordKdfParams &params, ByteView passphrase, ByteView salt,
                                      std::size_t sizeBytes, const CancelToken &cancel) {
    if (auto checked = checkPasswordKdfBounds(params); !checked) {
        return failFrom(checked);
    }
    if (salt.size() != passwordSaltSizeBytes || sizeBytes < minOutputSizeBytes ||
        sizeBytes > maxOutputSizeBytes) {
        return fail(ErrorCode::Usage, "a password key has 16 to 64 bytes and a salt of 16 bytes");
    }
    if (cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "stopped before the key was derived");
    }
    SecretBytes key(sizeBytes);
    auto derived =
        std::visit([&](const auto &p) { return derive(p, passphrase, salt, key.mutableView()); }, params);
    if (!derived) {
        return failFrom(derived);
    }
    if (cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "stopped after the key was derived");
    }
    return key;
}

} // namespace keyturn::crypto
