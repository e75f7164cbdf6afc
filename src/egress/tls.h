// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The client side of TLS for one origin: trust anchors, versions, host verification. Built before
// lockdown, because the system's anchors are files. Trust zone: egress.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "egress/address.h"
#include "wire/manifest.h"

namespace egress {

struct SslFree {
  void operator()(SSL* ssl) const { ::SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, SslFree>;

// Keeps OpenSSL from reading a configuration file or an engine: call first in main.
void start_openssl();

class TlsClient {
 public:
  // Anchors are Origin::ca_pem if it is not empty (one or more certificates, nothing else), else
  // the system's bundle. kInvalid: the PEM holds no certificate or a broken one. kNotFound: the
  // system has no bundle in any usual place. No environment variable takes part.
  static base::Result<TlsClient> create(const wire::Origin& origin);

  // A session on the connected, non-blocking `fd` that will accept only a certificate for the
  // origin's host: TLS 1.2 or above, SNI for names, no partial wildcards. The caller owns `fd`.
  base::Result<SslPtr> session(const Host& host, int fd) const;

 private:
  explicit TlsClient(std::unique_ptr<SSL_CTX, SslFree> context) : context_(std::move(context)) {}
  std::unique_ptr<SSL_CTX, SslFree> context_;
};

}  // namespace egress
