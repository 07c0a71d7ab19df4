#include "Tables.h"

#if defined(__x86_64__)
#include <immintrin.h>

// The AVX-512 kernels once more for processors with AVX512-BF16, of which the single-precision arithmetic is the same.
#define KERNEL(name) name##_avx512_bfloat16
#define VECTOR_FLOATS 16
#define TILE_ROWS 12
#define ROUND_TO_BFLOAT16(to, value) _mm256_storeu_si256((__m256i *)(to), (__m256i)_mm512_cvtneps_pbh((__m512)(value)))
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512bf16,fma"))), apply_to = function)
#include "KernelBody.h"

// `rows` is a constant at each call, so the accumulators live in registers.
ALWAYS_INLINE void bfloat16_tile(
    const einthoven_bfloat16_product *k, const einthoven_bfloat16_pair *input, float *output, const int rows) {
  __m512 low[TILE_ROWS], high[TILE_ROWS];
  UNROLL for (int row = 0; row < rows; row++) low[row] = high[row] = _mm512_setzero_ps();
  const einthoven_bfloat16_pair *weights = k->weights;
  for (ptrdiff_t pair = 0; pair < k->pairs; pair++) {
    const __m512bh weight_low = (__m512bh)_mm512_loadu_si512(weights), weight_high = (__m512bh)_mm512_loadu_si512(weights + 16);
    weights += TILE_CHANNELS;
    UNROLL for (int row = 0; row < rows; row++) {
      const __m512bh value = (__m512bh)_mm512_set1_epi32((int)input[row * k->row_stride + pair]);
      low[row] = _mm512_dpbf16_ps(low[row], value, weight_low);
      high[row] = _mm512_dpbf16_ps(high[row], value, weight_high);
    }
  }
  UNROLL for (int row = 0; row < rows; row++) {
    _mm512_storeu_ps(output + row * k->output_stride, low[row]);
    _mm512_storeu_ps(output + row * k->output_stride + 16, high[row]);
  }
}

static void multiply_bfloat16(const einthoven_bfloat16_product *k) {
  ptrdiff_t row = 0;
#define TILES(count)                                                                             \
  for (; row + count <= k->rows; row += count)                                                   \
    bfloat16_tile(k, k->input + row * k->row_stride, k->output + row * k->output_stride, count);
  TILES(12)
  TILES(8)
  TILES(4)
  TILES(2)
  TILES(1)
#undef TILES
}
#pragma clang attribute pop

const einthoven_kernels einthoven_avx512_bfloat16 = KERNEL_TABLE("avx512", multiply_bfloat16);
#endif
