// The training kernels, written once; included after KernelBody.h, whose macros and helpers they use.

#include "include/TrainingKernels.h"

typedef int KERNEL(integers) __attribute__((ext_vector_type(VECTOR_FLOATS)));
typedef unsigned KERNEL(naturals) __attribute__((ext_vector_type(VECTOR_FLOATS)));
#define integers KERNEL(integers)
#define naturals KERNEL(naturals)
#define doubles KERNEL(doubles)

// `value` where the mask is set, else 0.
ALWAYS_INLINE vector where(integers mask, vector value) { return (vector)(mask & (integers)value); }

// A macro, because a vector of doubles is no argument on every CPU.
#define STORE_DOUBLES(to, value) (*(KERNEL(unaligned_doubles) *)(to) = (value))

// `channels` is a constant at each call, so the accumulators live in registers.
ALWAYS_INLINE void product_tile(const einthoven_row_products *k, const float *left, float *sums, const int channels) {
  vector low[TILE_ROWS], high[TILE_ROWS];
  UNROLL for (int channel = 0; channel < channels; channel++) low[channel] = high[channel] = 0;
  const float *right = k->right;
  const ptrdiff_t left_stride = k->left_stride, right_stride = k->right_stride;
  for (ptrdiff_t row = 0; row < k->rows; row++) {
    vector right_low = load(right), right_high = load(right + VECTOR_FLOATS);
    UNROLL for (int channel = 0; channel < channels; channel++) {
      vector value = left[channel];
      low[channel] = value * right_low + low[channel];
      high[channel] = value * right_high + high[channel];
    }
    left += left_stride;
    right += right_stride;
  }
  UNROLL for (int channel = 0; channel < channels; channel++) {
    float *sum = sums + channel * TILE_CHANNELS;
    store(sum, load(sum) + low[channel]);
    store(sum + VECTOR_FLOATS, load(sum + VECTOR_FLOATS) + high[channel]);
  }
}

static void KERNEL(multiply_rows)(const einthoven_row_products *k) {
  ptrdiff_t channel = 0;
#define TILES(count)                                                                             \
  for (; channel + count <= k->channels; channel += count)                                       \
    product_tile(k, k->left + channel, k->sums + channel * TILE_CHANNELS, count);
  TILES(TILE_ROWS)
#if TILE_ROWS > 8
  TILES(8)
#endif
  TILES(4)
  TILES(2)
  TILES(1)
#undef TILES
}

static void KERNEL(multiply_leads)(const einthoven_lead_products *k) {
  const ptrdiff_t short_sum = 128;
  for (ptrdiff_t first = 0; first < k->rows; first += short_sum) {
    const ptrdiff_t end = first + short_sum < k->rows ? first + short_sum : k->rows;
    for (ptrdiff_t filter = 0; filter < k->filters; filter++) {
      for (int lane = 0; lane < EINTHOVEN_LEADS; lane += VECTOR_FLOATS) {
        vector products[EINTHOVEN_LEAD_TAPS];
        UNROLL for (int tap = 0; tap < EINTHOVEN_LEAD_TAPS; tap++) products[tap] = 0;
        for (ptrdiff_t row = first; row < end; row++) {
          const vector gradient = load(k->gradient + row * k->gradient_stride + filter * EINTHOVEN_LEADS + lane);
          const float *input = k->input + row * k->row_stride + lane;
          UNROLL for (int tap = 0; tap < EINTHOVEN_LEAD_TAPS; tap++) {
            products[tap] = load(input + tap * k->tap_stride) * gradient + products[tap];
          }
        }
        float *sums = k->sums + filter * EINTHOVEN_LEAD_TAPS * EINTHOVEN_LEAD_LANES + lane;
        UNROLL for (int tap = 0; tap < EINTHOVEN_LEAD_TAPS; tap++) {
          float *sum = sums + tap * EINTHOVEN_LEAD_LANES;
          store(sum, load(sum) + products[tap]);
        }
      }
    }
  }
}

// `tile_rows` is a constant at each call. As in winograd_input, a pair's two rows have the same even and opposite odd terms; the rows of
// point 0 and infinity have one term each.
ALWAYS_INLINE void winograd_gradient_rows(const einthoven_winograd_gradient *k, const int tile_rows) {
  const int pairs = 4, points = 2 * pairs + 2;
  const float *matrix = k->matrix;
  for (ptrdiff_t tile = 0; tile < k->tiles; tile++) {
    const float *input = k->input + tile * tile_rows * k->row_stride;
    float *output = k->transformed + tile * k->transformed_stride;
    for (ptrdiff_t channel = 0; channel < k->channels; channel += VECTOR_FLOATS) {
      vector rows[7];
      UNROLL for (int row = 0; row < tile_rows; row++) rows[row] = load(input + row * k->row_stride + channel);
      store(output + channel, matrix[0] * rows[0]);
      store(output + (points - 1) * k->point_stride + channel, matrix[points * tile_rows - 1] * rows[tile_rows - 1]);
      UNROLL for (int pair = 0; pair < pairs; pair++) {
        const float *coefficients = matrix + (1 + 2 * pair) * tile_rows;
        vector even = 0, odd = 0;
        UNROLL for (int row = 0; row < tile_rows; row += 2) even = coefficients[row] * rows[row] + even;
        UNROLL for (int row = 1; row < tile_rows; row += 2) odd = coefficients[row] * rows[row] + odd;
        store(output + (1 + 2 * pair) * k->point_stride + channel, even + odd);
        store(output + (2 + 2 * pair) * k->point_stride + channel, even - odd);
      }
    }
  }
}

static void KERNEL(winograd_gradient)(const einthoven_winograd_gradient *k) {
  if (k->tile_rows == 4) winograd_gradient_rows(k, 4);
  if (k->tile_rows == 7) winograd_gradient_rows(k, 7);
}

static void KERNEL(weight_gradient)(const einthoven_weight_gradient *k) {
  for (ptrdiff_t channel = 0; channel < k->channels; channel++) {
    for (ptrdiff_t half = 0; half < TILE_CHANNELS; half += VECTOR_FLOATS) {
      vector totals[16];
      for (ptrdiff_t point = 0; point < k->points; point++) {
        const float *sums = k->sums + point * k->point_stride + channel * TILE_CHANNELS + half;
        vector total = load(sums);
        for (ptrdiff_t worker = 1; worker < k->workers; worker++) total += load(sums + worker * k->worker_stride);
        totals[point] = total;
      }
      const ptrdiff_t left = k->outputs - half, lanes = left < VECTOR_FLOATS ? left : VECTOR_FLOATS;
      for (ptrdiff_t tap = 0; tap < k->taps; tap++) {
        vector sum = 0;
        if (k->matrix) {
          for (ptrdiff_t point = 0; point < k->points; point++) sum = k->matrix[tap * k->points + point] * totals[point] + sum;
        } else {
          sum = totals[tap];
        }
        float values[VECTOR_FLOATS];
        store(values, sum);
        float *gradient = k->gradient + half * k->output_stride + channel * k->channel_stride + tap * k->tap_step;
        for (ptrdiff_t lane = 0; lane < lanes; lane++) gradient[lane * k->output_stride] = values[lane];
      }
    }
  }
}

// Bits that look random, from a counter; the constants are those of Wellons' lowbias32.
ALWAYS_INLINE naturals hashed(naturals x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  x ^= x >> 16;
  return x;
}

static void KERNEL(normalise)(const einthoven_normalisation *k) {
  const vector zero = 0;
  naturals lanes;
  for (int lane = 0; lane < VECTOR_FLOATS; lane++) lanes[lane] = (unsigned)lane;
  for (ptrdiff_t row = 0; row < k->output.rows; row++) {
    const float *input = k->input.values + row * k->input.stride;
    float *output = k->output.values + row * k->output.stride;
    const unsigned row_key = k->key + (unsigned)row * 0x9E3779B9u;
    for (ptrdiff_t channel = 0; channel < k->output.channels; channel += VECTOR_FLOATS) {
      vector value = larger(load(k->scales + channel) * load(input + channel) + load(k->shifts + channel), zero);
      if (k->drop_limit) {
        naturals hash = hashed(hashed(lanes + (unsigned)channel) ^ row_key);
        value = where(hash >= k->drop_limit, value * k->survivor_scale);
      }
      store(output + channel, value);
    }
  }
}

static void KERNEL(blend)(const einthoven_blend *k) {
  const vector zero = 0;
  for (ptrdiff_t row = 0; row < k->output.rows; row++) {
    const float *first = k->first.values + row * k->first.stride;
    const float *second = k->second.values + row * k->second.stride;
    float *output = k->output.values + row * k->output.stride;
    for (ptrdiff_t channel = 0; channel < k->output.channels; channel += VECTOR_FLOATS) {
      vector sum = load(k->second_scales + channel) * load(second + channel) + load(k->shifts + channel);
      sum = load(k->first_scales + channel) * load(first + channel) + sum;
      store(output + channel, k->rectify ? larger(sum, zero) : sum);
    }
  }
}

// `inputs` is a constant at each call.
ALWAYS_INLINE void rectifier_gradient_sums(const einthoven_rectifier_gradient *k, const int inputs) {
  const vector zero = 0;
  for (ptrdiff_t channel = 0; channel < k->gradient.channels; channel += VECTOR_FLOATS) {
    doubles sum = 0, products[2] = {0, 0};
    for (ptrdiff_t row = 0; row < k->gradient.rows; row++) {
      float *place = k->gradient.values + row * k->gradient.stride + channel;
      integers passes = load(k->output.values + row * k->output.stride + channel) > zero;
      vector value = where(passes, k->scale * load(place));
      store(place, value);
      doubles wide = __builtin_convertvector(value, doubles);
      sum += wide;
      UNROLL for (int input = 0; input < inputs; input++) {
        const einthoven_activations *values = &k->inputs[input];
        products[input] += wide * __builtin_convertvector(load(values->values + row * values->stride + channel), doubles);
      }
    }
    STORE_DOUBLES(k->sums + channel, sum);
    UNROLL for (int input = 0; input < inputs; input++) STORE_DOUBLES(k->products[input] + channel, products[input]);
  }
}

static void KERNEL(rectifier_gradient)(const einthoven_rectifier_gradient *k) {
  if (k->inputs[1].rows) rectifier_gradient_sums(k, 2);
  else rectifier_gradient_sums(k, 1);
}

static void KERNEL(channel_sums)(einthoven_activations values, double *sums, double *squares) {
  for (ptrdiff_t channel = 0; channel < values.channels; channel += VECTOR_FLOATS) {
    doubles sum = 0, square = 0;
    for (ptrdiff_t row = 0; row < values.rows; row++) {
      doubles value = __builtin_convertvector(load(values.values + row * values.stride + channel), doubles);
      sum += value;
      square += value * value;
    }
    STORE_DOUBLES(sums + channel, sum);
    STORE_DOUBLES(squares + channel, square);
  }
}

static void KERNEL(pool_gradient)(einthoven_activations pooled, einthoven_activations input, einthoven_activations gradient) {
  for (ptrdiff_t row = 0; row < pooled.rows; row++) {
    const float *middle = input.values + 2 * row * input.stride;
    float *target = gradient.values + 2 * row * gradient.stride;
    for (ptrdiff_t channel = 0; channel < pooled.channels; channel += VECTOR_FLOATS) {
      vector value = load(pooled.values + row * pooled.stride + channel);
      vector before = load(middle - input.stride + channel), at = load(middle + channel), after = load(middle + input.stride + channel);
      integers first = (before >= at) & (before >= after);
      integers second = ~first & (at >= after);
      if (row > 0) store(target - gradient.stride + channel, load(target - gradient.stride + channel) + where(first, value));
      store(target + channel, where(second, value));
      if (2 * row + 1 < gradient.rows) store(target + gradient.stride + channel, where(~(first | second), value));
    }
  }
}

static void KERNEL(adam)(const einthoven_adam_step *k) {
  for (ptrdiff_t index = 0; index < k->count; index += VECTOR_FLOATS) {
    const vector gradient = load(k->gradients + index);
    vector first = load(k->first_moments + index), second = load(k->second_moments + index);
    first += (1 - k->first_decay) * (gradient - first);
    second = k->second_decay * second + (1 - k->second_decay) * gradient * gradient;
    store(k->first_moments + index, first);
    store(k->second_moments + index, second);
    vector root = __builtin_elementwise_sqrt(second) * k->root_scale + k->epsilon;
    store(k->parameters + index, k->shrinkage * load(k->parameters + index) - k->step_size * first / root);
  }
}

static void KERNEL(average)(const float *values, float *averages, ptrdiff_t count, float decay) {
  for (ptrdiff_t index = 0; index < count; index += VECTOR_FLOATS) {
    vector old = load(averages + index);
    store(averages + index, old + (1 - decay) * (load(values + index) - old));
  }
}

#define TRAINING_KERNEL_TABLE                                                                                                  \
  {                                                                                                                            \
    .multiply_rows = KERNEL(multiply_rows), .multiply_leads = KERNEL(multiply_leads), .winograd_gradient = KERNEL(winograd_gradient),                                    \
    .weight_gradient = KERNEL(weight_gradient), .normalise = KERNEL(normalise), .blend = KERNEL(blend),                        \
    .rectifier_gradient = KERNEL(rectifier_gradient), .channel_sums = KERNEL(channel_sums),                                    \
    .pool_gradient = KERNEL(pool_gradient), .adam = KERNEL(adam), .average = KERNEL(average)                                   \
  }
