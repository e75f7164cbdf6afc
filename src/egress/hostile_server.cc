// SPDX-License-Identifier: Apache-2.0
#include "egress/hostile_server.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/result.h"
#include "egress/address.h"

namespace egress {
namespace {

std::string pem(const std::function<int(BIO*)>& write) {
  BIO* bio = ::BIO_new(::BIO_s_mem());
  CHECK(write(bio) == 1);
  char* data = nullptr;
  const long size = ::BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(size));
  ::BIO_free(bio);
  return out;
}

BIO* reading(const std::string& text) {
  return ::BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
}

EVP_PKEY* key_of(const Identity& identity) {
  BIO* bio = reading(identity.key);
  EVP_PKEY* key = ::PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  ::BIO_free(bio);
  CHECK(key != nullptr);
  return key;
}

X509* certificate_of(const Identity& identity) {
  BIO* bio = reading(identity.certificate);
  X509* certificate = ::PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  ::BIO_free(bio);
  CHECK(certificate != nullptr);
  return certificate;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  CHECK(extension != nullptr);
  ::X509_add_ext(certificate, extension, -1);
  ::X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* into, const std::string& name) {
  ::X509_NAME_add_entry_by_txt(into, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
}

SSL_CTX* server_context(const Identity& identity, int version) {
  SSL_CTX* context = ::SSL_CTX_new(::TLS_server_method());
  X509* certificate = certificate_of(identity);
  EVP_PKEY* key = key_of(identity);
  CHECK(::SSL_CTX_use_certificate(context, certificate) == 1);
  CHECK(::SSL_CTX_use_PrivateKey(context, key) == 1);
  ::X509_free(certificate);
  ::EVP_PKEY_free(key);
  if (version != 0) {
    ::SSL_CTX_set_security_level(context, 0);
    ::SSL_CTX_set_min_proto_version(context, version);
    ::SSL_CTX_set_max_proto_version(context, version);
  }
  return context;
}

bool readable(int fd, int timeout_ms) {
  pollfd state{fd, POLLIN, 0};
  return ::poll(&state, 1, timeout_ms) > 0;
}

}  // namespace

Identity make_identity(const IdentityPlan& plan) {
  EVP_PKEY* key = ::EVP_EC_gen("P-256");
  X509* certificate = ::X509_new();
  static std::atomic<long> serial = 1;
  ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), serial++);
  ::X509_set_version(certificate, 2);
  ::X509_gmtime_adj(::X509_getm_notBefore(certificate), 86400L * plan.from_days);
  ::X509_gmtime_adj(::X509_getm_notAfter(certificate), 86400L * plan.to_days);
  ::X509_set_pubkey(certificate, key);
  set_name(::X509_get_subject_name(certificate), plan.name);
  const bool address = parse_address(plan.name).has_value();
  add_extension(certificate, NID_subject_alt_name, (address ? "IP:" : "DNS:") + plan.name);
  EVP_PKEY* signer = key;
  if (plan.issuer == nullptr) {
    set_name(::X509_get_issuer_name(certificate), plan.name);
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  } else {
    X509* issuer = certificate_of(*plan.issuer);
    ::X509_set_issuer_name(certificate, ::X509_get_subject_name(issuer));
    ::X509_free(issuer);
    signer = key_of(*plan.issuer);
  }
  CHECK(::X509_sign(certificate, signer, ::EVP_sha256()) > 0);
  Identity out;
  out.certificate = pem([&](BIO* b) { return ::PEM_write_bio_X509(b, certificate); });
  out.key = pem([&](BIO* b) {
    return ::PEM_write_bio_PrivateKey(b, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  if (signer != key) ::EVP_PKEY_free(signer);
  ::EVP_PKEY_free(key);
  ::X509_free(certificate);
  return out;
}

long Peer::read_some(char* into, std::size_t size) {
  if (ssl_ != nullptr) return ::SSL_read(ssl_, into, static_cast<int>(size));
  return ::recv(fd_, into, size, 0);
}

std::string Peer::request() {
  std::string all = std::exchange(kept_, {});
  for (;;) {
    const std::size_t end = all.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t at = all.find("Content-Length: ");
      const std::size_t length = at < end ? std::stoul(all.substr(at + 16)) : 0;
      if (all.size() >= end + 4 + length) {
        kept_ = all.substr(end + 4 + length);
        return all.substr(0, end + 4 + length);
      }
    }
    char buffer[16384];
    const long n = read_some(buffer, sizeof buffer);
    if (n <= 0) return "";
    all.append(buffer, static_cast<std::size_t>(n));
  }
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long n = ssl_ != nullptr ? ::SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                   : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void Peer::drip(std::string_view bytes, int pause_ms) {
  for (const char c : bytes) {
    if (!send({&c, 1})) return;
    (void)readable(-1, pause_ms);
  }
}

bool Peer::wait_closed() {
  char byte = 0;
  while (readable(fd_, 2000)) {
    const long n = ::recv(fd_, &byte, 1, 0);
    if (n <= 0) return true;
  }
  return false;
}

void Peer::shut_write() { ::shutdown(fd_, SHUT_WR); }

void Peer::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

HostileServer::HostileServer(Script script, const Identity* identity, int tls_version)
    : script_(std::move(script)), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (identity != nullptr) tls_ = server_context(*identity, tls_version);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::listen(listening_.get(), 16) == 0);
  CHECK(::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HostileServer::~HostileServer() {
  stop_ = true;
  ::shutdown(listening_.get(), SHUT_RDWR);
  if (const int fd = current_; fd >= 0) ::shutdown(fd, SHUT_RDWR);
  thread_.join();
  ::SSL_CTX_free(tls_);
}

void HostileServer::serve() {
  while (!stop_) {
    const base::Fd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) return;
    current_ = fd.get();
    if (!stop_) serve_one(fd.get());
    current_ = -1;
  }
}

void HostileServer::serve_one(int fd) {
  SSL* ssl = nullptr;
  ++connections_;
  if (tls_ != nullptr) {
    ssl = ::SSL_new(tls_);
    ::SSL_set_fd(ssl, fd);
    if (::SSL_accept(ssl) != 1) {
      ::SSL_free(ssl);
      return;
    }
  }
  Peer peer(fd, ssl);
  script_(peer);
  ::SSL_free(ssl);
}

std::string ok(std::string_view body, std::string_view fields) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

}  // namespace egress
