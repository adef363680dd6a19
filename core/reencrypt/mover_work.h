// SPDX-License-Identifier: Apache-2.0
// MoveWork: one list of ciphertexts on its way through the service, each by its own sequence of calls, many
// calls in flight. Runs on the caller's thread; answers come in on others. Private to this module.
#pragma once

#include "base/secret_bytes.h"
#include "reencrypt/mover.h"
#include "reencrypt/mover_keys.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace keyturn::reencrypt {

/// What outlives a list: the services, what was learned, how many calls there were.
struct MoverState {
    MoverServices services;
    JobSpec spec; ///< before `keys`, which looks at it
    std::shared_ptr<JobRate> rate;
    KeyChooser keys{spec};
    Verification level = Verification::ReEncrypt;
    std::size_t inFlightMax = 1;
    std::uint64_t calls = 0;
    bool destinationAsked = false;

    bool isBetweenServices() const { return services.destination != nullptr; }
    kms::KmsService &destinationService() const {
        return isBetweenServices() ? *services.destination : *services.service;
    }
};

enum class Purpose : std::uint8_t { Move, Prove, Rehearse };

class MoveWork {
public:
    MoveWork(MoverState &state, Purpose purpose, std::vector<MoveRequest> requests,
             const CancelToken &cancel);
    Result<std::vector<MoveResult>> run();

private:
    enum class Ask : std::uint8_t {
        Move,       ///< ReEncrypt from a key to the destination
        Probe,      ///< the same without SourceKeyId; the answer is discarded
        Look,       ///< is it under the destination key already?
        Prove,      ///< ReEncrypt of the new one under its own key; the answer is discarded
        OpenOld,    ///< Decrypt
        OpenNew,    ///< Decrypt, and compare
        OpenSource, ///< Decrypt for another service
        Seal,       ///< Encrypt there
        Rehearse    ///< Move with DryRun
    };
    struct Item {
        MoveRequest request;
        MoveResult result;
        std::string group;
        std::vector<std::string> tries;
        std::size_t tried = 0;
        Ask ask = Ask::Move;
        bool isStarted = false;
        bool isDone = false;
        bool hasLooked = false;
        bool hasAsked = false; ///< the service was asked for its key
        ErrorCode refusedBy = ErrorCode::IncorrectKey;
        int transientFaults = 0;
        int throttledFaults = 0;
        std::size_t secretBytes = 0; ///< that its plaintext may take, from start to end
        SecretBytes plaintext;

        const std::string &key() const {
            static const std::string none;
            return tried < tries.size() ? tries[tried] : none;
        }
    };
    using Answer = std::pair<std::size_t, Result<kms::AnyReply>>;
    /// Answers come in here; outlives us in the callbacks.
    struct Inbox {
        std::mutex mutex;
        std::condition_variable filled;
        std::vector<Answer> answers;
        bool isWaiting = false;
    };

    // mover_work.cpp: the loop
    void submitReady();
    bool mayStart(Item &item);
    void ended(Item &item);
    Status learnDestination();
    void submit(std::size_t index);
    void receive();
    void take(std::size_t index, Result<kms::AnyReply> answer);
    bool isStopping() const { return m_stop.has_value(); }
    void askNext(std::size_t index, Ask ask);
    void done(Item &item, ItemState state);
    void failed(Item &item, Cause cause, Error error);
    void releaseWaiting(const std::string &group);

    // mover_steps.cpp: what follows an answer
    void start(std::size_t index);
    void startTries(std::size_t index);
    void succeeded(std::size_t index, kms::AnyReply reply);
    void moved(std::size_t index, kms::AnyReply &reply);
    void keyTold(std::size_t index, kms::AnyReply &reply);
    void proven(std::size_t index, kms::AnyReply &reply);
    void opened(std::size_t index, kms::AnyReply &reply);
    void compared(std::size_t index, kms::AnyReply &reply);
    void sealed(std::size_t index, kms::AnyReply &reply);
    void checkNew(std::size_t index);
    bool isWhereItBelongs(const Item &item) const;
    void unproven(Item &item, std::string why);

    // mover_faults.cpp: what follows an error
    void erred(std::size_t index, Error error);
    bool triedAgain(std::size_t index, const Error &error);
    bool stops(const Item &item, const Error &error) const;
    void keyRefused(std::size_t index, Error error);
    void askedInVain(std::size_t index, Error error);
    void nextKey(std::size_t index, Error error);

    // mover_calls.cpp: the requests
    kms::AnyRequest requestOf(const Item &item) const;
    struct Opened;
    Opened openedBy(const Item &item) const;
    kms::AnyRequest reEncryptOf(const Item &item) const;
    kms::AnyRequest decryptOf(const Item &item) const;
    bool goesToDestination(const Item &item) const;
    bool mayDecrypt() const { return m_state.level == Verification::Decrypt; }

    MoverState &m_state;
    const Purpose m_purpose;
    const CancelToken m_cancel;
    std::vector<Item> m_items;
    std::deque<std::size_t> m_ready;
    std::unordered_map<std::string, std::vector<std::size_t>> m_waiting; ///< for the one that asks
    std::size_t m_inFlight = 0;
    std::size_t m_open = 0;
    std::size_t m_secretBytes = 0;
    std::optional<Error> m_stop;
    std::shared_ptr<Inbox> m_inbox = std::make_shared<Inbox>();
    kms::CallContext m_context;
};

/// What an answer says of an item that it refuses; `Service` where nothing better is known.
Cause causeOf(const Error &error);
bool isThrottling(const Error &error);
/// Another try may answer otherwise, and can do no harm: these calls change nothing at the service.
bool isTransient(const Error &error);

} // namespace keyturn::reencrypt
