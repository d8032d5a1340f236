/** Points of a plane, in squares that are cut in four while they hold several. */
export interface Quadtree {
  /** The mean of the points in each node, `[nodes, 2]`. */
  readonly centres: Float64Array;
  /** The number of points in each node. */
  readonly masses: Float64Array;
  /** The squared width of each node. */
  readonly squares: Float64Array;
  /** The first of four children of each node, one after another; 0 for a leaf. */
  readonly children: Int32Array;
}

/** Cuts of a square at most: points closer than that are taken for one. */
const MAX_DEPTH = 40;

/**
 * Builds the tree of points `[count, 2]`; node 0 is the root, and empty nodes have a mass of 0.
 */
export function buildQuadtree(points: Float64Array): Quadtree {
  const count = points.length / 2;
  let capacity = 8 * count + 64;
  let centres = new Float64Array(2 * capacity);
  let masses = new Float64Array(capacity);
  let squares = new Float64Array(capacity);
  let children = new Int32Array(capacity);
  let size = 1;
  const [least, most] = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (let k = 0; k < points.length; k++) {
    least[k % 2] = Math.min(least[k % 2], points[k]);
    most[k % 2] = Math.max(most[k % 2], points[k]);
  }
  const width = Math.max(most[0] - least[0], most[1] - least[1]) || 1;
  const middle = [(least[0] + most[0]) / 2, (least[1] + most[1]) / 2];
  squares[0] = width * width;
  for (let i = 0; i < count; i++) {
    const x = points[2 * i], y = points[2 * i + 1];
    let node = 0, half = width / 2, cx = middle[0], cy = middle[1];
    for (let depth = 0;; depth++) {
      const mass = masses[node];
      if (mass > 0 && children[node] === 0 && depth < MAX_DEPTH) {
        const ox = centres[2 * node], oy = centres[2 * node + 1];
        if (ox !== x || oy !== y) {
          if (size + 4 > capacity) grow();
          children[node] = size;
          const child = size + Number(ox > cx) + 2 * Number(oy > cy);
          squares.fill(half * half, size, size + 4);
          size += 4;
          centres[2 * child] = ox;
          centres[2 * child + 1] = oy;
          masses[child] = mass;
        }
      }
      masses[node] = mass + 1;
      centres[2 * node] += (x - centres[2 * node]) / (mass + 1);
      centres[2 * node + 1] += (y - centres[2 * node + 1]) / (mass + 1);
      if (children[node] === 0) break;
      node = children[node] + Number(x > cx) + 2 * Number(y > cy);
      half /= 2;
      cx += x > cx ? half : -half;
      cy += y > cy ? half : -half;
    }
  }
  return { centres, masses, squares, children };

  function grow() {
    capacity *= 2;
    const larger = <A extends Float64Array | Int32Array>(old: A, next: A): A => {
      next.set(old);
      return next;
    };
    centres = larger(centres, new Float64Array(2 * capacity));
    masses = larger(masses, new Float64Array(capacity));
    squares = larger(squares, new Float64Array(capacity));
    children = larger(children, new Int32Array(capacity));
  }
}

/**
 * Sums over all points but the one at (x, y): `Σ q` and `Σ q² (x - xⱼ)`, `Σ q² (y - yⱼ)` with
 * `q = 1 / (1 + distance²)`. Nodes that are narrow for their distance count as one point at their mean
 * (Barnes and Hut, 1986).
 *
 * @param theta Width over distance below which a node is narrow; 0 is exact.
 * @param sums The three sums, which are overwritten.
 */
export function repulsion(
  { centres, masses, squares, children }: Quadtree,
  { x, y, theta, sums, stack }: {
    x: number;
    y: number;
    theta: number;
    sums: Float64Array;
    /** Working memory of some hundred entries. */
    stack: Int32Array;
  },
): void {
  const limit = theta * theta;
  let total = -1; // itself
  let forceX = 0, forceY = 0;
  let top = 1;
  stack[0] = 0;
  while (top > 0) {
    const node = stack[--top];
    const mass = masses[node];
    if (mass === 0) continue;
    const dx = x - centres[2 * node], dy = y - centres[2 * node + 1];
    const square = dx * dx + dy * dy;
    const child = children[node];
    if (child === 0 || squares[node] < limit * square) {
      const q = 1 / (1 + square);
      total += mass * q;
      forceX += mass * q * q * dx;
      forceY += mass * q * q * dy;
    } else {
      stack[top++] = child;
      stack[top++] = child + 1;
      stack[top++] = child + 2;
      stack[top++] = child + 3;
    }
  }
  sums[0] = total;
  sums[1] = forceX;
  sums[2] = forceY;
}
