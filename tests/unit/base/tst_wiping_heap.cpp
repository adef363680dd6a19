// SPDX-License-Identifier: Apache-2.0
// What the wiping heap leaves of a block: nothing but the C library's own pointers in its first 16 bytes,
// whoever freed it. A build with a sanitizer has that one's heap in its place, and says so.
// And what the stack keeps of a function that has returned.
#include "base/platform/wiping_heap.h"
#include "base/stack_wipe.h"

#include <QByteArray>
#include <QObject>
#include <QTest>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr std::size_t listLinksBytes = 16;
constexpr char filling = 'S';

/// Bytes of a freed block that still hold the filling. By its address as a number: to the compiler the
/// pointer is gone.
[[maybe_unused]] std::size_t leftIn(std::uintptr_t place, std::size_t sizeBytes) {
    std::size_t left = 0;
    for (std::size_t at = listLinksBytes; at < sizeBytes; ++at) {
        left += *reinterpret_cast<const volatile char *>(place + at) == filling ? 1 : 0;
    }
    return left;
}

[[maybe_unused]] std::uintptr_t placeOf(const void *block) {
    return reinterpret_cast<std::uintptr_t>(block);
}

/// Leaves a frame full of the filling behind; its place. On the real stack, also in a sanitizer's build.
[[gnu::noinline, gnu::no_sanitize_address]] std::uintptr_t fillFrame(std::size_t usedBytes) {
    volatile char frame[8192];
    for (std::size_t at = 0; at < usedBytes; ++at) {
        frame[at] = filling;
    }
    return reinterpret_cast<std::uintptr_t>(&frame[0]);
}

[[gnu::noinline, gnu::no_sanitize_address]] std::size_t fillingAt(std::uintptr_t place,
                                                                  std::size_t sizeBytes) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < sizeBytes; ++at) {
        count += *reinterpret_cast<const volatile char *>(place + at) == filling ? 1 : 0;
    }
    return count;
}

} // namespace

class WipingHeapTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void freedBlocksAreWiped_data();
    void freedBlocksAreWiped();
    void growingKeepsTheContent();
    void theStackBelowIsWiped();
};

void WipingHeapTest::freedBlocksAreWiped_data() {
    QTest::addColumn<int>("sizeBytes");
    for (const int size : {24, 64, 1000, 5000, 60'000}) { // thread cache, bins, top; larger ones are unmapped
        QTest::addRow("%d bytes", size) << size;
    }
}

void WipingHeapTest::freedBlocksAreWiped() {
    QFETCH(int, sizeBytes);
    const auto size = static_cast<std::size_t>(sizeBytes);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QVERIFY(!keyturn::platform::heapWipesFreedMemory());
    QVERIFY(size > 0);
#else
    QVERIFY(keyturn::platform::heapWipesFreedMemory());
    void *block = std::malloc(size);
    std::memset(block, filling, size);
    const std::uintptr_t freed = placeOf(block);
    QCOMPARE(leftIn(freed, size), size - listLinksBytes);
    std::free(block);
    QCOMPARE(leftIn(freed, size), std::size_t(0));

    auto *text = new std::string(size, filling);
    const std::uintptr_t deleted = placeOf(text->data());
    delete text;
    QCOMPARE(leftIn(deleted, size), std::size_t(0));

    block = std::malloc(size);
    std::memset(block, filling, size);
    const std::uintptr_t left = placeOf(block);
    void *moved = std::realloc(block, 4 * size + 4096);
    QVERIFY(placeOf(moved) != left);
    QCOMPARE(leftIn(left, size), std::size_t(0));
    std::free(moved);

    QByteArray bytes(sizeBytes, filling); // freed inside Qt's own library
    const std::uintptr_t qts = placeOf(bytes.constData());
    bytes = QByteArray();
    QCOMPARE(leftIn(qts, size), std::size_t(0));
#endif
}

void WipingHeapTest::growingKeepsTheContent() {
    std::size_t size = 1;
    auto *block = static_cast<char *>(std::realloc(nullptr, size));
    block[0] = filling;
    for (const std::size_t next : {10U, 100U, 90U, 20U, 5000U, 200'000U, 300'000U, 40U}) {
        block = static_cast<char *>(std::realloc(block, next));
        QVERIFY(block != nullptr);
        for (std::size_t at = 0; at < std::min(size, next); ++at) {
            QCOMPARE(block[at], filling);
        }
        std::memset(block, filling, next);
        size = next;
    }
    std::free(block);
}

void WipingHeapTest::theStackBelowIsWiped() {
    constexpr std::size_t usedBytes = 4096; // the lower half: this function's own calls reuse the upper one
    const std::uintptr_t frame = fillFrame(usedBytes);
    const std::size_t before = fillingAt(frame, usedBytes);
    keyturn::wipeStackBelow();
    const std::size_t after = fillingAt(frame, usedBytes);
    QCOMPARE(before, usedBytes);
    QCOMPARE(after, std::size_t(0));
}

QTEST_APPLESS_MAIN(WipingHeapTest)
#include "tst_wiping_heap.moc"
