/** `npm run bench [-- NAME]`: one file per claim; exit 1 when a claim does not hold here. */
import { agentCost } from "./agent-cost.ts";
import { answerFromLogs } from "./answer-from-logs.ts";
import { formatMessages } from "./format-messages.ts";
import { forwardThroughput } from "./forward-throughput.ts";
import { importAgainstMawk } from "./import-against-mawk.ts";
import { parseAgainstPeers } from "./parse-against-peers.ts";
import { queries } from "./queries.ts";
import { readersOfKernelLines } from "./readers-of-kernel-lines.ts";
import { screenQueries } from "./screen-queries.ts";
import { sendMessages } from "./send-messages.ts";
import { tuiKeys } from "./tui-keys.ts";
import { tuiStart } from "./tui-start.ts";

const claims: Readonly<Record<string, () => Promise<boolean>>> = {
  "import-against-mawk": importAgainstMawk,
  "answer-from-logs": answerFromLogs,
  parse: parseAgainstPeers,
  readers: readersOfKernelLines,
  "agent-cost": agentCost,
  "format-messages": formatMessages,
  "send-messages": sendMessages,
  "forward-throughput": forwardThroughput,
  queries: async () => queries(),
  "screen-queries": async () => screenQueries(),
  "tui-start": tuiStart,
  "tui-keys": tuiKeys,
};

const wanted = process.argv.slice(2);
for (const [name, claim] of Object.entries(claims)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const holds = await claim();
  console.log(holds ? "The claim holds" : "The claim does not hold on this machine");
  if (!holds) process.exitCode = 1;
}
