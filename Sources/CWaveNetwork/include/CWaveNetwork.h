// The weights of the network that finds waves, as Benchmarks/waves wrote them: see docs/measurements.md.
#pragma once

#include <stddef.h>

// Convolution after convolution: weights [output][input][tap] in half precision, then biases [output] in single precision; little-endian.
const unsigned char *einthoven_wave_network(void);
extern const size_t einthoven_wave_network_size;
