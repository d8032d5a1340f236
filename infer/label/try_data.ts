/** What an exported page knows of its classifier. */
export interface TryData {
  readonly name: string;
  readonly classNames: readonly string[];
  /** `[height, width, channels]` */
  readonly imageShape: readonly [number, number, number];
}
