// The kernel tables of the single builds.
#pragma once

#include "include/CKernels.h"

#if defined(__x86_64__)
extern const einthoven_kernels einthoven_avx512;
extern const einthoven_kernels einthoven_avx512_bfloat16;
extern const einthoven_kernels einthoven_avx2;
extern const einthoven_training_kernels einthoven_training_avx512;
extern const einthoven_training_kernels einthoven_training_avx2;
#endif
extern const einthoven_kernels einthoven_portable;
extern const einthoven_training_kernels einthoven_training_portable;
