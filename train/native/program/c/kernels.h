/* What steps and kernels share. */
#include <stdint.h>
#include <string.h>

/* A product; see kernels.c. */
struct product {
  int taps;
  const int *ta, *tb;
  long k, ar, ak, bk, cr;
  int add; /* to what c holds */
};

/* Lines of an image: places along each, with a stride in what is read and in what is written. */
struct lines {
  int count, places;
  const long *from, *to; /* where each begins */
};

void multiply(long rows, long columns, long k, const float *a, long ar, long ak, const float *b,
              long bk, long bn, float *c, long cr, char *scratch);
const float *with_margins(const float *x, const int sizes[3], const int before[3],
                          const int after[3], long channels, float *to);
void slide(const struct product *p, const struct lines *l, long columns, const float *a,
           const float *b, float *c);
