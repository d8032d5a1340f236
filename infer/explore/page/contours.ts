/** The two ends of a straight piece of a contour, in columns and rows of the grid. */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/** The edges of a cell by the corners that they join: top, right, bottom, left. */
const EDGES: readonly (readonly [number, number])[] = [[0, 1], [1, 2], [2, 3], [3, 0]];

/** The corners of a cell as steps of column and row, clockwise from the top left. */
const CORNERS: readonly (readonly [number, number])[] = [[0, 0], [1, 0], [1, 1], [0, 1]];

/**
 * The curves along which values on a grid have a level, by marching squares. In a cell whose
 * opposite corners lie above the level the mean of the corners decides what is joined.
 *
 * @param values `[rows, columns]`
 */
export function contours(values: ArrayLike<number>, columns: number, level: number): Segment[] {
  const segments: Segment[] = [];
  const rows = values.length / columns;
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const heights = CORNERS.map(([x, y]) => values[(row + y) * columns + column + x] - level);
      const crossings = EDGES.flatMap(([a, b]) => {
        if (heights[a] < 0 === heights[b] < 0) return [];
        const share = heights[a] / (heights[a] - heights[b]);
        const [ax, ay] = CORNERS[a];
        const [bx, by] = CORNERS[b];
        return [[column + ax + share * (bx - ax), row + ay + share * (by - ay)] as const];
      });
      if (crossings.length === 4) {
        const mean = heights.reduce((sum, height) => sum + height, 0);
        if (mean < 0 !== heights[0] < 0) crossings.push(crossings.shift()!);
      }
      for (let i = 0; i < crossings.length; i += 2) {
        segments.push([...crossings[i], ...crossings[i + 1]]);
      }
    }
  }
  return segments;
}
