// SPDX-License-Identifier: Apache-2.0
// The program under the fault sweep: replacement_file_writer LIVE new|back [link]
// puts 10,000 bytes 'n' in the place of LIVE, or gives LIVE its old file again. Exit code 0: done; 3: an
// error, its name on standard error; 4: somebody changed LIVE. `link`: as on a file system without
// RENAME_EXCHANGE.
#include "base/platform/replacement_file.h"

#include <dlfcn.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

using namespace keyturn;
using platform::PinnedFile;
using platform::ReplacementFile;

namespace {

bool noExchange = false;
constexpr char tag[] = "0123abcd";

Status writeContent(ReplacementFile &file) {
    const Bytes piece(4'000, 'n');
    std::size_t left = 10'000;
    Status done = file.reserve(left);
    while (done && left != 0) {
        const std::size_t size = std::min(left, piece.size());
        done = file.write(ByteView(piece).first(size));
        left -= size;
    }
    return done;
}

Result<bool> finished(ReplacementFile &file, const platform::FileIdentity &live) {
    auto exchanged = file.exchange(live);
    if (!exchanged) {
        return failFrom(exchanged);
    }
    if (auto synced = file.syncFolder(); !synced) {
        return failFrom(synced);
    }
    return *exchanged == ReplacementFile::Exchange::Done;
}

Result<bool> putNew(const char *path) {
    auto live = PinnedFile::open(path);
    if (!live) {
        return failFrom(live);
    }
    if (auto left = ReplacementFile::reopen(live->path(), tag)) { // of an earlier try
        if (auto gone = left->discard(); !gone) {
            return failFrom(gone);
        }
    }
    auto file = ReplacementFile::create(*live, tag);
    if (!file) {
        return failFrom(file);
    }
    Status written = writeContent(*file);
    written = written ? file->adoptFactsOf(*live) : std::move(written);
    written = written ? file->sync() : std::move(written);
    if (!written) {
        (void)file->discard().has_value();
        return failFrom(written);
    }
    return finished(*file, live->identity());
}

Result<bool> putBack(const char *path) {
    auto live = platform::identityOf(path);
    auto file = ReplacementFile::reopen(path, tag);
    if (!live || !file) {
        return live ? failFrom(file) : failFrom(live);
    }
    auto done = finished(*file, *live);
    if (done && *done) {
        if (auto gone = file->discard(); !gone) {
            return failFrom(gone);
        }
    }
    return done;
}

} // namespace

extern "C" int renameat2(int from, const char *fromName, int to, const char *toName,
                         unsigned flags) noexcept {
    using Call = int (*)(int, const char *, int, const char *, unsigned);
    static const auto real = reinterpret_cast<Call>(dlsym(RTLD_NEXT, "renameat2"));
    if (noExchange) {
        errno = EINVAL;
        return -1;
    }
    return real(from, fromName, to, toName, flags);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    noExchange = argc > 3 && std::strcmp(argv[3], "link") == 0;
    const auto done = std::strcmp(argv[2], "back") == 0 ? putBack(argv[1]) : putNew(argv[1]);
    if (!done) {
        std::fprintf(stderr, "%s\n", std::string(errorCodeName(done.error().code)).c_str());
        return 3;
    }
    return *done ? 0 : 4;
}
