#include "Tables.h"

#if defined(__x86_64__)
#define KERNEL(name) name##_avx2
#define VECTOR_FLOATS 8
#define TILE_ROWS 6
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "KernelBody.h"
#include "TrainingBody.h"
#pragma clang attribute pop

const einthoven_kernels einthoven_avx2 = KERNEL_TABLE("avx2", NULL);
const einthoven_training_kernels einthoven_training_avx2 = TRAINING_KERNEL_TABLE;
#endif
