/** Whether a ray from a place crosses a closed path an odd number of times. */
export function isWithin(
  [x, y]: readonly [number, number],
  path: readonly (readonly [number, number])[],
): boolean {
  let inside = false;
  path.forEach(([x1, y1], i) => {
    const [x2, y2] = path[(i + 1) % path.length];
    if (y1 > y !== y2 > y && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

/** Both axes on one scale between 0 and 1, up is up. */
export function toUnit(map: Float32Array): Float32Array {
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  map.forEach((value, i) => {
    low[i % 2] = Math.min(low[i % 2], value);
    high[i % 2] = Math.max(high[i % 2], value);
  });
  const range = Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  return map.map((value, i) => {
    const from = (value - (low[i % 2] + high[i % 2]) / 2) / range;
    return i % 2 ? 0.5 - from : 0.5 + from;
  });
}
