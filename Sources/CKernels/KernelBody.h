// The kernels, written once with clang's vector extensions. Each Kernels*.c sets the three macros below, pushes its target attribute and
// includes this file, so that every CPU runs the same arithmetic in the same order.
//
//   KERNEL(name)    the function's name in this build
//   VECTOR_FLOATS   floats in a register
//   TILE_ROWS       output rows of a full tile: as many as keep two accumulators each in registers
//
// The target is an attribute and not a compiler flag on purpose: CPU-specific tuning makes LLVM unroll the tile further and spill.

#include "include/CKernels.h"

#pragma clang fp contract(fast)

#define TILE_CHANNELS (2 * VECTOR_FLOATS)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float KERNEL(vector) __attribute__((ext_vector_type(VECTOR_FLOATS)));
typedef KERNEL(vector) KERNEL(unaligned) __attribute__((aligned(4)));
#define vector KERNEL(vector)

ALWAYS_INLINE vector load(const float *from) { return *(const KERNEL(unaligned) *)from; }
ALWAYS_INLINE void store(float *to, vector value) { *(KERNEL(unaligned) *)to = value; }
ALWAYS_INLINE vector larger(vector a, vector b) { return __builtin_elementwise_max(a, b); }

// `rows` and `is_wide` are constants at each call, so the accumulators live in registers. A tile that is not wide sums up its lower vector
// only.
ALWAYS_INLINE void tile(const einthoven_convolution *k, const float *input, float *output, const int rows, const int is_wide) {
  vector low[TILE_ROWS], high[TILE_ROWS];
  vector bias_low = load(k->bias), bias_high = load(k->bias + VECTOR_FLOATS);
  UNROLL for (int row = 0; row < rows; row++) {
    low[row] = bias_low;
    high[row] = bias_high;
  }
  const float *weights = k->weights;
  const ptrdiff_t row_stride = k->row_stride;
  for (ptrdiff_t tap = 0; tap < k->taps; tap++) {
    const float *row_input = input + tap * k->tap_stride;
    for (ptrdiff_t channel = 0; channel < k->channels; channel++) {
      vector weight_low = load(weights), weight_high = is_wide ? load(weights + VECTOR_FLOATS) : weight_low;
      weights += TILE_CHANNELS;
      UNROLL for (int row = 0; row < rows; row++) {
        vector value = row_input[row * row_stride + channel];
        low[row] = value * weight_low + low[row];
        if (is_wide) high[row] = value * weight_high + high[row];
      }
    }
  }
  if (k->rectify) {
    const vector zero = 0;
    UNROLL for (int row = 0; row < rows; row++) {
      low[row] = larger(low[row], zero);
      high[row] = larger(high[row], zero);
    }
  }
  UNROLL for (int row = 0; row < rows; row++) {
    store(output + row * k->output_stride, low[row]);
    store(output + row * k->output_stride + VECTOR_FLOATS, high[row]);
  }
}

ALWAYS_INLINE void tiles(const einthoven_convolution *k, const int is_wide) {
  ptrdiff_t row = 0;
#define TILES(count)                                                                             \
  for (; row + count <= k->rows; row += count)                                                   \
    tile(k, k->input + row * k->row_stride, k->output + row * k->output_stride, count, is_wide);
  TILES(TILE_ROWS)
#if TILE_ROWS > 8
  TILES(8)
#endif
  TILES(4)
  TILES(2)
  TILES(1)
#undef TILES
}

static void KERNEL(convolve)(const einthoven_convolution *k) {
  einthoven_convolution without_weights = *k;
  without_weights.taps = 0;
  if (k->outputs > VECTOR_FLOATS) tiles(k, 1);
  else tiles(k->outputs > 0 ? k : &without_weights, 0);
}

// As `tile`, a filter and a vector of leads at a time: neighbouring leads meet their own weights, so nothing is summed over leads.
ALWAYS_INLINE void lead_tile(const einthoven_lead_convolution *k, const float *input, float *output, const int rows) {
  const ptrdiff_t row_stride = k->row_stride;
  for (ptrdiff_t filter = 0; filter < k->filters; filter++) {
    for (int lane = 0; lane < EINTHOVEN_LEADS; lane += VECTOR_FLOATS) {
      const float *weights = k->weights + filter * k->taps * EINTHOVEN_LEAD_LANES + lane;
      const vector bias = load(k->bias + filter * EINTHOVEN_LEAD_LANES + lane), zero = 0;
      vector sums[TILE_ROWS];
      UNROLL for (int row = 0; row < rows; row++) sums[row] = bias;
      for (ptrdiff_t tap = 0; tap < k->taps; tap++) {
        const vector weight = load(weights + tap * EINTHOVEN_LEAD_LANES);
        const float *from = input + tap * k->tap_stride + lane;
        UNROLL for (int row = 0; row < rows; row++) sums[row] = load(from + row * row_stride) * weight + sums[row];
      }
      if (k->rectify) {
        UNROLL for (int row = 0; row < rows; row++) sums[row] = larger(sums[row], zero);
      }
      float *to = output + filter * EINTHOVEN_LEADS + lane;
      UNROLL for (int row = 0; row < rows; row++) store(to + row * k->output_stride, sums[row]);
    }
  }
}

static void KERNEL(convolve_leads)(const einthoven_lead_convolution *k) {
  ptrdiff_t row = 0;
#define TILES(count)                                                                             \
  for (; row + count <= k->rows; row += count)                                                   \
    lead_tile(k, k->input + row * k->row_stride, k->output + row * k->output_stride, count);
  TILES(TILE_ROWS)
  TILES(1)
#undef TILES
}

#include "WinogradBody.h"

// `is_scaled` is a constant at each call.
ALWAYS_INLINE void pool(einthoven_activations input, const float *scales, einthoven_activations output, const int is_scaled) {
  for (ptrdiff_t row = 0; row < output.rows; row++) {
    const float *middle = input.values + 2 * row * input.stride;
    float *result = output.values + row * output.stride;
    for (ptrdiff_t channel = 0; channel < output.channels; channel += VECTOR_FLOATS) {
      vector later = larger(load(middle + channel), load(middle + input.stride + channel));
      vector largest = larger(load(middle - input.stride + channel), later);
      store(result + channel, is_scaled ? largest * load(scales + channel) : largest);
    }
  }
}

static void KERNEL(maximum_pool)(einthoven_activations input, einthoven_activations output) { pool(input, NULL, output, 0); }

static void KERNEL(scaled_maximum_pool)(einthoven_activations input, const float *scales, einthoven_activations output) {
  pool(input, scales, output, 1);
}

static void KERNEL(column_means)(einthoven_activations input, float *means) {
  for (ptrdiff_t channel = 0; channel < input.channels; channel += VECTOR_FLOATS) {
    vector sum = 0;
    for (ptrdiff_t row = 0; row < input.rows; row++) sum += load(input.values + row * input.stride + channel);
    store(means + channel, sum / (float)input.rows);
  }
}

static void KERNEL(excite)(
    const einthoven_excitation *weights, const float *means, float *gates, ptrdiff_t first, ptrdiff_t last) {
  for (ptrdiff_t channel = first; channel < last; channel++) gates[channel] = 0;
  for (ptrdiff_t unit = 0; unit < weights->reduced; unit++) {
    const float *squeeze = weights->squeeze + unit * weights->channels;
    const float *excite = weights->excite + unit * weights->channels;
    vector products = 0;
    for (ptrdiff_t channel = 0; channel < weights->channels; channel += VECTOR_FLOATS)
      products += load(means + channel) * load(squeeze + channel);
    float hidden = 0;
    for (int lane = 0; lane < VECTOR_FLOATS; lane++) hidden += products[lane];
    if (!(hidden > 0)) continue;
    for (ptrdiff_t channel = first; channel < last; channel += VECTOR_FLOATS)
      store(gates + channel, load(gates + channel) + hidden * load(excite + channel));
  }
  for (ptrdiff_t channel = first; channel < last; channel++) gates[channel] = 1 / (1 + __builtin_expf(-gates[channel]));
}

static void KERNEL(gate_add_rectify)(einthoven_activations branch, const float *gates, einthoven_activations shortcut) {
  const vector zero = 0;
  for (ptrdiff_t row = 0; row < branch.rows; row++) {
    float *values = branch.values + row * branch.stride;
    const float *added = shortcut.values + row * shortcut.stride;
    for (ptrdiff_t channel = 0; channel < branch.channels; channel += VECTOR_FLOATS) {
      vector sum = load(values + channel) * load(gates + channel) + load(added + channel);
      store(values + channel, larger(sum, zero));
    }
  }
}

#define KERNEL_TABLE(text, bfloat16)                                                                                           \
  {                                                                                                                  \
    .name = text, .tile_channels = TILE_CHANNELS, .tile_rows = TILE_ROWS, .convolve = KERNEL(convolve),              \
    .convolve_leads = KERNEL(convolve_leads), .scaled_maximum_pool = KERNEL(scaled_maximum_pool),                     \
    .winograd_input = KERNEL(winograd_input), .winograd_output = KERNEL(winograd_output),                            \
    .winograd_weights = KERNEL(winograd_weights), .multiply_bfloat16 = bfloat16, .maximum_pool = KERNEL(maximum_pool),              \
    .column_means = KERNEL(column_means), .excite = KERNEL(excite),                                                  \
    .gate_add_rectify = KERNEL(gate_add_rectify)                                                                     \
  }
