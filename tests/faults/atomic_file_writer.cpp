// SPDX-License-Identifier: Apache-2.0
// The program under the fault sweep: atomic_file_writer TARGET replace|create|backup SIZE
// writes SIZE bytes 'n' to TARGET. Exit code 0: done; 3: an AtomicFile error, its name on standard error.
#include "base/atomic_file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace keyturn;

namespace {

Status writeInPieces(const char *target, AtomicFile::Options options, std::size_t sizeBytes) {
    constexpr std::size_t pieceBytes = 3000;
    auto file = AtomicFile::open(target, options);
    if (!file) {
        return failFrom(file);
    }
    const Bytes piece(pieceBytes, 'n');
    while (sizeBytes != 0) {
        const std::size_t size = std::min(sizeBytes, pieceBytes);
        if (auto written = file->write(ByteView(piece).first(size)); !written) {
            return written;
        }
        sizeBytes -= size;
    }
    return file->commit();
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        return 2;
    }
    AtomicFile::Options options;
    options.mayReplace = std::strcmp(argv[2], "create") != 0;
    options.keepBackup = std::strcmp(argv[2], "backup") == 0;
    const auto written = writeInPieces(argv[1], options, std::strtoul(argv[3], nullptr, 10));
    if (!written) {
        std::fprintf(stderr, "%s\n", std::string(errorCodeName(written.error().code)).c_str());
        return 3;
    }
    return 0;
}
