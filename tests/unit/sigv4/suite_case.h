// SPDX-License-Identifier: Apache-2.0
// One case of the published SigV4 suite: its request, how to sign it, and what must come out.
#pragma once

#include "base/secret_bytes.h"
#include "sigv4/signer.h"

#include <string>
#include <vector>

namespace keyturn::test {

struct SuiteHeader {
    std::string name;
    std::string value; ///< may hold line breaks (folded headers)
};

struct SuiteExpectation {
    std::string canonicalRequest;
    std::string stringToSign;
    std::string signature;
    std::string signedRequest;
};

struct SuiteCase {
    std::string name;
    std::string method;
    std::string path;
    std::string query;
    std::vector<std::string> headerLines; ///< as they stand, folded lines joined by '\n'
    std::vector<SuiteHeader> headers;
    std::string body;
    std::string accessKeyId;
    SecretBytes secretKey;
    SecretBytes sessionToken;
    std::string region;
    std::string service;
    sigv4::SigningOptions options; ///< its views are set by the reader of the case
    SuiteExpectation inHeaders;
    SuiteExpectation inQuery;
};

/// All cases of a suite document; empty when it is no such document.
std::vector<SuiteCase> readSuite(const std::string &json);

/// The request as the suite writes it: request line, header lines, blank line, body.
std::string requestText(const SuiteCase &suiteCase, const std::string &query,
                        const std::vector<std::string> &addedHeaderLines);

} // namespace keyturn::test
