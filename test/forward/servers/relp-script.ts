import type { Socket } from "node:net";

export type RelpFrame = { readonly txnr: number; readonly command: string; readonly data: Buffer };

const openAnswer = "200 OK\nrelp_version=0\nrelp_software=scripted\ncommands=syslog";

/** A frame as a server sends it. */
export function relpAnswer(txnr: number, data: string, command = "rsp"): string {
  const length = Buffer.byteLength(data);
  return `${txnr} ${command} ${length}${length === 0 ? "" : ` ${data}`}\n`;
}

/** What a good server says to a frame. */
export function goodAnswer({ txnr, command }: RelpFrame): string {
  if (command === "open") return relpAnswer(txnr, openAnswer);
  if (command === "close") return relpAnswer(txnr, "") + relpAnswer(0, "", "serverclose");
  return relpAnswer(txnr, "200 OK");
}

/** A server's side of RELP: all frames that end in what was read go to `answer` at once. */
export function relpScript(
  answer: (frames: readonly RelpFrame[], socket: Socket) => void,
): (socket: Socket) => void {
  return (socket) => {
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const frames: RelpFrame[] = [];
      for (let frame = firstFrame(rest); frame !== undefined; frame = firstFrame(rest)) {
        frames.push(frame);
        rest = rest.subarray(frame.end);
      }
      if (frames.length > 0) answer(frames, socket);
    });
    socket.on("end", () => socket.end());
  };
}

function firstFrame(bytes: Buffer): (RelpFrame & { readonly end: number }) | undefined {
  const head = /^(\d+) ([a-z]+) (\d+)/.exec(bytes.toString("latin1", 0, 64));
  if (head === null || bytes.length === head[0].length) return undefined;
  const length = Number(head[3]);
  const start = head[0].length + (length === 0 ? 0 : 1);
  const end = start + length + 1;
  if (bytes.length < end) return undefined;
  const data = Buffer.from(bytes.subarray(start, end - 1));
  return { txnr: Number(head[1]), command: head[2]!, data, end };
}
