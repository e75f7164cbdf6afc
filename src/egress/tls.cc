// SPDX-License-Identifier: Apache-2.0
#include "egress/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>

namespace egress {
namespace {

// Debian, Fedora, Alpine and SUSE.
constexpr std::array kBundles = {"/etc/ssl/certs/ca-certificates.crt",
                                 "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
                                 "/etc/ssl/ca-bundle.pem"};

base::Status load_system(SSL_CTX* context) {
  for (const char* path : kBundles) {
    if (::access(path, R_OK) != 0) continue;
    if (::SSL_CTX_load_verify_file(context, path) == 1) return base::ok();
    ::ERR_clear_error();
  }
  return base::not_found("the system has no bundle of certificate authorities");
}

base::Status load_pem(SSL_CTX* context, const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> in(
      ::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &::BIO_free);
  X509_STORE* const store = ::SSL_CTX_get_cert_store(context);
  int count = 0;
  for (;; ++count) {
    const std::unique_ptr<X509, decltype(&::X509_free)> certificate(
        ::PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &::X509_free);
    if (!certificate) break;
    if (::X509_STORE_add_cert(store, certificate.get()) != 1)
      return base::invalid("a certificate of the origin cannot be used");
  }
  const bool at_end = ERR_GET_REASON(::ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ::ERR_clear_error();
  if (count == 0 || !at_end) return base::invalid("the origin's certificates cannot be read");
  return base::ok();
}

// ALPN: one protocol, length in front.
constexpr std::array<unsigned char, 9> kAlpn = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

bool configure(SSL_CTX* context) {
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  ::SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  ::SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  X509_VERIFY_PARAM* const verify = ::SSL_CTX_get0_param(context);
  // A configured certificate is an anchor even if it is not self-signed.
  return ::X509_VERIFY_PARAM_set_flags(verify, X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
         ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         ::SSL_CTX_set_alpn_protos(context, kAlpn.data(), kAlpn.size()) == 0;
}

bool expect_host(SSL* ssl, const Host& host) {
  X509_VERIFY_PARAM* const verify = ::SSL_get0_param(ssl);
  if (host.kind == Host::Kind::kAddress) {
    const std::size_t size = host.address.v6 ? 16 : 4;
    return ::X509_VERIFY_PARAM_set1_ip(verify, host.address.bytes.data(), size) == 1;
  }
  ::X509_VERIFY_PARAM_set_hostflags(
      verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return ::X509_VERIFY_PARAM_set1_host(verify, host.text.data(), host.text.size()) == 1 &&
         ::SSL_set_tlsext_host_name(ssl, host.text.c_str()) == 1;
}

}  // namespace

void start_openssl() { CHECK(::OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1); }

base::Result<TlsClient> TlsClient::create(const wire::Origin& origin) {
  std::unique_ptr<SSL_CTX, SslFree> context(::SSL_CTX_new(::TLS_client_method()));
  CHECK(context && configure(context.get()));
  if (origin.ca_pem.empty()) TRY(load_system(context.get()));
  else TRY(load_pem(context.get(), origin.ca_pem));
  return TlsClient(std::move(context));
}

base::Result<SslPtr> TlsClient::session(const Host& host, int fd) const {
  SslPtr ssl(::SSL_new(context_.get()));
  if (!ssl || !expect_host(ssl.get(), host) || ::SSL_set_fd(ssl.get(), fd) != 1) {
    ::ERR_clear_error();
    return base::Error{base::Errc::kExhausted, "no TLS session could be made"};
  }
  ::SSL_set_connect_state(ssl.get());
  return ssl;
}

}  // namespace egress
