// SPDX-License-Identifier: Apache-2.0
// TestCertificates: a private CA and server certificates made on the spot in a folder, so that no key is ever
// committed and none expires in the repository. P-256 keys, PEM files. One thread.
#pragma once

#include <filesystem>
#include <string>

namespace keyturn::test {

struct CertificateFiles {
    std::filesystem::path certificate; ///< PEM
    std::filesystem::path key;         ///< PEM
};

struct CertificateWish {
    std::string commonName = "localhost";
    std::string subjectAltName = "IP:127.0.0.1,DNS:localhost"; ///< as OpenSSL writes it
    int validFromDays = -1;                                    ///< from today
    int validToDays = 30;
};

class TestCertificates {
public:
    /// Makes the CA at once, in `folder`.
    explicit TestCertificates(std::filesystem::path folder);

    /// The CA's own certificate: a bundle for clients.
    const std::filesystem::path &caBundle() const { return m_ca.certificate; }
    CertificateFiles signedByCa(const std::string &name, const CertificateWish &wish);
    CertificateFiles selfSigned(const std::string &name, const CertificateWish &wish);

private:
    std::filesystem::path m_folder;
    CertificateFiles m_ca;
};

} // namespace keyturn::test
