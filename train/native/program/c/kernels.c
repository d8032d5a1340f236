/*
 * Products. One kernel serves products of matrices, convolutions and both of their gradients: lanes
 * of the result from one operand, times elements of the other, summed over taps t and k:
 *
 *   c[r][lane] = sum of a[ta[t] + r ar + k ak] b[tb[t] + k bk + lane]
 *
 * A tile of c stays in registers, as many as the machine has.
 */
#define TO_6(F, J) F(1, J) F(2, J) F(3, J) F(4, J) F(5, J) F(6, J)
#define TO_12(F, J) TO_6(F, J) F(7, J) F(8, J) F(9, J) F(10, J) F(11, J) F(12, J)
#define TO_14(F, J) TO_12(F, J) F(13, J) F(14, J)
#if defined(__AVX512F__)
enum { VL = 16, MAX_R = 14 };
#define HEIGHTS TO_14
#elif defined(__AVX__)
enum { VL = 8, MAX_R = 6 };
#define HEIGHTS TO_6
#elif defined(__aarch64__)
enum { VL = 4, MAX_R = 12 };
#define HEIGHTS TO_12
#else
enum { VL = 4, MAX_R = 6 };
#define HEIGHTS TO_6
#endif
typedef float vf __attribute__((vector_size(VL * 4), aligned(4), may_alias));

/* Rows of a and c begin at offsets of their own. What is beyond the last lane goes through `edge`. */
#define EACH(i, count) _Pragma("GCC unroll 16") for (int i = 0; i < count; i++)
#define TILE(R, J)                                                                           \
  static void tile_##R##_##J(const struct product *p, const float *a, const long *ra,        \
                             const float *b, float *c, const long *rc, int lanes) {          \
    const long ak = p->ak, bk = p->bk, n = p->k;                                             \
    const int whole = lanes == J * VL;                                                       \
    float edge[J * VL] = { 0 };                                                              \
    vf sum[R][J];                                                                            \
    EACH(r, R) EACH(j, J) sum[r][j] = (vf){ 0 };                                             \
    if (p->add) EACH(r, R) {                                                                 \
        const float *from = c + rc[r];                                                       \
        if (!whole) from = memcpy(edge, from, sizeof(float) * lanes);                        \
        EACH(j, J) sum[r][j] = *(const vf *)(from + j * VL);                                 \
      }                                                                                      \
    for (int t = 0; t < p->taps; t++) {                                                      \
      const float *x = a + p->ta[t], *y = b + p->tb[t];                                      \
      for (long k = 0; k < n; k++, x += ak, y += bk) {                                       \
        vf lane[J];                                                                          \
        EACH(j, J) lane[j] = *(const vf *)(y + j * VL);                                      \
        EACH(r, R) EACH(j, J) sum[r][j] += (x[ra[r]] - (vf){ 0 }) * lane[j];                 \
      }                                                                                      \
    }                                                                                        \
    EACH(r, R) {                                                                             \
      float *to = whole ? c + rc[r] : edge;                                                  \
      EACH(j, J) *(vf *)(to + j * VL) = sum[r][j];                                           \
      if (!whole) memcpy(c + rc[r], edge, sizeof(float) * lanes);                            \
    }                                                                                        \
  }
#define NAME(R, J) tile_##R##_##J,
HEIGHTS(TILE, 1) HEIGHTS(TILE, 2)
typedef void (*tile)(const struct product *, const float *, const long *, const float *, float *,
                     const long *, int);
static const tile TILE_OF[2][MAX_R] = { { HEIGHTS(NAME, 1) }, { HEIGHTS(NAME, 2) } };

/* Rows, which are places of lines, cut into tiles of about the same height. */
static void tiles(const struct product *p, const struct lines *l, const float *a, const float *b,
                  float *c, int lanes) {
  const long rows = (long)l->count * l->places, count = (rows + MAX_R - 1) / MAX_R;
  long ra[MAX_R], rc[MAX_R];
  for (long i = 0, line = 0, place = 0; i < count; i++) {
    const int height = (i + 1) * rows / count - i * rows / count;
    for (int r = 0; r < height; r++) {
      ra[r] = l->from[line] + place * p->ar, rc[r] = l->to[line] + place * p->cr;
      if (++place == l->places) place = 0, line++;
    }
    TILE_OF[lanes > VL][height - 1](p, a, ra, b, c, rc, lanes);
  }
}

typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));

/* Columns of b in order, zeros after the last: [k][VL] or [k][2 VL]. */
static void pack_columns(long k, int columns, const float *b, long bk, long bn, float *packed) {
  const int width = columns > VL ? 2 * VL : VL;
  if (bn == 1 && columns == width) {
    for (long i = 0; i < k; i++, b += bk, packed += width) {
      *(vf *)packed = *(const vf *)b;
      if (width > VL) *(vf *)(packed + VL) = *(const vf *)(b + VL);
    }
    return;
  }
  if (columns < width) memset(packed, 0, sizeof(float) * k * width);
  const long blocks = bk == 1 ? k / 4 * 4 : 0, wide = columns / 4 * 4;
  /* Four by four turned in registers. */
  for (long i = 0; i < blocks; i += 4)
    for (int j = 0; j < wide; j += 4) {
      const float *x = b + i + j * bn;
      const v4 p = *(const v4 *)x, q = *(const v4 *)(x + bn);
      const v4 r = *(const v4 *)(x + 2 * bn), s = *(const v4 *)(x + 3 * bn);
      const v4 pq = __builtin_shufflevector(p, q, 0, 4, 1, 5), rs = __builtin_shufflevector(r, s, 0, 4, 1, 5);
      const v4 tu = __builtin_shufflevector(p, q, 2, 6, 3, 7), vw = __builtin_shufflevector(r, s, 2, 6, 3, 7);
      float *y = packed + i * width + j;
      *(v4 *)y = __builtin_shufflevector(pq, rs, 0, 1, 4, 5);
      *(v4 *)(y + width) = __builtin_shufflevector(pq, rs, 2, 3, 6, 7);
      *(v4 *)(y + 2 * width) = __builtin_shufflevector(tu, vw, 0, 1, 4, 5);
      *(v4 *)(y + 3 * width) = __builtin_shufflevector(tu, vw, 2, 3, 6, 7);
    }
  for (long i = 0; i < k; i++)
    for (int j = i < blocks ? wide : 0; j < columns; j++) packed[i * width + j] = b[i * bk + j * bn];
}

enum { KC = 512 };

/*
 * c[m][n] = sum over k of a[m ar + k ak] b[k bk + n bn]. Columns of b are put in order, and rows of a
 * where its k are not neighbours.
 */
void multiply(long rows, long columns, long k, const float *a, long ar, long ak,
                     const float *b, long bk, long bn, float *c, long cr, char *scratch) {
  static const int taps[1] = { 0 };
  static const long start[1] = { 0 };
  const struct lines all = { 1, rows, start, start };
  float *packed_b = (float *)scratch, *packed_a = packed_b + KC * 2 * VL;
  if (k == 0) for (long i = 0; i < rows; i++) memset(c + i * cr, 0, sizeof(float) * columns);
  for (long k0 = 0; k0 < k; k0 += KC) {
    const long kc = k - k0 < KC ? k - k0 : KC;
    const float *from = a + k0 * ak;
    long row = ar, step = ak;
    if (ak != 1) {
      from = packed_a, row = 1, step = rows;
      for (long i = 0; i < kc; i++) {
        const float *x = a + (k0 + i) * ak;
        if (ar == 1) memcpy(packed_a + i * rows, x, sizeof(float) * rows);
        else for (long m = 0; m < rows; m++) packed_a[i * rows + m] = x[m * ar];
      }
    }
    for (long n = 0; n < columns; n += 2 * VL) {
      const int lanes = columns - n < 2 * VL ? columns - n : 2 * VL;
      pack_columns(kc, lanes, b + k0 * bk + n * bn, bk, bn, packed_b);
      const struct product p = { 1, taps, taps, kc, row, step, lanes > VL ? 2 * VL : VL, cr, k0 > 0 };
      tiles(&p, &all, from, packed_b, c + n, lanes);
    }
  }
}

/* An image [sizes][channels] with zeros around it; itself where none are needed. */
const float *with_margins(const float *x, const int sizes[3], const int before[3],
                                 const int after[3], long channels, float *to) {
  const long d = sizes[0], h = sizes[1], w = sizes[2];
  const long rows = before[1] + h + after[1], columns = before[2] + w + after[2];
  const long planes = before[0] + d + after[0], line = columns * channels;
  if (planes == d && rows == h && columns == w) return x;
  for (long i = 0; i < planes; i++)
    for (long j = 0; j < rows; j++) {
      float *y = to + (i * rows + j) * line;
      const long k = i - before[0], l = j - before[1];
      if (k < 0 || k >= d || l < 0 || l >= h) {
        memset(y, 0, sizeof(float) * line);
        continue;
      }
      memset(y, 0, sizeof(float) * before[2] * channels);
      memcpy(y + before[2] * channels, x + (k * h + l) * w * channels, sizeof(float) * w * channels);
      memset(y + (before[2] + w) * channels, 0, sizeof(float) * after[2] * channels);
    }
  return to;
}

/*
 * Each place of each line, with `columns` lanes. Lanes beyond the last column read what follows and
 * are not kept.
 */
void slide(const struct product *p, const struct lines *l, long columns, const float *a,
                  const float *b, float *c) {
  for (long j = 0; j < columns; j += 2 * VL)
    tiles(p, l, a, b + j, c + j, columns - j < 2 * VL ? columns - j : 2 * VL);
}

/* 1 if a product is what plain loops give; called in a process of its own before others. */
int kernels_work(void) {
  enum { M = MAX_R + 1, N = 3 * VL - 1, K = 9 };
  static float a[M * K], b[K * N], c[M * N];
  static char scratch[sizeof(float) * KC * 2 * VL];
  for (int i = 0; i < M * K; i++) a[i] = i % 7 - 3;
  for (int i = 0; i < K * N; i++) b[i] = i % 5 - 2;
  multiply(M, N, K, a, K, 1, b, N, 1, c, N, scratch);
  for (int i = 0; i < M * N; i++) {
    float sum = 0;
    for (int k = 0; k < K; k++) sum += a[i / N * K + k] * b[k * N + i % N];
    if (sum != c[i]) return 0;
  }
  return 1;
}
