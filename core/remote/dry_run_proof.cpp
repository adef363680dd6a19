// SPDX-License-Identifier: Apache-2.0
#include "remote/dry_run_proof.h"

#include "kms/operations/encrypt.h"

namespace keyturn::remote {

namespace {

kms::AnyRequest proofRequest(const std::string &keyId) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf("x");
    request.dryRun = true;
    return kms::AnyRequest::of<kms::Encrypt>(std::move(request));
}

Error unproven(const RequestNotes &notes, const std::string &why) {
    Error error = serviceError(ErrorCode::UnsupportedOperation,
                               "This endpoint has not shown that it honours DryRun, and would carry the "
                               "request out if it does not, so it was not sent: " +
                                   why + '.',
                               ErrorOrigin::Client);
    error.operation = notes.operation->name;
    return error;
}

} // namespace

void proveThenSend(EndpointKnowledge &knowledge, SendCall send, kms::AnyRequest request,
                   kms::CallContext context, RequestNotes notes, kms::Completion completion) {
    if (notes.keyForProof.empty()) {
        completion(fail(unproven(notes, "name the key too, so that a dry run of Encrypt can show it")));
        return;
    }
    kms::AnyRequest proof = proofRequest(notes.keyForProof);
    auto proofNotes = knowledge.prepare(proof);
    if (!proofNotes) {
        proofNotes.error().operation = notes.operation->name;
        completion(failFrom(proofNotes));
        return;
    }
    kms::CallContext same = context;
    auto afterwards = [send, request = std::move(request), context = std::move(context),
                       notes = std::move(notes),
                       completion = std::move(completion)](Result<kms::AnyReply> shown) mutable {
        if (!shown && shown.error().code == ErrorCode::DryRunOperation) {
            notes.needsProof = false;
            send(std::move(request), std::move(context), std::move(notes), std::move(completion));
        } else if (!shown && shown.error().code == ErrorCode::Cancelled) {
            completion(std::move(shown));
        } else {
            const std::string answer(shown ? "with a ciphertext" : errorCodeName(shown.error().code));
            completion(fail(unproven(notes, "a dry run of Encrypt under the key was answered " + answer)));
        }
    };
    send(std::move(proof), std::move(same), std::move(*proofNotes), std::move(afterwards));
}

} // namespace keyturn::remote
