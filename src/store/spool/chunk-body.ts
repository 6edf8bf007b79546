import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { EventColumns, SpooledFlow, SpooledNotice } from "../../model/spool.ts";

/** Lines of a log are a tenth of their size then, and a stronger level costs more than it saves. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Events as one row: their count, then the columns of times, offsets and ends, then the lines. Each
 * column is a typed array in the byte order of this machine, for nobody else reads them.
 */
export function packEvents({ count, bytes, ends, offsets, times }: EventColumns): Buffer {
  const head = new Float64Array([count]);
  const columns = [head, times, offsets, ends, bytes].map((column) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength),
  );
  return zstdCompressSync(Buffer.concat(columns), options);
}

/** The opposite of packEvents(). */
export function unpackEvents(body: Uint8Array): EventColumns {
  // Of its own, for a typed array must begin at a multiple of its size.
  const packed = new Uint8Array(zstdDecompressSync(body));
  const count = new Float64Array(packed.buffer, 0, 1)[0]!;
  const at = { times: 8, offsets: 8 + 8 * count, ends: 8 + 16 * count, bytes: 8 + 20 * count };
  return {
    count,
    times: new Float64Array(packed.buffer, at.times, count),
    offsets: new Float64Array(packed.buffer, at.offsets, count),
    ends: new Int32Array(packed.buffer, at.ends, count),
    bytes: Buffer.from(packed.buffer, at.bytes),
  };
}

export function packRecords(records: readonly (SpooledFlow | SpooledNotice)[]): Buffer {
  return zstdCompressSync(JSON.stringify(records), options);
}

/** The opposite of packRecords(); what they are, the kind of the chunk says. */
export function unpackRecords<Kind extends SpooledFlow | SpooledNotice>(
  body: Uint8Array,
): readonly Kind[] {
  return JSON.parse(zstdDecompressSync(body).toString()) as readonly Kind[];
}
