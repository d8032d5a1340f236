import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The font files, by weight. */
const FONT_FILES = { normal: "DejaVuSans.ttf", bold: "DejaVuSans-Bold.ttf" } as const;

/** The weight of a font. */
export type FontWeight = keyof typeof FONT_FILES;

/** The paths of the fonts, which come from npm: plots are the same on every machine. */
export async function fontPaths(): Promise<Record<FontWeight, string>> {
  // The import makes Deno download the package: only then it has a path on disk.
  await import("dejavu-fonts-ttf/package.json", { with: { type: "json" } });
  const folder = join(fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/package.json")), "..");
  return {
    normal: join(folder, "ttf", FONT_FILES.normal),
    bold: join(folder, "ttf", FONT_FILES.bold),
  };
}

/** The width of a character, as a fraction of the font size. */
export type CharacterWidths = (codePoint: number) => number;

/**
 * Reads the widths of a TrueType font (OpenType specification 1.9: tables `head`, `hhea`, `hmtx`
 * and `cmap` format 4). A missing character is as wide as the font's sign for missing ones.
 *
 * @throws {RangeError} If the font has no such tables.
 */
export function readWidths(file: Uint8Array): CharacterWidths {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const table = (tag: string) => {
    for (let i = 0; i < view.getUint16(4); i++) {
      const entry = 12 + 16 * i;
      const name = String.fromCharCode(...file.subarray(entry, entry + 4));
      if (name === tag) return view.getUint32(entry + 8);
    }
    throw new RangeError(`Cannot read font: it has no table "${tag}"`);
  };
  const unitsPerEm = view.getUint16(table("head") + 18);
  const metrics = view.getUint16(table("hhea") + 34);
  const advances = table("hmtx");
  const segments = unicodeSegments(view, table("cmap"));
  const count = view.getUint16(segments + 6) / 2;
  return (codePoint) => {
    let glyph = 0;
    for (let i = 0; i < count; i++) {
      if (view.getUint16(segments + 14 + 2 * i) < codePoint) continue;
      const startAt = segments + 16 + 2 * (count + i);
      const start = view.getUint16(startAt);
      if (start > codePoint) break;
      const delta = view.getUint16(startAt + 2 * count);
      const rangeAt = startAt + 4 * count;
      const range = view.getUint16(rangeAt);
      const found = range === 0
        ? codePoint
        : view.getUint16(rangeAt + range + 2 * (codePoint - start));
      glyph = range !== 0 && found === 0 ? 0 : (found + delta) & 0xffff;
      break;
    }
    return view.getUint16(advances + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;
  };
}

/** The offset of the Unicode subtable of format 4. */
function unicodeSegments(view: DataView, cmap: number): number {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const entry = cmap + 4 + 8 * i;
    const subtable = cmap + view.getUint32(entry + 4);
    const platform = view.getUint16(entry);
    if ((platform === 0 || platform === 3) && view.getUint16(subtable) === 4) return subtable;
  }
  throw new RangeError("Cannot read font: it has no Unicode table of format 4");
}
