"""Packets together with what the kernel says of them.

A Part is the payload of an IP header and the fields of docs/denial.md that follow from it by the
rules of net/netfilter/nf_log_syslog.c. Nothing here reads a log line: the fields come from the
same arguments as the bytes. `says` are words that must stand in the line, so that a kind which
the kernel did not see as meant cannot pass unnoticed.
"""

from dataclasses import dataclass, field, replace

from scapy.compat import raw
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6

NAMES = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 50: "esp", 51: "ah"}
NAMES |= {58: "icmpv6", 89: "ospf", 112: "vrrp", 132: "sctp", 136: "udplite"}
# As the kernel prints them; scapy's letters for the same bits.
TCP_FLAGS = (("AE", "N"), ("CWR", "C"), ("ECE", "E"), ("URG", "U"), ("ACK", "A"))
TCP_FLAGS += (("PSH", "P"), ("RST", "R"), ("SYN", "S"), ("FIN", "F"))
TOS_MASK = 0x1E
PREC_MASK = 0xE0
FRAGMENT_FLAGS = (("CE", "reservedBit"), ("DF", "dontFragment"), ("MF", "fragmentMore"))


@dataclass(frozen=True)
class Part:
    number: int
    payload: bytes
    fields: dict = field(default_factory=dict)
    says: tuple = ()
    # Whether the dump goes on to UID, GID and MARK.
    goes_on: bool = True


def saying(part, *words):
    return replace(part, says=(*part.says, *words))


def name_of(number):
    return NAMES.get(number, str(number))


def other(number, payload=b"\0" * 8):
    """A protocol of which the kernel prints nothing but its number."""
    return Part(number, payload, {"protocol": name_of(number)}, (f"PROTO={number} ",))


def tcp(flags, sport, dport, window=8192, options=(), seq=0, ack=0, reserved=0):
    header = TCP(sport=sport, dport=dport, flags=flags, window=window, options=list(options))
    header.seq, header.ack, header.reserved = seq, ack, reserved
    names = [name for name, letter in TCP_FLAGS if letter in flags]
    fields = {"srcPort": sport, "dstPort": dport, "window": window, "tcpFlags": names}
    # The kernel counts AE as a flag, the three bits above it as reserved.
    says = (f"RES=0x{reserved << 3:02x} ",)
    return Part(6, raw(header), {"protocol": "tcp", **fields}, says)


def tcp_options_cut(logs_options=True):
    """Its data offset promises ten words, of which five are there."""
    header = bytearray(raw(TCP(sport=9, dport=10, flags="S", window=512)))
    header[12] = 10 << 4
    fields = {"srcPort": 9, "dstPort": 10, "window": 512, "tcpFlags": ["SYN"]}
    says = ("URGP=0 OPT (TRUNCATED)",) if logs_options else ("URGP=0 ",)
    return Part(6, bytes(header), {"protocol": "tcp", **fields}, says, not logs_options)


def udp(sport, dport, data=b"", number=17, length=None):
    header = UDP(sport=sport, dport=dport, len=length or 8 + len(data))
    fields = {"protocol": name_of(number), "srcPort": sport, "dstPort": dport}
    fields["udpLength"] = header.len
    return Part(number, raw(header) + data, fields, (f"LEN={header.len} ",))


def short(number, length, fields=None, goes_on=None):
    """A transport header of which only some bytes are there."""
    payload = bytes(length) if fields is None else bytes([*fields.values()]) + bytes(length - 2)
    known = {"protocol": name_of(number), "incomplete": length, **(fields or {})}
    # The functions for TCP and UDP, and the case of ICMPv6, end the dump; the others break.
    ends = number in (6, 17, 58, 136)
    says = (f"INCOMPLETE [{length} bytes] ",)
    return Part(number, payload, known, says, not ends if goes_on is None else goes_on)


def spi(number, header, value):
    fields = {"protocol": name_of(number)}
    return Part(number, header, fields, (f"PROTO={name_of(number).upper()} SPI=0x{value:x} ",))


def icmp(kind, code=0, fields=None, inner=None, says=(), rest=0, data=bytes(24)):
    """`rest` are the four bytes behind the checksum, `inner` is what ipv4() gave."""
    header = raw(ICMP(type=kind, code=code))[:4] + rest.to_bytes(4, "big")
    known = {"protocol": "icmp", "icmpType": kind, "icmpCode": code, **(fields or {})}
    if inner is None:
        return Part(1, header + data, known, says)
    payload, inner_fields, inner_says = inner
    return Part(1, header + payload, known | {"inner": inner_fields}, (*says, *inner_says))


def icmpv6(kind, code=0, fields=None, inner=None, says=(), rest=0, data=b""):
    header = bytes([kind, code, 0, 0]) + rest.to_bytes(4, "big")
    known = {"protocol": "icmpv6", "icmpType": kind, "icmpCode": code, **(fields or {})}
    if inner is None:
        return Part(58, header + data, known, says)
    payload, inner_fields, inner_says = inner
    return Part(58, header + payload, known | {"inner": inner_fields}, (*says, *inner_says))


def ipv4(part, src, dst, ttl=64, tos=0, ident=1, flags="", offset=0, options=b""):
    """The packet, its fields, and its words. `flags` are of CE, DF and MF; `offset` in bytes."""
    assert len(options) % 4 == 0 and offset % 8 == 0
    header = IP(src=src, dst=dst, ttl=ttl, tos=tos, id=ident, proto=part.number)
    header.ihl, header.len = 5 + len(options) // 4, 20 + len(options) + len(part.payload)
    header.frag = offset // 8
    header.flags = "+".join({"CE": "evil", "DF": "DF", "MF": "MF"}[flag] for flag in flags.split())
    head = bytearray(raw(header)[:20] + options)
    head[10:12] = bytes(2)
    head[10:12] = checksum(head).to_bytes(2, "big")
    fields = {"src": src, "dst": dst, "length": header.len, "tos": tos & TOS_MASK, "ttl": ttl}
    fields["id"] = ident
    says = tuple(f"{flag} " for flag in flags.split()) + part.says
    if tos & PREC_MASK:
        fields["precedence"] = tos & PREC_MASK
    for flag, name in FRAGMENT_FLAGS:
        if flag in flags.split():
            fields[name] = True
    if offset == 0:
        return bytes(head) + part.payload, fields | part.fields, says
    fields["fragmentOffset"] = offset
    # A later fragment has no header to look at; of AH not even the name is printed.
    protocol = {} if part.number == 51 else {"protocol": part.fields["protocol"]}
    return bytes(head) + part.payload, fields | protocol, (f"FRAG:{offset // 8} ",)


def checksum(data):
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv6(part, src, dst, ttl=64, tos=0, label=0):
    header = IPv6(src=src, dst=dst, hlim=ttl, tc=tos, fl=label, nh=part.number)
    header.plen = len(part.payload)
    fields = {"src": src, "dst": dst, "length": 40 + header.plen, "tos": tos, "ttl": ttl}
    fields["flowLabel"] = label
    says = (f"FLOWLBL={label} ", *part.says)
    return raw(header) + part.payload, fields | part.fields, says


IP_FIELDS = ("src", "dst", "length", "tos", "precedence", "ttl", "id", "flowLabel", "protocol")
IP_FIELDS += tuple(name for _, name in FRAGMENT_FLAGS)


def torso(packet, header, kept):
    """What an ICMP error carries of a packet: `kept` bytes behind the IP header."""
    whole, fields, _ = packet
    known = {key: fields[key] for key in IP_FIELDS if key in fields}
    says = (f"INCOMPLETE [{kept} bytes] ] ",)
    return whole[: header + kept], known | {"incomplete": kept}, says
