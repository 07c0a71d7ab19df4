#include "Tables.h"

const einthoven_training_kernels *einthoven_training_kernels_named(const char *name) {
  if (!einthoven_kernels_named(name)) return NULL;
#if defined(__x86_64__)
  if (!__builtin_strcmp(name, "avx512")) return &einthoven_training_avx512;
  if (!__builtin_strcmp(name, "avx2")) return &einthoven_training_avx2;
#endif
  return &einthoven_training_portable;
}
