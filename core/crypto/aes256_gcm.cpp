// SPDX-License-Identifier: Apache-2.0
#include "crypto/aes256_gcm.h"

#include "crypto/openssl_handles.h"

#include <openssl/err.h>

#include <array>
#include <limits>
#include <string>

namespace keyturn::crypto {

namespace {

constexpr std::size_t maxMessageSizeBytes = std::numeric_limits<int>::max();

const EVP_CIPHER *cipher() {
    static const CipherHandle fetched(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
    return fetched.get();
}

/// The thread's context, the cipher set and no key in it; null when there is no memory.
EVP_CIPHER_CTX *threadContext() {
    thread_local const CipherContextHandle context = [] {
        CipherContextHandle made(EVP_CIPHER_CTX_new());
        if (made && EVP_CipherInit_ex2(made.get(), cipher(), nullptr, nullptr, 1, nullptr) != 1) {
            made.reset();
        }
        return made;
    }();
    return context.get();
}

enum class Direction : int { Open = 0, Seal = 1 };

/// The thread's context with a key in it, for one message. Afterwards a zero key takes its place: a key
/// schedule begins with the key itself and would outlive a lock of the vault.
class KeyedContext {
public:
    KeyedContext(EVP_CIPHER_CTX *context, ByteView key, ByteView iv, Direction direction)
        : m_context(context)
        , m_usable(EVP_CipherInit_ex2(context, nullptr, key.data(), iv.data(), static_cast<int>(direction),
                                      nullptr) == 1) {}
    KeyedContext(const KeyedContext &) = delete;
    KeyedContext &operator=(const KeyedContext &) = delete;
    ~KeyedContext() {
        static constexpr std::array<std::uint8_t, Aes256Gcm::keySizeBytes> zeroKey{};
        EVP_CipherInit_ex2(m_context, nullptr, zeroKey.data(), zeroKey.data(), 1, nullptr);
        if (!m_usable) {
            ERR_clear_error();
        }
    }

    void addAssociatedData(ByteParts parts) {
        for (const ByteView part : parts) {
            process(part, nullptr);
        }
    }
    void process(ByteView in, std::uint8_t *out) {
        int written = 0;
        if (!in.empty()) { // a null output with no input would finish the message
            m_usable = m_usable && EVP_CipherUpdate(m_context, out, &written, in.data(),
                                                    static_cast<int>(in.size())) == 1;
        }
    }
    void setExpectedTag(ByteView tag) {
        std::array<std::uint8_t, Aes256Gcm::tagSizeBytes> copy{};
        std::copy(tag.begin(), tag.end(), copy.begin());
        m_usable = m_usable && EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_SET_TAG,
                                                   static_cast<int>(copy.size()), copy.data()) == 1;
    }
    void tagInto(MutableByteView tag) {
        m_usable = m_usable && EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_GET_TAG,
                                                   static_cast<int>(tag.size()), tag.data()) == 1;
    }
    /// Ends the message; when opening, false for a wrong tag.
    bool finish() {
        std::array<std::uint8_t, Aes256Gcm::tagSizeBytes> unused{};
        int written = 0;
        return EVP_CipherFinal_ex(m_context, unused.data(), &written) == 1;
    }
    bool usable() const { return m_usable; }
    void markUnusable() { m_usable = false; }

private:
    EVP_CIPHER_CTX *m_context;
    bool m_usable;
};

Status checkSizes(ByteView key, ByteView iv, ByteParts associatedData, ByteView message) {
    if (key.size() != Aes256Gcm::keySizeBytes || iv.size() != Aes256Gcm::ivSizeBytes) {
        return fail(ErrorCode::Usage, "AES-256-GCM takes a key of 32 bytes and an IV of 12, not " +
                                          std::to_string(key.size()) + " and " + std::to_string(iv.size()));
    }
    bool tooLong = message.size() > maxMessageSizeBytes;
    for (const ByteView part : associatedData) {
        tooLong = tooLong || part.size() > maxMessageSizeBytes;
    }
    return tooLong ? fail(ErrorCode::Usage, "one AES-GCM message has at most 2 GiB") : Status();
}

Error cryptoFailed() {
    return clientError(ErrorCode::CryptoFailed, "OpenSSL refuses AES-256-GCM");
}

Error noContext() {
    return cipher() == nullptr ? cryptoFailed() : clientError(ErrorCode::OutOfMemory, "AES-GCM context");
}

} // namespace

Status Aes256Gcm::seal(ByteView key, ByteView iv, ByteParts associatedData, ByteView plaintext,
                       MutableByteView out) {
    if (auto checked = checkSizes(key, iv, associatedData, plaintext); !checked) {
        return checked;
    }
    if (out.size() != plaintext.size() + tagSizeBytes) {
        return fail(ErrorCode::Usage, "sealing needs room for the plaintext and 16 bytes");
    }
    EVP_CIPHER_CTX *threads = threadContext();
    if (threads == nullptr) {
        return fail(noContext());
    }
    KeyedContext context(threads, key, iv, Direction::Seal);
    context.addAssociatedData(associatedData);
    context.process(plaintext, out.data());
    if (!context.usable() || !context.finish()) {
        context.markUnusable();
        return fail(cryptoFailed());
    }
    context.tagInto(out.last(tagSizeBytes));
    return context.usable() ? Status() : fail(cryptoFailed());
}

Status Aes256Gcm::open(ByteView key, ByteView iv, ByteParts associatedData, ByteView sealed,
                       MutableByteView out) {
    if (sealed.size() < tagSizeBytes) {
        return fail(ErrorCode::NotAuthentic, "shorter than a tag");
    }
    if (auto checked = checkSizes(key, iv, associatedData, sealed); !checked) {
        return checked;
    }
    if (out.size() != sealed.size() - tagSizeBytes) {
        return fail(ErrorCode::Usage, "opening needs room for the sealed bytes less 16");
    }
    EVP_CIPHER_CTX *threads = threadContext();
    if (threads == nullptr) {
        return fail(noContext());
    }
    KeyedContext context(threads, key, iv, Direction::Open);
    context.setExpectedTag(sealed.last(tagSizeBytes));
    context.addAssociatedData(associatedData);
    context.process(sealed.first(out.size()), out.data());
    if (!context.usable()) {
        wipe(out);
        return fail(cryptoFailed());
    }
    if (!context.finish()) {
        context.markUnusable();
        wipe(out);
        return fail(ErrorCode::NotAuthentic, "key, IV, associated data, ciphertext or tag differ");
    }
    return {};
}

Result<Bytes> Aes256Gcm::seal(ByteView key, ByteView iv, ByteParts associatedData, ByteView plaintext) {
    Bytes out(plaintext.size() + tagSizeBytes);
    if (auto sealed = seal(key, iv, associatedData, plaintext, out); !sealed) {
        return failFrom(sealed);
    }
    return out;
}

Result<SecretBytes> Aes256Gcm::open(ByteView key, ByteView iv, ByteParts associatedData, ByteView sealed) {
    SecretBytes out(sealed.size() < tagSizeBytes ? 0 : sealed.size() - tagSizeBytes);
    if (auto opened = open(key, iv, associatedData, sealed, out.mutableView()); !opened) {
        return failFrom(opened);
    }
    return out;
}

} // namespace keyturn::crypto
