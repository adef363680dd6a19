// SPDX-License-Identifier: Apache-2.0
#include "crypto/committing_aead.h"

#include "crypto/aes256_gcm.h"
#include "crypto/random.h"
#include "crypto/secret_scratch.h"

#include <algorithm>
#include <array>

namespace keyturn::crypto {

namespace {
constexpr std::size_t nSizeBytes = 16;
constexpr std::size_t commitmentSizeBytes = 32;
constexpr std::size_t commitmentOffset = CommittingAead::randomSizeBytes;
constexpr std::size_t derivedSizeBytes = Aes256Gcm::keySizeBytes + commitmentSizeBytes;
} // namespace

Status CommittingAead::sealWith(ByteView random, ByteView before, ByteView after, ByteView plaintext,
                                MutableByteView out) const {
    if (random.size() != randomSizeBytes || out.size() != plaintext.size() + overheadSizeBytes) {
        return fail(ErrorCode::Usage, "sealing: sizes of random bytes, plaintext and output do not fit");
    }
    SecretScratch derived(derivedSizeBytes);
    m_kdf.derive(m_label, random.first(nSizeBytes), derived.mutableView());
    const ByteView commitment = derived.view().subspan(Aes256Gcm::keySizeBytes);
    std::copy(random.begin(), random.end(), out.begin());
    std::copy(commitment.begin(), commitment.end(), out.begin() + commitmentOffset);

    const ByteView prefix = out.first(prefixSizeBytes);
    const std::array<ByteView, 3> associated{before, prefix, after};
    return Aes256Gcm::seal(derived.view().first(Aes256Gcm::keySizeBytes), random.subspan(nSizeBytes),
                           ByteParts(std::span<const ByteView>(associated)), plaintext,
                           out.subspan(prefixSizeBytes));
}

Status CommittingAead::seal(ByteView before, ByteView after, ByteView plaintext, MutableByteView out) const {
    std::array<std::uint8_t, randomSizeBytes> random{};
    if (auto filled = fillRandom(random); !filled) {
        return filled;
    }
    return sealWith(random, before, after, plaintext, out);
}

Status CommittingAead::open(ByteView before, ByteView after, ByteView sealed, MutableByteView out) const {
    if (sealed.size() < overheadSizeBytes || out.size() != sealed.size() - overheadSizeBytes) {
        return fail(ErrorCode::NotAuthentic, "sealed bytes are too short");
    }
    SecretScratch derived(derivedSizeBytes);
    m_kdf.derive(m_label, sealed.first(nSizeBytes), derived.mutableView());
    // Compared before anything is decrypted: no answer depends on a key that was not committed to.
    if (!equalConstantTime(derived.view().subspan(Aes256Gcm::keySizeBytes),
                           sealed.subspan(commitmentOffset, commitmentSizeBytes))) {
        wipe(out);
        return fail(ErrorCode::NotAuthentic, "sealed under another key");
    }
    const std::array<ByteView, 3> associated{before, sealed.first(prefixSizeBytes), after};
    return Aes256Gcm::open(
        derived.view().first(Aes256Gcm::keySizeBytes), sealed.subspan(nSizeBytes, Aes256Gcm::ivSizeBytes),
        ByteParts(std::span<const ByteView>(associated)), sealed.subspan(prefixSizeBytes), out);
}

} // namespace keyturn::crypto
