#include "Tables.h"

// Four floats to a register: SSE2 on any x86-64, NEON on Arm.
#define KERNEL(name) name##_portable
#define VECTOR_FLOATS 4
#define TILE_ROWS 6
#include "KernelBody.h"
#include "TrainingBody.h"

const einthoven_kernels einthoven_portable = KERNEL_TABLE("portable", NULL);
const einthoven_training_kernels einthoven_training_portable = TRAINING_KERNEL_TABLE;
