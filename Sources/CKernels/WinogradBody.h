// Winograd's transforms; part of KernelBody.h.
//
// With n = 2 * pairs + 2 rows in a tile, the polynomials behind the matrices have few terms: the row of point 0 has even terms only, that of
// infinity odd ones only, and the rows of +p and -p are E + O and E - O with the same even part E and odd part O.

// Stores a vector, rounded to bfloat16 where `rounds` is set; `to` counts floats or, rounded, halves of them.
ALWAYS_INLINE void store_transformed(float *to, ptrdiff_t offset, vector value, const int rounds) {
#ifdef ROUND_TO_BFLOAT16
  if (rounds) {
    ROUND_TO_BFLOAT16((unsigned short *)to + offset, value);
    return;
  }
#endif
  (void)rounds;
  store(to + offset, value);
}

// `pairs` and `rounds` are constants at each call.
ALWAYS_INLINE void winograd_input_rows(const einthoven_winograd_input *k, const int pairs, const int rounds) {
  const int points = 2 * pairs + 2;
  const ptrdiff_t point_stride = k->point_stride;
  for (ptrdiff_t tile = 0; tile < k->tiles; tile++) {
    const float *input = k->input + tile * k->tile_stride;
    float *output = k->transformed;
    const ptrdiff_t start = tile * k->transformed_stride;
    for (ptrdiff_t channel = 0; channel < k->channels; channel += VECTOR_FLOATS) {
      vector rows[2 * EINTHOVEN_MOST_PAIRS + 2];
      UNROLL for (int row = 0; row < points; row++) rows[row] = load(input + row * k->row_stride + channel);
      const float *matrix = k->matrix;
      vector zero = 0, infinity = 0;
      UNROLL for (int term = 0; term <= pairs; term++) {
        zero = matrix[2 * term] * rows[2 * term] + zero;
        infinity = matrix[points * (points - 1) + 2 * term + 1] * rows[2 * term + 1] + infinity;
      }
      store_transformed(output, start + channel, zero, rounds);
      store_transformed(output, start + (points - 1) * point_stride + channel, infinity, rounds);
      UNROLL for (int pair = 0; pair < pairs; pair++) {
        const float *coefficients = matrix + (1 + 2 * pair) * points;
        vector even = 0, odd = 0;
        UNROLL for (int term = 0; term < pairs; term++) {
          even = coefficients[2 * term + 2] * rows[2 * term + 2] + even;
          odd = coefficients[2 * term + 1] * rows[2 * term + 1] + odd;
        }
        store_transformed(output, start + (1 + 2 * pair) * point_stride + channel, even + odd, rounds);
        store_transformed(output, start + (2 + 2 * pair) * point_stride + channel, even - odd, rounds);
      }
    }
  }
}

static void KERNEL(winograd_input)(const einthoven_winograd_input *k) {
  if (k->pairs == 3 && !k->rounds) winograd_input_rows(k, 3, 0);
  if (k->pairs == 4 && !k->rounds) winograd_input_rows(k, 4, 0);
#ifdef ROUND_TO_BFLOAT16
  if (k->pairs == 3 && k->rounds) winograd_input_rows(k, 3, 1);
  if (k->pairs == 4 && k->rounds) winograd_input_rows(k, 4, 1);
#endif
}

ALWAYS_INLINE void winograd_output_rows(const einthoven_winograd_output *k, const int pairs) {
  const int points = 2 * pairs + 2;
  const vector none = 0;
  for (ptrdiff_t tile = 0; tile < k->tiles; tile++) {
    const ptrdiff_t first = tile * k->tile_outputs;
    const ptrdiff_t left = k->rows - first;
    const ptrdiff_t rows = left < k->tile_outputs ? left : k->tile_outputs;
    for (ptrdiff_t channel = 0; channel < TILE_CHANNELS; channel += VECTOR_FLOATS) {
      const float *products = k->products + tile * TILE_CHANNELS + channel;
      vector sums[EINTHOVEN_MOST_PAIRS], differences[EINTHOVEN_MOST_PAIRS];
      UNROLL for (int pair = 0; pair < pairs; pair++) {
        vector plus = load(products + (1 + 2 * pair) * k->point_stride), minus = load(products + (2 + 2 * pair) * k->point_stride);
        sums[pair] = plus + minus;
        differences[pair] = plus - minus;
      }
      const vector bias = load(k->bias + channel);
      float *output = k->output + first * k->output_stride + channel;
      for (ptrdiff_t row = 0; row < rows; row++) {
        const float *coefficients = k->matrix + row * points;
        vector sum = bias;
        if (row == 0) sum = coefficients[0] * load(products) + sum;
        if (row & 1) {
          UNROLL for (int pair = 0; pair < pairs; pair++) sum = coefficients[1 + 2 * pair] * differences[pair] + sum;
        } else {
          UNROLL for (int pair = 0; pair < pairs; pair++) sum = coefficients[1 + 2 * pair] * sums[pair] + sum;
        }
        if (row == k->tile_outputs - 1) sum = coefficients[points - 1] * load(products + (points - 1) * k->point_stride) + sum;
        store(output + row * k->output_stride, k->rectify ? larger(sum, none) : sum);
      }
    }
  }
}

static void KERNEL(winograd_output)(const einthoven_winograd_output *k) {
  if (k->pairs == 3) winograd_output_rows(k, 3);
  if (k->pairs == 4) winograd_output_rows(k, 4);
}

typedef double KERNEL(doubles) __attribute__((ext_vector_type(VECTOR_FLOATS)));
typedef KERNEL(doubles) KERNEL(unaligned_doubles) __attribute__((aligned(8)));

static void KERNEL(winograd_weights)(const einthoven_winograd_weights *k) {
  double taps[8][TILE_CHANNELS];
  for (int tap = 0; tap < 8; tap++) {
    for (int output = 0; output < TILE_CHANNELS; output++) taps[tap][output] = 0;
  }
  const ptrdiff_t count = k->taps < 8 ? k->taps : 8;
  for (ptrdiff_t channel = 0; channel < k->channels; channel++) {
    for (ptrdiff_t output = 0; output < k->outputs; output++) {
      const float *weights = k->weights + output * k->output_stride + channel * k->channel_stride;
      for (ptrdiff_t tap = 0; tap < count; tap++) taps[tap][output] = k->gains[output] * (double)weights[tap * k->tap_step];
    }
    for (ptrdiff_t point = 0; point < k->points; point++) {
      float *packed = k->packed + point * k->point_stride + channel * TILE_CHANNELS;
      for (int half = 0; half < 2; half++) {
        KERNEL(doubles) sum = 0;
        for (ptrdiff_t tap = 0; tap < count; tap++)
          sum += k->matrix[point * k->matrix_stride + tap] * *(const KERNEL(unaligned_doubles) *)&taps[tap][half * VECTOR_FLOATS];
        store(packed + half * VECTOR_FLOATS, __builtin_convertvector(sum, vector));
      }
    }
  }
}
