#include "Tables.h"

static const char *const names[] = {"avx512", "avx2", "portable"};

const char *einthoven_kernel_name(ptrdiff_t index) {
  const ptrdiff_t count = sizeof names / sizeof names[0];
  return index >= 0 && index < count ? names[index] : NULL;
}

const einthoven_kernels *einthoven_kernels_named(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int fma = __builtin_cpu_supports("fma");
  if (!__builtin_strcmp(name, "avx512")) {
    if (!fma || !__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vl")) return NULL;
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") ? &einthoven_avx512_bfloat16 : &einthoven_avx512;
  }
  if (!__builtin_strcmp(name, "avx2")) return fma && __builtin_cpu_supports("avx2") ? &einthoven_avx2 : NULL;
#endif
  if (!__builtin_strcmp(name, "portable")) return &einthoven_portable;
  return NULL;
}

void einthoven_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
