// The network's inner loops, once for each kind of CPU. The only place with CPU intrinsics.
//
// Activations lie as [time][channel], rows a fixed number of floats apart. Channel counts handed to a kernel are rounded up to
// EINTHOVEN_CHANNEL_UNIT; the channels beyond the real ones hold zeros.
#pragma once

#include <stddef.h>

// Rows of activations hold a multiple of this many channels, which every kernel's tile and vector width divides.
#define EINTHOVEN_CHANNEL_UNIT 32
// Leads in a row of a window, and the lanes that a filter of single leads has for them.
#define EINTHOVEN_LEADS 12
#define EINTHOVEN_LEAD_LANES 16

// One panel of a one-dimensional convolution: all of some consecutive output rows, tile_channels output channels.
//
//   output[row][n] = bias[n] + sum over tap, channel of
//                    input[row * row_stride + tap * tap_stride + channel] * weights[(tap * channels + channel) * tile_channels + n]
//
// Strides are in floats. Padding is the caller's: rows of zeros lie before and after the input.
typedef struct {
  const float *input;
  ptrdiff_t row_stride;
  ptrdiff_t tap_stride;
  ptrdiff_t taps;
  ptrdiff_t channels;
  const float *weights;
  const float *bias;
  float *output;
  ptrdiff_t output_stride;
  ptrdiff_t rows;
  // Output channels that weights lead to, at most tile_channels; those beyond have only their bias, and cost no more than to be written.
  ptrdiff_t outputs;
  int rectify;
} einthoven_convolution;

// A block of activations: `rows` rows, `stride` floats apart, of which `channels` are meant.
typedef struct {
  float *values;
  ptrdiff_t stride;
  ptrdiff_t rows;
  ptrdiff_t channels;
} einthoven_activations;

// A convolution of each lead by itself: an output channel for every filter and lead, filter after filter.
//
//   output[row][filter * 12 + lead] =
//       bias[filter * 16 + lead] + sum over tap of input[row * row_stride + tap * tap_stride + lead] * weights[(filter * taps + tap) * 16 + lead]
//
// Weights and biases have EINTHOVEN_LEAD_LANES lanes a filter, zero beyond the leads. Input rows are read as wide, and so are output rows
// written: a filter's zeros go where the next one writes, the last one's into what fills up the row, so there is room for four floats more.
typedef struct {
  const float *input;
  ptrdiff_t row_stride;
  ptrdiff_t tap_stride;
  ptrdiff_t taps;
  const float *weights;
  const float *bias;
  ptrdiff_t filters;
  float *output;
  ptrdiff_t output_stride;
  ptrdiff_t rows;
  int rectify;
} einthoven_lead_convolution;

// The two small layers of a squeeze-and-excitation block; both weight matrices are [reduced][channels].
typedef struct {
  const float *squeeze;
  const float *excite;
  ptrdiff_t reduced;
  ptrdiff_t channels;
} einthoven_excitation;

// Winograd's minimal filtering (Lavin and Gray 2016) in one dimension, at the points 0, +a, -a, +b, -b, ... and infinity. A tile of `points`
// input rows becomes `points` transformed rows; these times transformed weights, summed over channels, become the tile's output rows.
// Points come in pairs of either sign, so that a pair's two rows differ only in the sign of their odd terms.

// The most and the fewest pairs of points that the kernels can do.
#define EINTHOVEN_FEWEST_PAIRS 3
#define EINTHOVEN_MOST_PAIRS 4

// A pair of bfloat16 numbers of neighbouring channels, the even one in the lower half.
typedef unsigned int einthoven_bfloat16_pair;

// products[row][n] = sum over pair of both channels' input[row][pair] * weights[pair][n]; one panel, sums in single precision.
typedef struct {
  const einthoven_bfloat16_pair *input;
  ptrdiff_t row_stride;
  ptrdiff_t pairs;
  const einthoven_bfloat16_pair *weights;
  float *output;
  ptrdiff_t output_stride;
  ptrdiff_t rows;
} einthoven_bfloat16_product;

// transformed[point][tile][channel] = sum over row of matrix[point][row] * input[tile][row][channel].
typedef struct {
  // points x points numbers; the rows of a pair follow each other.
  const float *matrix;
  // points = 2 * pairs + 2.
  ptrdiff_t pairs;
  const float *input;
  ptrdiff_t row_stride;
  ptrdiff_t tile_stride;
  ptrdiff_t tiles;
  ptrdiff_t channels;
  // With `rounds`, bfloat16 numbers at half the distances: strides count floats either way, and are even.
  float *transformed;
  ptrdiff_t transformed_stride;
  ptrdiff_t point_stride;
  int rounds;
} einthoven_winograd_input;

// output[tile][row][n] = bias[n] + sum over point of matrix[row][point] * products[point][tile][n], for one panel of tile_channels channels.
typedef struct {
  // tile_outputs x points numbers.
  const float *matrix;
  ptrdiff_t pairs;
  // Output rows of a tile; those beyond `rows` in all are not written.
  ptrdiff_t tile_outputs;
  const float *products;
  ptrdiff_t point_stride;
  ptrdiff_t tiles;
  const float *bias;
  float *output;
  ptrdiff_t output_stride;
  ptrdiff_t rows;
  int rectify;
} einthoven_winograd_output;

// packed[point][channel][n] = gains[n] * sum over tap of matrix[point][tap] * weights[n][channel][tap], for one panel, in double precision.
//
// Of a stride of two each phase is a convolution of its own: its taps lie `tap_step` apart, the first one at `weights`.
typedef struct {
  // points rows, matrix_stride apart.
  const double *matrix;
  ptrdiff_t matrix_stride;
  ptrdiff_t points;
  ptrdiff_t taps;
  ptrdiff_t tap_step;
  const float *weights;
  ptrdiff_t channel_stride;
  ptrdiff_t output_stride;
  ptrdiff_t channels;
  // Output channels of this panel that exist; packed ones beyond them are left alone.
  ptrdiff_t outputs;
  const double *gains;
  float *packed;
  ptrdiff_t point_stride;
} einthoven_winograd_weights;

typedef struct {
  const char *name;
  // Output channels of a panel of packed weights.
  ptrdiff_t tile_channels;
  // Output rows computed together; fewer at the end.
  ptrdiff_t tile_rows;

  void (*convolve)(const einthoven_convolution *convolution);
  void (*convolve_leads)(const einthoven_lead_convolution *convolution);

  void (*winograd_input)(const einthoven_winograd_input *transform);
  void (*winograd_output)(const einthoven_winograd_output *transform);
  void (*winograd_weights)(const einthoven_winograd_weights *transform);

  // NULL where the processor has no such instructions.
  void (*multiply_bfloat16)(const einthoven_bfloat16_product *product);

  // output[row] = maximum of the three input rows 2 * row - 1 ... 2 * row + 1, for values that are not negative.
  void (*maximum_pool)(einthoven_activations input, einthoven_activations output);

  // The same times scales[channel].
  void (*scaled_maximum_pool)(einthoven_activations input, const float *scales, einthoven_activations output);

  // means[channel] = mean over all rows.
  void (*column_means)(einthoven_activations input, float *means);

  // gates[channel] = sigmoid(excite * relu(squeeze * means)) for the channels first ..< last.
  void (*excite)(const einthoven_excitation *weights, const float *means, float *gates, ptrdiff_t first, ptrdiff_t last);

  // branch = relu(branch * gates + shortcut), in place.
  void (*gate_add_rectify)(einthoven_activations branch, const float *gates, einthoven_activations shortcut);
} einthoven_kernels;

// The kernels called "avx512", "avx2" or "portable"; NULL where this build or this CPU does not have them.
const einthoven_kernels *einthoven_kernels_named(const char *name);

// Names of all kernels that were written, fastest first; NULL beyond the last.
const char *einthoven_kernel_name(ptrdiff_t index);

// Tells the CPU that the caller is spinning.
void einthoven_spin_hint(void);

#include "TrainingKernels.h"
