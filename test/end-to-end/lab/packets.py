"""Sends one part of the lab's plan from inside its network namespaces.

Reads {"part": 1, "of": 2, "flows": [...]} from standard input and prints, for each flow, how many
packets, attempts and bytes went out. One process enters all namespaces in turn, so that the order
of the packets, and with it the log, is the same in every run.
"""

import ctypes
import json
import socket
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
IPV6_HDRINCL = 36
SYSLOG_ACTION_SIZE_UNREAD = 9
UNREAD_BYTES_MAX = 16 * 1024
READER_SECONDS_MAX = 30
PACKETS_PER_TCP_ATTEMPT = 3
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}

libc = ctypes.CDLL(None, use_errno=True)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def transport(flow, port, number):
    """The header and payload above IP, and where in it the checksum belongs."""
    if flow["protocol"] == "tcp":
        options = bytes.fromhex("020405b40402080a") + struct.pack("!II", number, 0)
        options += bytes.fromhex("01030307")
        syn, window, words = 2, 64240, 10
        fields = (port, flow["dstPort"], number, 0, words << 4, syn, window, 0, 0)
        return struct.pack("!HHIIBBHHH", *fields) + options, 16
    if flow["protocol"] == "udp":
        payload = b"x" * (24 + number % 16)
        return struct.pack("!HHHH", port, flow["dstPort"], 8 + len(payload), 0) + payload, 6
    echo = struct.pack("!BBHHH", flow["icmpType"], flow["icmpCode"], 0, port, number)
    return echo + b"x" * 56, 2


def ip_packet(flow, port, number):
    data, at = transport(flow, port, number)
    protocol = PROTOCOLS[flow["protocol"]]
    if ":" in flow["dst"]:
        addresses = socket.inet_pton(socket.AF_INET6, flow["src"])
        addresses += socket.inet_pton(socket.AF_INET6, flow["dst"])
        header = struct.pack("!IHBB", 6 << 28, len(data), protocol, 64) + addresses
    else:
        addresses = socket.inet_aton(flow["src"]) + socket.inet_aton(flow["dst"])
        # The number is the IP id, too: two lines of one id would be one packet logged twice.
        fields = (0x45, 0, 20 + len(data), number & 0xFFFF, 0x4000, 64, protocol)
        header = struct.pack("!BBHHHBB", *fields)
        sum_of_header = struct.pack("!H", checksum(header + b"\0\0" + addresses))
        header += sum_of_header + addresses
    pseudo = b"" if protocol == 1 else addresses + struct.pack("!II", len(data), protocol)
    value = checksum(pseudo + data) or 0xFFFF
    return header + data[:at] + struct.pack("!H", value) + data[at + 2 :]


class Senders:
    """One socket for each network namespace and kind."""

    def __init__(self):
        self.sockets = {}

    def send(self, flow, packet):
        if "frame" in flow:
            macs = bytes.fromhex((flow["frame"]["dst"] + flow["frame"]["src"]).replace(":", ""))
            ethertype = b"\x86\xdd" if ":" in flow["dst"] else b"\x08\x00"
            self._socket(flow, "frame").send(macs + ethertype + packet)
            return
        try:
            self._socket(flow, "6" if ":" in flow["dst"] else "4").sendto(packet, (flow["dst"], 0))
        except PermissionError:
            pass  # This is how the kernel tells a sender on the node that OUTPUT dropped it.

    def _socket(self, flow, kind):
        key = (flow["networkNamespace"], kind)
        if key not in self.sockets:
            with open(f"/run/netns/{key[0]}") as namespace:
                if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), f"cannot enter {key[0]}")
            self.sockets[key] = self._open(kind)
        return self.sockets[key]

    @staticmethod
    def _open(kind):
        if kind == "frame":
            opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            opened.bind(("eth0", 0))
        elif kind == "4":
            opened = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        else:
            opened = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
            opened.setsockopt(socket.IPPROTO_IPV6, IPV6_HDRINCL, 1)
        return opened


def wait_for_reader(bytes_max):
    """The kernel's ring buffer holds some 500 lines; a line that it overwrites leaves no trace."""
    deadline = time.monotonic() + READER_SECONDS_MAX
    while libc.klogctl(SYSLOG_ACTION_SIZE_UNREAD, None, 0) > bytes_max:
        if time.monotonic() > deadline:
            sys.exit(f"nobody has read the kernel's log for {READER_SECONDS_MAX} s")
        time.sleep(0.001)


def main():
    plan = json.load(sys.stdin)
    part, of, flows = plan["part"], plan["of"], plan["flows"]
    turns = []
    for index, flow in enumerate(flows):
        first, end = (flow["attempts"] * n // of for n in (part - 1, part))
        # Flows share the time of the part in proportion to their size, none comes in one piece.
        turns += [((n - first) / (end - first), index, n) for n in range(first, end)]
    sent = [{"packets": 0, "attempts": 0, "bytes": 0} for _ in flows]
    senders = Senders()
    for _, index, attempt in sorted(turns):
        flow, count = flows[index], sent[index]
        packets = PACKETS_PER_TCP_ATTEMPT if flow["protocol"] == "tcp" else 1
        count["attempts"] += 1
        for n in range(packets):
            number = 1 + index * 1000 + attempt * packets + n
            packet = ip_packet(flow, 32768 + index * 500 + attempt, number)
            senders.send(flow, packet)
            count["packets"] += 1
            count["bytes"] += len(packet)
        wait_for_reader(UNREAD_BYTES_MAX)
    wait_for_reader(0)
    how = ("networkNamespace", "frame", "attempts")
    keys = [{key: flow[key] for key in flow if key not in how} for flow in flows]
    json.dump([{**key, **count} for key, count in zip(keys, sent)], sys.stdout)


if __name__ == "__main__":
    main()
