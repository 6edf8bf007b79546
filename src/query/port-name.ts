import { readFileSync } from "node:fs";

const SERVICES = "/etc/services";
/** Longer ones are no names of services. */
const NAME_CHARACTERS_MAX = 32;

/** Where the system has no list, as in small images: what clusters are made of. */
const usual = `
ssh 22/tcp
smtp 25/tcp
domain 53/udp 53/tcp
bootps 67/udp
http 80/tcp
ntp 123/udp
snmp 161/udp
ldap 389/tcp
https 443/tcp 443/udp
syslog 514/udp
ldaps 636/tcp
mysql 3306/tcp
rdp 3389/tcp
postgresql 5432/tcp
amqp 5672/tcp
redis 6379/tcp
mongodb 27017/tcp
`;

/** What only clusters have, and lists of the system do not. */
const clusters = `
etcd-client 2379/tcp
etcd-server 2380/tcp
vxlan 4789/udp
calico-typha 5473/tcp
kube-apiserver 6443/tcp
kafka 9092/tcp
prometheus-node-exporter 9100/tcp
kubelet 10250/tcp
`;

let known: ReadonlyMap<string, string> | undefined;

/** `postgresql` for 5432/tcp; undefined where there is no name. */
export function portName(
  protocol: string | undefined,
  dstPort: number | undefined,
): string | undefined {
  if (dstPort === undefined || protocol === undefined) return undefined;
  known ??= new Map([...parseServices(clusters), ...parseServices(systemList())]);
  return known.get(`${dstPort}/${protocol}`);
}

function systemList(): string {
  try {
    return readFileSync(SERVICES, "utf8");
  } catch {
    return usual;
  }
}

/** By `port/protocol`; the first name of a port counts, as in services(5). */
function parseServices(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [name = "", ...ports] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (!/^[\w.+*/-]+$/.test(name) || name.length > NAME_CHARACTERS_MAX) continue;
    for (const port of ports) {
      if (/^\d{1,5}\/[a-z]+$/.test(port) && !names.has(port)) names.set(port, name);
    }
  }
  return names;
}
