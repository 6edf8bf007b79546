type Line = (random: () => number, offset: number) => string;

const pick = (values: readonly string[], random: () => number): string =>
  values[Math.floor(random() * values.length)]!;
const number = (below: number, random: () => number): number => Math.floor(random() * below);
const hex = (digits: number, random: () => number): string => {
  const eight = () =>
    number(16 ** 8, random)
      .toString(16)
      .padStart(8, "0");
  return Array.from({ length: Math.ceil(digits / 8) }, eight)
    .join("")
    .slice(0, digits);
};
const NOON_SECONDS = 12 * 3600;
const clock = (offset: number): string =>
  new Date((NOON_SECONDS + offset) * 1000).toISOString().slice(11, 19);

const deployments = ["storefront-7c9d8b6f54", "cart-6f5b9c7d88", "invoicer-5d7f6c9b48"];
const namespaces = ["shop", "billing", "monitoring"];
const pods = (random: () => number): string =>
  `${pick(namespaces, random)}/${pick(deployments, random)}-${hex(5, random)}`;
const address = (random: () => number): string => `203.0.113.${number(254, random) + 1}`;

/** What else a worker writes to its syslog, and in so many of 1,000 lines. */
const kinds: readonly (readonly [share: number, line: Line])[] = [
  [
    240,
    (random, at) =>
      `kubelet[1873]: I1122 ${clock(at)}.${number(1e6, random)}    1873 ` +
      `kubelet.go:2421] "SyncLoop (PLEG): event for pod" pod="${pods(random)}" ` +
      `event={"ID":"${hex(32, random)}","Type":"ContainerStarted",` +
      `"Data":"${hex(64, random)}"}`,
  ],
  [
    120,
    (random, at) =>
      `kubelet[1873]: E1122 ${clock(at)}.${number(1e6, random)}    1873 ` +
      `pod_workers.go:1301] "Error syncing pod, skipping" err="failed to ` +
      `\\"StartContainer\\" for \\"web\\" with CrashLoopBackOff: ` +
      `\\"back-off 5m0s restarting failed container=web pod=${pods(random)}\\"" ` +
      `podUID="${hex(8, random)}-${hex(4, random)}"`,
  ],
  [
    180,
    (random, at) =>
      `containerd[1204]: time="2026-11-22T${clock(at)}.${number(1e9, random)}Z" level=info ` +
      `msg="StopPodSandbox for \\"${hex(64, random)}\\" returns successfully"`,
  ],
  [
    140,
    (random) => `systemd[1]: cri-containerd-${hex(64, random)}.scope: Deactivated successfully.`,
  ],
  [60, (random) => `systemd[1]: run-containerd-runc-k8s.io-${hex(64, random)}.mount: Succeeded.`],
  // It logs the rules that it renders, the LOG rule's prefix among them.
  [
    100,
    (random, at) =>
      `calico-node[3340]: 2026-11-22 ${clock(at)}.${number(1000, random)} [INFO][66] ` +
      `felix/endpoint_mgr.go 1238: Updating endpoint routes. ifaceName="cali${hex(11, random)}"`,
  ],
  [
    20,
    (random, at) =>
      `calico-node[3340]: 2026-11-22 ${clock(at)}.${number(1000, random)} [DEBUG][66] ` +
      `felix/policy.go 777: Rendering log rule chain="cali-pi-${hex(11, random)}" ` +
      `action=Log prefix="calico-packet: " level=5`,
  ],
  [
    60,
    (random) =>
      `sshd[${number(60_000, random)}]: Invalid user ${pick(["admin", "oracle", "pi"], random)} ` +
      `from ${address(random)} port ${number(65_536, random)}`,
  ],
  [
    30,
    (random) =>
      `sshd[${number(60_000, random)}]: Connection closed by ${address(random)} ` +
      `port ${number(65_536, random)} [preauth]`,
  ],
  [
    20,
    (random) =>
      `CRON[${number(60_000, random)}]: (root) CMD (command -v debian-sa1 > /dev/null && ` +
      "debian-sa1 1 1)",
  ],
  [
    20,
    (random, at) =>
      `kernel: [${100_000 + Math.floor(at)}.${100_000 + number(900_000, random)}] ` +
      `eth0: renamed from tmp${hex(5, random)}`,
  ],
  [5, () => 'rsyslogd: [origin software="rsyslogd" swVersion="8.2302.0"] rsyslogd was HUPed'],
  [
    2,
    (random) =>
      `rsyslogd: imklog: ${1 + number(400, random)} messages lost due to rate-limiting ` +
      "(20000 allowed within 600 seconds)",
  ],
  [2, (random) => `systemd-journald[312]: Missed ${1 + number(90, random)} kernel messages`],
  [
    1,
    (random, at) =>
      `kernel: [${100_000 + Math.floor(at)}.${100_000 + number(900_000, random)}] ` +
      `net_ratelimit: ${1 + number(90, random)} callbacks suppressed`,
  ],
];

const shares = kinds.reduce((sum, [share]) => sum + share, 0);

/** Tag and text of a line that is no denial. `offset` is seconds since the log began. */
export function ordinaryLine(offset: number, random: () => number): string {
  let rest = random() * shares;
  for (const [share, line] of kinds) {
    rest -= share;
    if (rest < 0) return line(random, offset);
  }
  throw new RangeError("The random number is 1 or more");
}
