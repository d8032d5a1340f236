/** What the page knows of a run from the start, beside arrays in files of their own. */
export interface LabelPageData {
  /** What the run is called: the last part of its path. */
  readonly name: string;
  /** What the page sends with each change. */
  readonly token: string;
  /** The name of each image. */
  readonly names: readonly string[];
  /** `[height, width, channels]` */
  readonly thumbnailShape: readonly [number, number, number];
  /** How many neighbours each image has. */
  readonly neighbours: number;
  /** Whether the run has a classifier. */
  readonly isFinished: boolean;
}

/** Thumbnails that are fetched at a time. */
export const THUMBNAILS_PER_FILE = 256;
