/*
 * Augmented copies, as augment.ts computes them and to the same bytes: so no product is fused with a
 * sum here.
 */
#if defined(__clang__)
#define EXACT
#pragma clang fp contract(off)
#else
#define EXACT __attribute__((optimize("fp-contract=off")))
#endif

#include <math.h>

/* By the six numbers of each image: cosine, sine, scales and shifts along x and y. */
#define COPIES(NAME, TYPE, ROUNDING)                                                               \
  EXACT void NAME(const TYPE *images, const int32_t *rows, const double *by, TYPE *copies,         \
                  int64_t count, int64_t height, int64_t width, int64_t channels) {                \
    const double middle_x = (width - 1) / 2.0, middle_y = (height - 1) / 2.0;                      \
    for (long i = 0; i < count; i++, by += 6) {                                                    \
      const TYPE *image = images + rows[i] * height * width * channels;                            \
      for (long r = 0; r < height; r++)                                                            \
        for (long s = 0; s < width; s++, copies += channels) {                                     \
          const double dx = (s - middle_x) * by[2], dy = (r - middle_y) * by[3];                   \
          const double x = by[0] * dx - by[1] * dy + middle_x + by[4];                             \
          const double y = by[1] * dx + by[0] * dy + middle_y + by[5];                             \
          if (!(x >= -1 && y >= -1 && x < width && y < height)) continue;                          \
          const long column = (long)floor(x), row = (long)floor(y);                                \
          const double right = x - column, below = y - row;                                        \
          const long p = (row * width + column) * channels, q = p + width * channels;              \
          const int l = column >= 0, t = row >= 0, m = column + 1 < width, b = row + 1 < height;   \
          for (long c = 0; c < channels; c++) {                                                    \
            const double upper = (t && l ? image[p + c] : 0) * (1 - right) +                       \
                                 (t && m ? image[p + c + channels] : 0) * right;                   \
            const double lower = (b && l ? image[q + c] : 0) * (1 - right) +                       \
                                 (b && m ? image[q + c + channels] : 0) * right;                   \
            copies[c] = upper * (1 - below) + lower * below + ROUNDING;                            \
          }                                                                                        \
        }                                                                                          \
    }                                                                                              \
  }
COPIES(copy_bytes, uint8_t, 0.5)
COPIES(copy_floats, float, 0)
