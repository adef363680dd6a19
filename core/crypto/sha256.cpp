// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256_state.h"

#include <new>

namespace keyturn::crypto {

namespace {

SHA256_CTX *contextIn(std::array<std::byte, 112> &state) {
    return std::launder(reinterpret_cast<SHA256_CTX *>(state.data()));
}

} // namespace

Sha256Digest sha256(ByteView message) {
    return sha256(ByteParts(message));
}

Sha256Digest sha256(ByteParts message) {
    Sha256State state;
    state.update(message);
    Sha256Digest digest;
    state.finish(digest);
    return digest;
}

Sha256::Sha256() {
    static_assert(sizeof(SHA256_CTX) == sizeof m_state && alignof(SHA256_CTX) <= 8);
    SHA256_Init(new (m_state.data()) SHA256_CTX);
}

Sha256::~Sha256() {
    OPENSSL_cleanse(m_state.data(), m_state.size());
}

void Sha256::update(ByteView bytes) {
    SHA256_Update(contextIn(m_state), bytes.data(), bytes.size());
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest;
    SHA256_Final(digest.data(), contextIn(m_state)); // wipes what it held
    SHA256_Init(contextIn(m_state));
    return digest;
}

} // namespace keyturn::crypto
