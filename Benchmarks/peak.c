// The machine's peak in single precision: fused multiply-adds on registers and nothing else. Benchmarks/engine.py builds and runs it.
//
//   peak THREADS    prints GFLOP/s of all threads together, each in its best spell of a fraction of a millisecond

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#pragma clang fp contract(fast)

#define SECONDS 0.2
#define ROUNDS 32768

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static volatile float sink;

// As many sums as hide an addition's latency and still fit the registers.
#define PEAK(name, attributes, lanes, sums)                                                                       \
  typedef float name##_vector __attribute__((ext_vector_type(lanes)));                                            \
  attributes static double name(void) {                                                                           \
    name##_vector sum[sums], factor = 0.999f, summand = 0.001f;                                                   \
    for (int i = 0; i < sums; i++) sum[i] = (float)i;                                                             \
    const double start = now();                                                                                   \
    double last = start, best = SECONDS;                                                                          \
    while (last - start < SECONDS) {                                                                              \
      for (int round = 0; round < ROUNDS; round++) {                                                              \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < sums; i++) sum[i] = sum[i] * factor + summand;     \
      }                                                                                                           \
      const double end = now();                                                                                   \
      if (end - last < best) best = end - last;                                                                   \
      last = end;                                                                                                 \
    }                                                                                                             \
    for (int i = 0; i < sums; i++) sink = sum[i][0];                                                              \
    return 2e-9 * lanes * sums * ROUNDS / best;                                                                   \
  }

#if defined(__x86_64__)
PEAK(peak_avx512, __attribute__((target("avx512f,fma"))), 16, 24)
PEAK(peak_avx2, __attribute__((target("avx2,fma"))), 8, 12)
#endif
PEAK(peak_portable, , 4, 12)

static void *run(void *result) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) {
    *(double *)result = peak_avx512();
    return NULL;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    *(double *)result = peak_avx2();
    return NULL;
  }
#endif
  *(double *)result = peak_portable();
  return NULL;
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? atoi(arguments[1]) : 1;
  if (threads < 1 || threads > 256) return 64;
  pthread_t handles[256];
  double peaks[256], sum = 0;
  for (int i = 0; i < threads; i++) {
    if (pthread_create(&handles[i], NULL, run, &peaks[i])) return 70;
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(handles[i], NULL);
    sum += peaks[i];
  }
  printf("%.1f\n", sum);
}
