"""Sends one packet of each kind that the kernel tells apart when it writes a LOG line.

Reads the lab's hosts and rules from standard input; prints, for each packet, its kind, the denial
that `denyscope parse` must print of its line, and words that the line must hold. Each packet has a
source address of its own, by which its line is found.
"""

import ctypes
import json
import platform
import sys
from ipaddress import ip_network

import kinds_ipv4
import kinds_ipv6
from extension_headers import destination, ends, fragment
from packets import Senders, libc, wait_for_reader
from sent_packet import Part, icmp, icmpv6, ipv4, ipv6, other, short, tcp, udp

UNREAD_BYTES_MAX = 16 * 1024
# The first of the 6.x kernels whose nf_log_syslog.c was read and knows the TCP flag AE.
AE_KERNEL = (6, 18)
UID, GID = 4711, 4712


def pod_to_pod(lab, family):
    web, database = lab["pods"][:2]
    path = {"in": web["interfaceName"], "out": database["interfaceName"]}
    return {"host": web, "frame": lab["gatewayMac"], "dst": database[family], **path}


def pod_to_node(lab, family):
    web = lab["pods"][0]
    return {
        **{"host": web, "frame": lab["gatewayMac"], "dst": lab["node"][family]},
        "in": web["interfaceName"],
    }


def pod_to_link(lab, _):
    """All nodes of the pod's link."""
    return {**pod_to_node(lab, "ipv6"), "frame": "33:33:00:00:00:01", "dst": "ff02::1"}


def node_to_outside(lab, family):
    return {"host": lab["node"], "dst": lab["outside"][family], "out": "eth0"}


def local_kinds(family):
    """What the node itself gets or sends, where there are no or other interfaces and a user."""
    error = icmp(3, 1) if family == "ipv4" else icmpv6(1, 4)
    inner = (ipv4 if family == "ipv4" else ipv6)(udp(1, 2), *INNER[family])
    known = error.fields | {"inner": inner[1]}
    error = Part(error.number, error.payload[:8] + inner[0], known)
    yield "TCP", tcp("S", 40000, 443, 8192, [("MSS", 1460)])
    yield "UDP", udp(5353, 53, b"x" * 40)
    yield "SCTP", other(132)
    yield "ICMP error", error
    yield "UDP header of 7 bytes", short(17, 7)
    if family == "ipv6":
        yield "ESP", ends(Part(50, b"\0" * 16))
        yield "later fragment", fragment(udp(1, 2), False, 64)
        yield "destination", destination(udp(1, 2), False)


INNER = {"ipv4": ("192.0.2.1", "192.0.2.2"), "ipv6": ("2001:db8::1", "2001:db8::2")}


def kinds(lab):
    """(name, path, family, rule, Part, arguments of the header) of each packet."""
    release = tuple(int(part) for part in platform.release().split(".")[:2])
    ae = release >= AE_KERNEL
    for family, all_kinds in (("ipv4", kinds_ipv4.kinds), ("ipv6", kinds_ipv6.kinds)):
        path = pod_to_pod(lab, family)
        for name, rule, part, header in all_kinds(path["dst"], ae):
            yield name, path, family, rule, part, header
        for way, to in (("to the node", pod_to_node), ("from the node", node_to_outside)):
            for rule in ("plain", "options", "plain marked", "options marked"):
                for name, part in local_kinds(family):
                    # What these must say stands in the line with options and without.
                    path = to(lab, family)
                    yield f"{family} {name} {way}, {rule}", path, family, rule, part, {}
    path = pod_to_link(lab, "ipv6")
    for name, rule, part, header in kinds_ipv6.neighbour_kinds(lab["node"]["ipv6"]):
        yield name, path, "link", rule, part, header


def sent(number, path, family, rule, part, header):
    """The packet and its denial. `rule` is one of the lab's, `family` names its network."""
    src = str(ip_network(rule[family])[number])
    build = ipv4 if family == "ipv4" else ipv6
    packet, fields, says = build(part, src, path["dst"], **header)
    denial = {key: path[key] for key in ("in", "out") if key in path}
    if "frame" in path:
        kind = "08:00" if family == "ipv4" else "86:dd"
        kind = kind.replace(":", "") if rule["logsOptions"] else kind
        denial["mac"] = {"dst": path["frame"], "src": path["host"]["mac"], "type": kind}
    elif rule["logsOptions"] and part.goes_on:
        denial |= {"uid": UID, "gid": GID}
    if "mark" in rule and part.goes_on:
        denial["mark"] = rule["mark"]
    is_forwarded = "in" in path and "out" in path
    fields["ttl"] -= 1 if is_forwarded else 0
    return packet, denial | fields, says


def main():
    lab = json.load(sys.stdin)
    rules = {rule["name"]: rule for rule in lab["rules"]}
    # The user of a packet is who opened its socket; this leaves the process its network rights.
    libc.setfsgid(GID)
    libc.setfsuid(UID)
    senders = Senders()
    results = []
    for number, (name, path, family, rule, part, header) in enumerate(kinds(lab), start=1):
        packet, denial, says = sent(number, path, family, rules[rule], part, header)
        flow = {"networkNamespace": path["host"]["networkNamespace"], "dst": path["dst"]}
        if "frame" in path:
            flow["frame"] = {"src": path["host"]["mac"], "dst": path["frame"]}
        senders.send(flow, packet)
        wait_for_reader(UNREAD_BYTES_MAX)
        about = {"kind": name, "logsOptions": rules[rule]["logsOptions"]}
        results.append({**about, "denial": denial, "says": list(says)})
    wait_for_reader(0)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
