/* Loops of kernels: always inlined, so that sizes are constants and loops over channels vector code. */

/* A window over depth, height and width of images whose channels are last. */
struct window { long in[3], out[3], kernel[3], strides[3], before[3], channels; };

INLINE long first_of(const struct window *w, int axis, long place) {
  const long first = place * w->strides[axis] - w->before[axis];
  return first < 0 ? 0 : first;
}
INLINE long end_of(const struct window *w, int axis, long place) {
  const long end = place * w->strides[axis] - w->before[axis] + w->kernel[axis];
  return end < w->in[axis] ? end : w->in[axis];
}

/* The places [d, r, s] of a window on image n, and the elements of one that are inside. */
#define EACH_PLACE(w)                             \
  for (long d = 0; d < w->out[0]; d++)            \
    for (long r = 0; r < w->out[1]; r++) for (long s = 0; s < w->out[2]; s++)
#define EACH_INSIDE(w)                                               \
  for (long di = first_of(w, 0, d); di < end_of(w, 0, d); di++)      \
    for (long ri = first_of(w, 1, r); ri < end_of(w, 1, r); ri++)    \
      for (long si = first_of(w, 2, s); si < end_of(w, 2, s); si++)
#define PLACE(w) (((d * w->out[1] + r) * w->out[2] + s) * w->channels)
#define INSIDE(w) (((di * w->in[1] + ri) * w->in[2] + si) * w->channels)
#define EACH_CHANNEL(w) _Pragma("omp simd") for (long c = 0; c < w->channels; c++)

/* y = the greatest element inside. */
INLINE void pool_max(const struct window *w, const float *x, float *y) {
  EACH_PLACE(w) {
    float *to = y + PLACE(w);
    EACH_CHANNEL(w) to[c] = -INFINITY;
    EACH_INSIDE(w) {
      const float *from = x + INSIDE(w);
      EACH_CHANNEL(w) to[c] = from[c] > to[c] ? from[c] : to[c];
    }
  }
}

/* y = the sum of the elements inside, over how many they are, or over `least` of fewer. */
INLINE void pool_average(const struct window *w, long least, const float *x, float *y) {
  EACH_PLACE(w) {
    float *to = y + PLACE(w);
    long count = 0;
    EACH_CHANNEL(w) to[c] = 0;
    EACH_INSIDE(w) {
      const float *from = x + INSIDE(w);
      count++;
      EACH_CHANNEL(w) to[c] += from[c];
    }
    const float size = count < least ? least : count;
    EACH_CHANNEL(w) to[c] /= size;
  }
}

/* dx = the sum of dy over the windows whose greatest element it is: of equals the first, or the last. */
INLINE void pool_max_back(const struct window *w, int last, const float *x, const float *dy,
                          float *dx, char *scratch) {
  float *best = (float *)scratch;
  int32_t *where = (int32_t *)(best + w->channels);
  EACH_PLACE(w) {
    const float *from = dy + PLACE(w);
    EACH_CHANNEL(w) best[c] = -INFINITY, where[c] = -1;
    EACH_INSIDE(w) {
      const int32_t i = INSIDE(w);
      EACH_CHANNEL(w) {
        const int better = x[i + c] > best[c] || (last && x[i + c] == best[c] && where[c] >= 0);
        best[c] = better ? x[i + c] : best[c], where[c] = better ? i : where[c];
      }
    }
    EACH_INSIDE(w) {
      const int32_t i = INSIDE(w);
      EACH_CHANNEL(w) dx[i + c] += where[c] == i ? from[c] : 0;
    }
  }
}

/* dx = the sum of dy, each by `share`, over the windows that hold it. */
INLINE void pool_average_back(const struct window *w, float share, const float *dy, float *dx) {
  EACH_PLACE(w) {
    const float *from = dy + PLACE(w);
    EACH_INSIDE(w) {
      float *to = dx + INSIDE(w);
      EACH_CHANNEL(w) to[c] += from[c] * share;
    }
  }
}
