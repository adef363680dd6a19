// SPDX-License-Identifier: Apache-2.0
// Feeds the endpoint's request reader anything, whole and byte by byte: both ways it must come to the same
// end, keep within its bounds, and what it takes is put through everything up to the call itself.
#include "endpoint/answer.h"
#include "endpoint/caller.h"
#include "endpoint/request_reader.h"
#include "endpoint/request_rules.h"
#include "fakes/fixed_access_keys.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace keyturn;
using endpoint::RequestReader;

constexpr endpoint::ReaderLimits limits{2048, 24, 4096};

void demand(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// Where the reader stands behind the first request.
struct Outcome {
    RequestReader::State state = RequestReader::State::Start;
    int refusedWith = 0;
    std::string body;
    std::size_t headers = 0;

    bool operator==(const Outcome &) const = default;
};

Outcome readInPieces(RequestReader &reader, std::string_view bytes, std::size_t piece) {
    std::string pending;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        pending += bytes.substr(at, piece);
        const std::size_t taken = reader.feed(pending);
        demand(taken <= pending.size());
        pending.erase(0, taken);
        if (reader.refusal() != nullptr || reader.state() == RequestReader::State::Complete) {
            break;
        }
        demand(pending.size() <= limits.headerBytes);
    }
    if (reader.refusal() != nullptr) {
        return {RequestReader::State::Start, reader.refusal()->status, {}, 0};
    }
    return {reader.state(), 0, std::string(reader.request().body.view()), reader.request().headers.size()};
}

void putThrough(const endpoint::HttpRequest &request) {
    static const test::FixedAccessKeys keys;
    static const Timestamp now = parseIso8601("2026-11-22T04:17:00Z").value();
    const auto refusal = endpoint::refusalByHeaders(request, endpoint::allowedHosts(4711, {}));
    if (refusal) {
        demand(endpoint::answerOf(*refusal).status >= 400);
    }
    const auto caller = endpoint::authenticate(request, {keys, "eu-central-1"}, now);
    if (!caller) {
        demand(endpoint::answerOf(caller.error()).status == 400);
    }
    if (const auto *operation = endpoint::operationOf(request)) {
        const auto decoded = endpoint::decode(request, *operation);
        demand(decoded || endpoint::answerOf(decoded.error()).outcome == "SerializationException");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    RequestReader whole(limits);
    RequestReader pieces(limits);
    const Outcome outcome = readInPieces(whole, bytes, size + 1);
    demand(outcome.body.size() <= limits.bodyBytes && outcome.headers <= limits.headerFields);
    demand(outcome == readInPieces(pieces, bytes, 1));
    if (outcome.state == RequestReader::State::Complete) {
        putThrough(whole.request());
        whole.next();
        demand(whole.state() == RequestReader::State::Start);
    }
    return 0;
}
