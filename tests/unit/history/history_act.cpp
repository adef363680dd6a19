// SPDX-License-Identifier: Apache-2.0
// The program under the fault sweep: history_act HISTORY SENT. Enables a key through the history; the service
// that it reaches makes the file SENT. Exit code 0: done; 3: refused, the error on standard error.
#include "history/recorded_kms.h"
#include "kms/call.h"
#include "kms/operations/enable_key.h"

#include <cstdio>
#include <fstream>

using namespace keyturn;

namespace {

class MarkingKms final : public kms::KmsService {
public:
    explicit MarkingKms(std::string sent)
        : m_sent(std::move(sent)) {}
    kms::Capabilities capabilities() const override { return {}; }
    void submit(kms::AnyRequest request, kms::CallContext, kms::Completion completion) override {
        std::ofstream(m_sent).put('x').flush();
        completion(kms::operationInfo(request.operation()).makeReply());
    }

private:
    const std::string m_sent;
};

} // namespace

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    history::RecorderOptions options;
    options.file = argv[1];
    options.program = "cli";
    auto recorder = std::make_shared<history::Recorder>(options);
    recorder->provideKey(history::HistoryKey{SecretBytes::copyOf(std::string(32, 'k')), "file"});
    history::RecordedKms kms(std::make_shared<MarkingKms>(argv[2]), recorder, "prod");
    kms::EnableKey::Request request;
    request.keyId = "key";
    const auto done = kms::callAndWait<kms::EnableKey>(kms, std::move(request));
    if (!done) {
        std::fprintf(stderr, "%s\n", done.error().detail.c_str());
        return 3;
    }
    return 0;
}
