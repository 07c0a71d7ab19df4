// The inner loops that only training needs; forward passes and input gradients run on the kernels of CKernels.h.
#pragma once

#include "CKernels.h"

// A panel of a weight gradient: products of two blocks of rows, summed over the rows.
//
//   sums[m][n] += sum over row of left[row * left_stride + m] * right[row * right_stride + n]     m < channels, n < tile_channels
//
// Each call adds up from zero and then to what is there, so that long sums are made of short ones and lose less.
typedef struct {
  const float *left;
  ptrdiff_t left_stride;
  const float *right;
  ptrdiff_t right_stride;
  ptrdiff_t rows;
  ptrdiff_t channels;
  float *sums;
} einthoven_row_products;

// The weight gradient of a convolution of single leads, without the sum over leads:
//
//   sums[(filter * 15 + tap) * 16 + lead] += sum over row of input[row * row_stride + tap * tap_stride + lead] * gradient[row][filter * 12 + lead]
//
// What is in the lanes beyond the leads means nothing. Sums are made of short ones as above.
typedef struct {
  const float *input;
  ptrdiff_t row_stride;
  ptrdiff_t tap_stride;
  const float *gradient;
  ptrdiff_t gradient_stride;
  ptrdiff_t rows;
  ptrdiff_t filters;
  float *sums;
} einthoven_lead_products;

// Taps of a convolution of single leads whose gradient can be made.
#define EINTHOVEN_LEAD_TAPS 15

// transformed[point][tile][channel] = sum over row < tile_rows of matrix[point * tile_rows + row] * input[tile * tile_rows + row][channel].
//
// The points are those of einthoven_winograd_input: 0, pairs of either sign, infinity; tile_rows is 4 or 7, pairs is 4.
typedef struct {
  const float *matrix;
  ptrdiff_t tile_rows;
  const float *input;
  ptrdiff_t row_stride;
  ptrdiff_t tiles;
  ptrdiff_t channels;
  float *transformed;
  ptrdiff_t transformed_stride;
  ptrdiff_t point_stride;
} einthoven_winograd_gradient;

// gradient[n * output_stride + channel * channel_stride + tap * tap_step] = sum over point, worker of
//     matrix[tap * points + point] * sums[worker * worker_stride + point * point_stride + channel * tile_channels + n]
//
// for one panel; with no matrix, taps are points.
typedef struct {
  const float *matrix;
  ptrdiff_t points;
  const float *sums;
  ptrdiff_t point_stride;
  ptrdiff_t worker_stride;
  ptrdiff_t workers;
  ptrdiff_t channels;
  // Output channels of this panel that exist.
  ptrdiff_t outputs;
  ptrdiff_t taps;
  float *gradient;
  ptrdiff_t output_stride;
  ptrdiff_t channel_stride;
  ptrdiff_t tap_step;
} einthoven_weight_gradient;

// output = max(0, scales[channel] * input + shifts[channel]) * survival, where survival is 0 or survivor_scale.
//
// Whether the number at [row][channel] survives is a function of the key, the row and the channel alone. With a drop limit of 0 all do.
typedef struct {
  einthoven_activations input;
  einthoven_activations output;
  const float *scales;
  const float *shifts;
  unsigned key;
  // Of 2^32 hashes those below this one drop.
  unsigned drop_limit;
  float survivor_scale;
} einthoven_normalisation;

// output = first_scales[channel] * first + second_scales[channel] * second + shifts[channel], not below zero with `rectify`.
typedef struct {
  einthoven_activations output;
  einthoven_activations first;
  einthoven_activations second;
  const float *first_scales;
  const float *second_scales;
  const float *shifts;
  int rectify;
} einthoven_blend;

// Backward through a rectifier (and the dropout after it), with the sums that the normalisation before it needs:
//
//   gradient = output > 0 ? scale * gradient : 0, in place;   sums = sum of gradient;   products[i] = sum of gradient * inputs[i]
//
// over rows, for each channel. An input of no rows is left out.
typedef struct {
  einthoven_activations gradient;
  einthoven_activations output;
  float scale;
  einthoven_activations inputs[2];
  double *sums;
  double *products[2];
} einthoven_rectifier_gradient;

// One step of Adam (Kingma and Ba 2015) with decoupled weight decay and a moving average of the parameters.
typedef struct {
  float *parameters;
  const float *gradients;
  float *first_moments;
  float *second_moments;
  ptrdiff_t count;
  float first_decay;
  float second_decay;
  // Learning rate over the first moment's bias correction.
  float step_size;
  // One over the root of the second moment's bias correction.
  float root_scale;
  float epsilon;
  // Factor on the parameters: 1 - learning rate * weight decay.
  float shrinkage;
} einthoven_adam_step;

typedef struct {
  void (*multiply_rows)(const einthoven_row_products *product);
  void (*multiply_leads)(const einthoven_lead_products *product);
  void (*winograd_gradient)(const einthoven_winograd_gradient *transform);
  void (*weight_gradient)(const einthoven_weight_gradient *transform);
  void (*normalise)(const einthoven_normalisation *normalisation);
  void (*blend)(const einthoven_blend *blend);
  void (*rectifier_gradient)(const einthoven_rectifier_gradient *step);

  // sums[channel] = sum of values, squares[channel] = sum of their squares, over rows.
  void (*channel_sums)(einthoven_activations values, double *sums, double *squares);

  // Backward through maximum_pool of `input`: the gradient of each pooled row goes to the first of its three rows that is largest.
  void (*pool_gradient)(einthoven_activations pooled, einthoven_activations input, einthoven_activations gradient);

  void (*adam)(const einthoven_adam_step *step);

  // averages = decay * averages + (1 - decay) * values.
  void (*average)(const float *values, float *averages, ptrdiff_t count, float decay);
} einthoven_training_kernels;

// The training kernels that go with those of the same name; NULL where this build or this CPU does not have them.
const einthoven_training_kernels *einthoven_training_kernels_named(const char *name);
