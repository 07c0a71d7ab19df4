#include "Tables.h"

#if defined(__x86_64__)
#define KERNEL(name) name##_avx512
#define VECTOR_FLOATS 16
#define TILE_ROWS 12
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,fma"))), apply_to = function)
#include "KernelBody.h"
#include "TrainingBody.h"
#pragma clang attribute pop

const einthoven_kernels einthoven_avx512 = KERNEL_TABLE("avx512", NULL);
const einthoven_training_kernels einthoven_training_avx512 = TRAINING_KERNEL_TABLE;
#endif
