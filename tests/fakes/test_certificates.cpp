// SPDX-License-Identifier: Apache-2.0
#include "fakes/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace keyturn::test {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

/// Tests only: a fixture that cannot be made ends the test program.
void demand(bool good, const char *what) {
    if (!good) {
        throw std::runtime_error(what);
    }
}

File openFile(const std::filesystem::path &path, const char *mode) {
    File file(std::fopen(path.c_str(), mode), &std::fclose);
    demand(file != nullptr, "a certificate file could not be opened");
    return file;
}

void addExtension(X509 *certificate, X509 *issuer, int nid, const std::string &value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), &X509_EXTENSION_free);
    demand(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "an extension failed");
}

Certificate readCertificate(const std::filesystem::path &path) {
    const File file = openFile(path, "r");
    return Certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
}

Key readKey(const std::filesystem::path &path) {
    const File file = openFile(path, "r");
    return Key(PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
}

/// A certificate under `ca`, or under itself.
CertificateFiles make(const std::filesystem::path &folder, const std::string &name,
                      const CertificateWish &wish, const CertificateFiles *ca, bool isCa) {
    static long serial = 1000;
    const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const Certificate certificate(X509_new(), &X509_free);
    demand(key && certificate, "no memory for a certificate");
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), long(wish.validFromDays) * 86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), long(wish.validToDays) * 86400);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(wish.commonName.c_str()), -1, -1, 0);
    const Certificate caCertificate =
        ca != nullptr ? readCertificate(ca->certificate) : Certificate(nullptr, &X509_free);
    const Key caKey = ca != nullptr ? readKey(ca->key) : Key(nullptr, &EVP_PKEY_free);
    X509 *issuer = caCertificate ? caCertificate.get() : certificate.get();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
    addExtension(certificate.get(), issuer, NID_basic_constraints, isCa ? "critical,CA:TRUE" : "CA:FALSE");
    if (!isCa) {
        addExtension(certificate.get(), issuer, NID_subject_alt_name, wish.subjectAltName);
    }
    demand(X509_sign(certificate.get(), caKey ? caKey.get() : key.get(), EVP_sha256()) > 0, "signing failed");
    const CertificateFiles files{folder / (name + ".pem"), folder / (name + ".key")};
    demand(PEM_write_X509(openFile(files.certificate, "w").get(), certificate.get()) == 1, "writing failed");
    demand(PEM_write_PrivateKey(openFile(files.key, "w").get(), key.get(), nullptr, nullptr, 0, nullptr,
                                nullptr) == 1,
           "writing failed");
    return files;
}

} // namespace

TestCertificates::TestCertificates(std::filesystem::path folder)
    : m_folder(std::move(folder))
    , m_ca(make(m_folder, "ca", {"Keyturn test CA", "", -1, 30}, nullptr, true)) {}

CertificateFiles TestCertificates::signedByCa(const std::string &name, const CertificateWish &wish) {
    return make(m_folder, name, wish, &m_ca, false);
}

CertificateFiles TestCertificates::selfSigned(const std::string &name, const CertificateWish &wish) {
    return make(m_folder, name, wish, nullptr, false);
}

} // namespace keyturn::test
