// SPDX-License-Identifier: Apache-2.0
#include "vault/recovery_code.h"

#include "base/text.h"
#include "crypto/random.h"
#include "crypto/sha256.h"

#include <array>
#include <string>
#include <utility>

namespace keyturn::vault {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t randomSymbols = 38;
constexpr std::size_t secretBytes = 24;
constexpr std::size_t groupSize = 5;
constexpr std::size_t bitsPerSymbol = 5;

/// The five bits of symbol `index`, most significant first.
unsigned bitsAt(ByteView bytes, std::size_t index) {
    unsigned value = 0;
    for (std::size_t bit = index * bitsPerSymbol; bit < (index + 1) * bitsPerSymbol; ++bit) {
        value = value << 1 | ((bytes[bit / 8] >> (7 - bit % 8)) & 1U);
    }
    return value;
}

void setBitsAt(MutableByteView bytes, std::size_t index, unsigned value) {
    for (std::size_t i = 0; i < bitsPerSymbol; ++i) {
        const std::size_t bit = index * bitsPerSymbol + i;
        const unsigned set = (value >> (bitsPerSymbol - 1 - i)) & 1U;
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (set << (7 - bit % 8)));
    }
}

std::array<unsigned, 2> checksumOf(const SecretBytes &secret) {
    const auto digest = crypto::sha256({asBytes("kv1/recovery"), secret.view()});
    return {bitsAt(digest, 0), bitsAt(digest, 1)};
}

/// 0 to 31, or -1.
int valueOf(char typed) {
    const char upper = typed >= 'a' && typed <= 'z' ? static_cast<char>(typed - 'a' + 'A') : typed;
    if (upper == 'O') {
        return 0;
    }
    if (upper == 'I' || upper == 'L') {
        return 1;
    }
    const std::size_t at = alphabet.find(upper);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

bool isSpacing(char typed) {
    return typed == ' ' || typed == '-' || typed == '\t' || typed == '\r' || typed == '\n';
}

} // namespace

Result<RecoveryCode> RecoveryCode::generate() {
    auto secret = crypto::randomSecret(secretBytes);
    if (!secret) {
        return failFrom(secret);
    }
    secret->data()[secretBytes - 1] &= 0xFC; // 190 bits: the last two belong to no symbol
    return RecoveryCode(std::move(*secret));
}

Result<RecoveryCode> RecoveryCode::parse(std::string_view typed) {
    SecretBytes secret(secretBytes);
    std::array<unsigned, 2> checksum{};
    std::size_t count = 0;
    for (const char character : typed) {
        if (isSpacing(character)) {
            continue;
        }
        const int value = valueOf(character);
        if (value < 0) {
            return fail(ErrorCode::Usage, "recovery code: symbol " + std::to_string(count + 1) +
                                              " is none of the digits and letters that codes have");
        }
        if (count < randomSymbols) {
            setBitsAt(secret.mutableView(), count, static_cast<unsigned>(value));
        } else if (count < symbolCount) {
            checksum[count - randomSymbols] = static_cast<unsigned>(value);
        }
        ++count;
    }
    if (count != symbolCount) {
        return fail(ErrorCode::Usage, "recovery code: it has 40 symbols, these are " + std::to_string(count));
    }
    if (checksum != checksumOf(secret)) {
        return fail(ErrorCode::Usage, "recovery code: mistyped, its last two symbols do not fit the others");
    }
    return RecoveryCode(std::move(secret));
}

SecretText RecoveryCode::text() const {
    SecretText text(symbolCount + symbolCount / groupSize);
    const auto checksum = checksumOf(m_secret);
    for (std::size_t i = 0; i < symbolCount; ++i) {
        if (i != 0 && i % groupSize == 0) {
            text.append('-');
        }
        text.append(alphabet[i < randomSymbols ? bitsAt(m_secret.view(), i) : checksum[i - randomSymbols]]);
    }
    return text;
}

} // namespace keyturn::vault
