import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { freeArray } from "../../model/free-array.ts";
import type { EventColumns, PackedEvents, SpooledFlow, SpooledNotice } from "../../model/spool.ts";

/** Lines of a log are a tenth of their size then, and a stronger level costs more than it saves. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** A batch unpacked: it comes in one piece then, not in many that are put together. */
const UNPACKED_BYTES = 512 * 1024;

/**
 * Events as one row: their count, then the columns of times, offsets and ends, then the lines. Each
 * column is a typed array in the byte order of this machine, for nobody else reads them.
 */
export function packEvents({ count, bytes, ends, offsets, times }: EventColumns): PackedEvents {
  const head = new Float64Array([count]);
  const columns = [head, times, offsets, ends, bytes];
  const size = columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const unpacked = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of columns) {
    unpacked.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  // Of its own and no longer than it is, for it goes to another thread.
  const body = new Uint8Array(zstdCompressSync(unpacked, options));
  freeArray(unpacked);
  return { count, body };
}

/** The opposite of packEvents(), in a buffer of its own: freeArray() of a column frees them all. */
export function unpackEvents(body: Uint8Array): EventColumns {
  const unpacked = zstdDecompressSync(body, { chunkSize: UNPACKED_BYTES });
  const { length } = unpacked;
  // A typed array must begin at a multiple of its size, and what is small lies in a shared buffer.
  const isOwn = unpacked.byteOffset === 0 && unpacked.buffer.byteLength >= UNPACKED_BYTES;
  const buffer = isOwn ? unpacked.buffer : new Uint8Array(unpacked).buffer;
  const count = new Float64Array(buffer, 0, 1)[0]!;
  const at = { times: 8, offsets: 8 + 8 * count, ends: 8 + 16 * count, bytes: 8 + 20 * count };
  return {
    count,
    times: new Float64Array(buffer, at.times, count),
    offsets: new Float64Array(buffer, at.offsets, count),
    ends: new Int32Array(buffer, at.ends, count),
    bytes: Buffer.from(buffer, at.bytes, length - at.bytes),
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
