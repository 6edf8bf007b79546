/** Where lines are read into. Whoever takes a buffer gives it back when its lines are counted. */
export interface BatchBuffers {
  take(): Buffer;
  give(buffer: Buffer): void;
}

/** Buffers of this process's heap: what is given back is left to the garbage collector. */
export function heapBuffers(bytes: number): BatchBuffers {
  return { take: () => Buffer.allocUnsafeSlow(bytes), give: () => undefined };
}
