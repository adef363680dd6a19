// SPDX-License-Identifier: Apache-2.0
// What follows an error of the service: of the item, of the whole job, or worth another try.
#include "reencrypt/mover_work.h"

namespace keyturn::reencrypt {
namespace {

/// The rate halves each time, so these are minutes; a service that still refuses pauses the job.
constexpr int throttledTriesMax = 10;
constexpr int transientTriesMax = 1; ///< the service's client has tried by itself already

} // namespace

bool isThrottling(const Error &error) {
    return error.code == ErrorCode::Throttling || error.code == ErrorCode::LimitExceeded ||
           error.serviceCode == "ThrottlingException" || error.serviceCode == "TooManyRequestsException" ||
           error.serviceCode == "RequestLimitExceeded" || error.httpStatus == 429;
}

bool isTransient(const Error &error) {
    switch (error.code) {
    case ErrorCode::OutcomeUnknown:
    case ErrorCode::TimedOut:
    case ErrorCode::RequestTimeout:
    case ErrorCode::ConnectionFailed:
    case ErrorCode::HostNotFound:
    case ErrorCode::KMSInternal:
    case ErrorCode::InternalFailure:
    case ErrorCode::ServiceUnavailable:
    case ErrorCode::DependencyTimeout:
    case ErrorCode::KeyUnavailable:
    case ErrorCode::BadReply:
        return true;
    default:
        return error.retryable;
    }
}

bool stopsTheJob(const Error &error) {
    switch (error.code) {
    // who calls
    case ErrorCode::ExpiredToken:
    case ErrorCode::RequestExpired:
    case ErrorCode::UnrecognizedClient:
    case ErrorCode::InvalidClientTokenId:
    case ErrorCode::InvalidSignature:
    case ErrorCode::IncompleteSignature:
    case ErrorCode::MissingAuthenticationToken:
    case ErrorCode::NoCredentials:
    case ErrorCode::ProfileNotFound:
    case ErrorCode::KeychainUnavailable:
    case ErrorCode::KeychainLocked:
    case ErrorCode::KeychainNotFoundOrLocked:
    case ErrorCode::KeychainTimedOut:
    case ErrorCode::KeychainDenied:
    // the way there
    case ErrorCode::HostNotFound:
    case ErrorCode::ConnectionFailed:
    case ErrorCode::TlsFailed:
    case ErrorCode::Redirected:
    case ErrorCode::InsecureEndpoint:
    case ErrorCode::Configuration:
    case ErrorCode::NoRegion:
    case ErrorCode::OtherRegion:
    case ErrorCode::UnknownOperation:
    case ErrorCode::UnsupportedOperation:
    // what Keyturn itself refuses
    case ErrorCode::ReadOnly:
    case ErrorCode::SafetyRefused:
    case ErrorCode::Cancelled:
    // the vault, and this machine
    case ErrorCode::VaultLocked:
    case ErrorCode::VaultReadOnly:
    case ErrorCode::VaultDamaged:
    case ErrorCode::VaultInUse:
    case ErrorCode::DiskFull:
    case ErrorCode::IoFailed:
    case ErrorCode::OutOfMemory:
    case ErrorCode::CryptoFailed:
        return true;
    default:
        return false;
    }
}

Cause causeOf(const Error &error) {
    switch (error.code) {
    case ErrorCode::IncorrectKey:
        return Cause::StrayKey;
    case ErrorCode::InvalidCiphertext:
        return Cause::ContextMismatch;
    case ErrorCode::AccessDenied:
    case ErrorCode::NotAuthorized:
        return Cause::Refused;
    case ErrorCode::Disabled:
    case ErrorCode::KMSInvalidState:
    case ErrorCode::InvalidKeyUsage:
    case ErrorCode::KeyUnavailable:
    case ErrorCode::NotFound:
        return Cause::KeyUnusable;
    case ErrorCode::TimedOut:
    case ErrorCode::RequestTimeout:
    case ErrorCode::ConnectionFailed:
    case ErrorCode::HostNotFound:
        return Cause::NetworkGaveUp;
    case ErrorCode::OutcomeUnknown:
        return Cause::OutcomeUnknown;
    default:
        return Cause::Service;
    }
}

void MoveWork::erred(std::size_t index, Error error) {
    if (triedAgain(index, error)) {
        return;
    }
    Item &item = m_items[index];
    if (stops(item, error)) {
        m_stop = std::move(error);
        return;
    }
    switch (item.ask) {
    case Ask::Move:
    case Ask::OpenSource:
        return keyRefused(index, std::move(error));
    case Ask::Probe:
    case Ask::Look:
        return askedInVain(index, std::move(error));
    case Ask::Rehearse:
        item.result.sourceKey = item.key();
        if (error.code == ErrorCode::DryRunOperation) {
            return done(item, ItemState::Applied);
        }
        if (error.code == ErrorCode::IncorrectKey && item.tried + 1 < item.tries.size()) {
            return nextKey(index, std::move(error));
        }
        return failed(item, causeOf(error), std::move(error));
    case Ask::Prove:
    case Ask::OpenOld:
    case Ask::OpenNew:
    case Ask::Seal: {
        const bool refused =
            error.code == ErrorCode::InvalidCiphertext || error.code == ErrorCode::IncorrectKey;
        return failed(item, refused ? Cause::VerificationFailed : causeOf(error), std::move(error));
    }
    }
}

bool MoveWork::triedAgain(std::size_t index, const Error &error) {
    Item &item = m_items[index];
    if (isThrottling(error)) {
        if (m_state.rate) {
            m_state.rate->throttled();
        }
        if (++item.throttledFaults > throttledTriesMax) {
            return false;
        }
    } else if (!isTransient(error) || ++item.transientFaults > transientTriesMax) {
        return false;
    }
    m_ready.push_back(index);
    return true;
}

bool MoveWork::stops(const Item &item, const Error &error) const {
    if (stopsTheJob(error) || isThrottling(error)) {
        return true;
    }
    const Cause cause = causeOf(error);
    if (cause != Cause::Refused && cause != Cause::KeyUnusable) {
        return false;
    }
    // Every other item would hear the same.
    const bool isProof = item.ask == Ask::Prove || item.ask == Ask::OpenNew || item.ask == Ask::Seal;
    return isProof || (m_purpose != Purpose::Rehearse && m_state.keys.isAboutDestination(error, item.key()));
}

void MoveWork::keyRefused(std::size_t index, Error error) {
    Item &item = m_items[index];
    if (error.code == ErrorCode::IncorrectKey) {
        return nextKey(index, std::move(error));
    }
    const bool mayBeMoved = error.code == ErrorCode::InvalidCiphertext && !item.hasLooked &&
                            item.request.context != item.request.newContext;
    if (!mayBeMoved) {
        return failed(item, causeOf(error), std::move(error));
    }
    item.hasLooked = true;
    item.refusedBy = error.code;
    askNext(index, Ask::Look);
}

void MoveWork::nextKey(std::size_t index, Error error) {
    Item &item = m_items[index];
    if (item.tried + 1 < item.tries.size()) {
        ++item.tried;
        return askNext(index, item.ask);
    }
    const bool wasGuess = item.request.keyHint.empty() && m_state.keys.mayAsk();
    if (wasGuess && !item.hasAsked) {
        item.hasAsked = true;
        return askNext(index, Ask::Probe);
    }
    if (m_purpose != Purpose::Move || item.hasLooked) {
        return failed(item, Cause::StrayKey, std::move(error));
    }
    item.hasLooked = true;
    item.refusedBy = ErrorCode::IncorrectKey;
    askNext(index, Ask::Look);
}

/// Probe: no key that we may use opens it with this context. Look: it is not under the destination key.
void MoveWork::askedInVain(std::size_t index, Error error) {
    Item &item = m_items[index];
    if (item.ask == Ask::Probe) {
        releaseWaiting(item.group);
        return keyRefused(index, std::move(error));
    }
    const bool isAnswer = error.code == ErrorCode::IncorrectKey || error.code == ErrorCode::InvalidCiphertext;
    if (m_purpose == Purpose::Prove || (!isAnswer && causeOf(error) != Cause::Refused)) {
        return failed(item, causeOf(error), std::move(error));
    }
    if (item.tries.empty() && !item.hasAsked) {
        m_state.keys.wasMoved(item.group, false);
        return startTries(index); // the look came first
    }
    const bool wrongContext =
        item.refusedBy == ErrorCode::InvalidCiphertext || error.code == ErrorCode::InvalidCiphertext;
    failed(item, wrongContext ? Cause::ContextMismatch : Cause::StrayKey, std::move(error));
}

} // namespace keyturn::reencrypt
