/* Functions of one number that the compiler turns into vector code: no branch, no call. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))

/* Nothing is concluded from what an item does: GCC 12 takes some that write for ones that do not. */
#define ITEM static __attribute__((noipa))

INLINE float k_max(float a, float b) { return a > b || a != a ? a : b; }
INLINE float k_min(float a, float b) { return a < b || a != a ? a : b; }

INLINE uint32_t bits_of(float x) { uint32_t u; memcpy(&u, &x, 4); return u; }
INLINE float float_of(uint32_t u) { float x; memcpy(&x, &u, 4); return x; }

/* exp(x) = 2^n exp(r), r = x - n log 2 within half of log 2; exp(r) by a polynomial (Cephes). */
INLINE float k_exp(float x) {
  float y = x < -88.0f ? -88.0f : x > 89.0f ? 89.0f : x;
  float shifted = y * 1.44269504f + 12582912.0f, n = shifted - 12582912.0f;
  float r = y - n * 0.693359375f - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  /* In two factors: 2^128 is none of its own, and 2^-127 has fewer digits. */
  uint32_t i = bits_of(shifted) - bits_of(12582912.0f), half = (uint32_t)((int32_t)i >> 1);
  p = p * float_of((half + 127u) << 23) * float_of((i - half + 127u) << 23);
  return x < -103.0f ? 0.0f : p;
}

/* log(x) = n log 2 + log(m), m within a factor sqrt 2 of 1; log(m) by a polynomial (Cephes). */
INLINE float k_log(float x) {
  float y = x < 1.17549435e-38f ? x * 8388608.0f : x;
  uint32_t u = bits_of(y);
  float n = (float)((int32_t)(u >> 23) - 126) - (x < 1.17549435e-38f ? 23.0f : 0.0f);
  float m = float_of((u & 0x7fffffu) | 0x3f000000u);
  n = m < 0.707106781f ? n - 1.0f : n;
  m = (m < 0.707106781f ? m + m : m) - 1.0f;
  float z = m * m, p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  p = p * m * z + n * -2.12194440e-4f - 0.5f * z;
  float result = m + p + n * 0.693359375f;
  result = x == INFINITY ? INFINITY : result;
  result = x == 0.0f ? -INFINITY : result;
  return x >= 0.0f ? result : NAN;
}

INLINE float k_sigmoid(float x) { return 1.0f / (1.0f + k_exp(-x)); }

/* A quotient of polynomials (Eigen); beyond 7.9 it is 1 to all digits. */
INLINE float k_tanh(float x) {
  float y = x < -7.90531111f ? -7.90531111f : x > 7.90531111f ? 7.90531111f : x, z = y * y;
  float p = -2.76076847742355e-16f;
  p = p * z + 2.00018790482477e-13f;
  p = p * z - 8.60467152213735e-11f;
  p = p * z + 5.12229709037114e-08f;
  p = p * z + 1.48572235717979e-05f;
  p = p * z + 6.37261928875436e-04f;
  p = p * z + 4.89352455891786e-03f;
  float q = 1.19825839466702e-06f;
  q = q * z + 1.18534705686654e-04f;
  q = q * z + 2.26843463243900e-03f;
  q = q * z + 4.89352518554385e-03f;
  return fabsf(x) < 4e-4f ? x : y * p / q;
}

// The whole part, in 32 bits as JavaScript takes it: 0 of what is no number or infinite.
INLINE int32_t k_int(double x) {
  return fabs(x) < 0x1p63 ? (int32_t)(int64_t)x : 0;
}

/* log(u) with u = 1 + x, and what u has lost of x. */
INLINE float k_log1p(float x) {
  float u = 1.0f + x, lost = (x - (u - 1.0f)) / u;
  return k_log(u) + (fabsf(x) < 0.5f ? lost : 0.0f);
}

INLINE float k_softplus(float x) {
  return (x < 0 ? 0 : x) + k_log1p(k_exp(x < 0 ? x : -x));
}

/* The remainder of a / b that has the sign of b. */
INLINE float k_mod(float a, float b) {
  float r = fmodf(a, b);
  return (a < 0) != (b < 0) ? fmodf(r + b, b) : r;
}

/* The generator minstd_rand0 of the C++ library, n steps of it at once, and a number in [0, 1). */
INLINE uint32_t k_draw(uint32_t s) { return (uint32_t)((uint64_t)s * 16807u % 2147483647u); }
INLINE uint32_t k_jump(uint32_t s, uint64_t n) {
  uint64_t factor = 16807, result = s;
  for (; n > 0; n >>= 1, factor = factor * factor % 2147483647u)
    if (n & 1) result = result * factor % 2147483647u;
  return (uint32_t)result;
}
INLINE float k_canonical(uint32_t s) {
  const float x = (float)(int32_t)(s - 1) / 2147483648.0f;
  return x >= 1.0f ? 0.99999994f : x;
}

/*
 * Standard normal numbers as the C++ library draws them (Marsaglia's polar method), those beyond 2
 * again, up to `redraws` times. Products and sums are apart, as there: a fused one rounds otherwise.
 */
static __attribute__((unused)) void draw_normal(uint32_t *state, float *y, long count, int redraws) {
  uint32_t s = *state;
  float saved = 0;
  int has_saved = 0;
  for (int draw = 0; draw <= redraws; draw++)
    for (long i = 0; i < count; i++) {
      float value = saved;
      if (!has_saved) {
        volatile float u, v, uu, vv;
        float r;
        do {
          u = k_canonical(s = k_draw(s)) * 2.0f - 1.0f;
          v = k_canonical(s = k_draw(s)) * 2.0f - 1.0f;
          uu = u * u, vv = v * v;
          r = uu + vv;
        } while (r > 1.0f || r == 0.0f);
        const float scale = sqrtf(-2.0f * logf(r) / r);
        saved = u * scale;
        value = v * scale;
      }
      has_saved = !has_saved;
      if (draw == 0 || fabsf(y[i]) >= 2.0f) y[i] = value;
    }
  if (redraws > 0) for (long i = 0; i < count; i++) y[i] = y[i] < -2.0f ? -2.0f : y[i] > 2.0f ? 2.0f : y[i];
  *state = s;
}
