import { createReadStream } from "node:fs";

const inputBytesMax = 16 * 1024 * 1024;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist; check its name",
  EACCES: "permission denied; run as somebody who may read it",
  EISDIR: "it is a directory; name the files in it",
};

/**
 * The text of a file, or of standard input for `-`.
 *
 * @throws Error with one line for people where it cannot be read, is too long or no UTF-8.
 */
export async function inputText(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === "-" ? stdin : createReadStream(file)) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > inputBytesMax) {
        throw new Error(`it has more than ${inputBytesMax} bytes; give it in parts`);
      }
      chunks.push(buffer);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const reason = code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "it is no UTF-8 text" : message;
    throw new Error(`Cannot read "${file}": ${reasons[code] ?? reason}`, { cause: error });
  }
}
