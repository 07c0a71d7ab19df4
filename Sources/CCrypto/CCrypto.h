// The digests of OpenSSL 3 (libcrypto), and nothing else of it.
#include <openssl/evp.h>
