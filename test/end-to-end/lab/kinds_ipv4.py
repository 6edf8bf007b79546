"""One IPv4 packet of each kind."""

from scapy.compat import raw
from scapy.contrib.igmp import IGMP
from scapy.contrib.ospf import OSPF_Hdr, OSPF_Hello
from scapy.layers.inet import IP, UDP
from scapy.layers.ipsec import AH, ESP
from scapy.layers.l2 import GRE
from scapy.layers.sctp import SCTP, SCTPChunkInit
from scapy.layers.vrrp import VRRP

from sent_packet import icmp, ipv4, other, saying, short, spi, tcp, tcp_options_cut, torso, udp

CLIENT = "198.51.100.77"
MSS = [("MSS", 1460)]
SYN_OPTIONS = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (1, 0)), ("NOP", None), ("WScale", 7)]
TCP_FLAG_SETS = ["", "S", "SA", "A", "PA", "FA", "F", "R", "RA", "FPU", "SEC", "SAE", "AUPRFSEC"]
ROUTER_ALERT = bytes.fromhex("94040000")
NOPS = b"\1" * 40


def embedded(part, dst, **header):
    """The packet that an ICMP error to its sender `dst` carries."""
    return ipv4(part, dst, CLIENT, **header)


def tcp_kinds(ae):
    for flags in TCP_FLAG_SETS + (["SECN", "N"] if ae else []):
        yield f"TCP flags {flags or 'none'}", "plain", tcp(flags, 40000, 443)
    yield "TCP reserved bits", "plain", tcp("S", 1, 65535, window=0, reserved=7)
    yield "TCP to port 0", "plain", tcp("S", 0, 0, window=65535)
    part = tcp("SA", 80, 50000, 1, SYN_OPTIONS, 4294967295, 7)
    says = ("SEQ=4294967295 ACK=7 ", "URGP=0 OPT (020405B40402080A000000010000000001030307) ")
    yield "TCP numbers and options", "options", saying(part, *says)
    part = tcp("A", 80, 50000, 1, (), 5, 4294967295)
    yield "TCP numbers", "options", saying(part, "SEQ=5 ACK=4294967295 ")
    yield "TCP options cut", "options marked", tcp_options_cut()
    yield "TCP options cut, not logged", "plain marked", tcp_options_cut(False)
    yield "TCP marked", "plain marked", tcp("S", 40001, 8081)
    yield "TCP marked, with options", "options marked", tcp("S", 40001, 8081, 8192, MSS)
    for length in (0, 1, 8, 19):
        yield f"TCP header of {length} bytes", "plain marked", short(6, length)


def other_kinds():
    yield "UDP", "plain", udp(5353, 53, b"x" * 40)
    yield "UDP, a length of its own", "plain marked", udp(1, 2, b"x" * 8, length=65535)
    yield "UDP without data", "options marked", udp(65535, 1)
    yield "UDPLITE", "plain", udp(5000, 5001, number=136)
    yield "UDP header of 7 bytes", "plain marked", short(17, 7)
    yield "UDPLITE header of 3 bytes", "plain", short(136, 3)
    yield "SCTP", "plain", other(132, raw(SCTP(sport=1, dport=2) / SCTPChunkInit()))
    yield "DCCP", "plain", other(33, b"\0\1\0\2\4" + b"\0" * 11)
    yield "ESP", "plain marked", spi(50, raw(ESP(spi=0xBEEF, seq=1, data=b"x" * 16)), 0xBEEF)
    yield "ESP header of 7 bytes", "plain marked", short(50, 7)
    yield "AH", "options", spi(51, raw(AH(nh=6, spi=0xFFFFFFFF, seq=1, icv=b"x" * 12)), 0xFFFFFFFF)
    yield "AH header of 11 bytes", "plain marked", short(51, 11)
    yield "GRE", "plain", other(47, raw(GRE() / IP() / UDP()))
    yield "OSPF", "plain", other(89, raw(OSPF_Hdr() / OSPF_Hello()))
    yield "VRRP", "plain", other(112, raw(VRRP(vrid=7, addrlist=["192.0.2.1"])))
    yield "IGMP", "plain", other(2, raw(IGMP(type=0x16, gaddr="239.1.1.1")))
    yield "IPIP", "plain", other(4, raw(IP() / UDP()))
    yield "IPv6 in IPv4", "plain", other(41, bytes([0x60]) + b"\0" * 39)
    for number in (0, 58, 59, 143, 253, 255):
        yield f"protocol {number}", "plain marked", other(number)
    yield "protocol 254 without data", "plain", other(254, b"")


def icmp_kinds(dst):
    echo = {"icmpId": 7, "icmpSeq": 65535}
    yield "echo request", "plain", icmp(8, 0, echo, says=("ID=7 SEQ=65535 ",), rest=7 << 16 | 65535)
    yield "echo reply", "plain marked", icmp(0, 0, echo, rest=7 << 16 | 65535, data=b"")
    sent = embedded(tcp("S", 40000, 443), dst, ident=9, flags="DF")
    for code in range(16):
        if code != 4:
            yield f"unreachable {code}", "plain", icmp(3, code, inner=sent)
    needed = {"mtu": 1400}
    yield "too big, TCP", "plain", icmp(3, 4, needed, sent, ("] MTU=1400 ",), 1400)
    sent_udp = embedded(udp(53, 5353, b"x" * 9), dst, tos=0xB8)
    yield "too big, UDP", "options marked", icmp(3, 4, {"mtu": 0}, sent_udp, ("] MTU=0 ",))
    yield "unreachable, UDP", "plain marked", icmp(3, 3, inner=sent_udp)
    yield "unreachable, UDPLITE", "plain", icmp(3, 3, inner=embedded(udp(1, 2, number=136), dst))
    carried_echo = icmp(8, 0, {"icmpId": 1, "icmpSeq": 2}, rest=1 << 16 | 2)
    yield "unreachable, echo", "plain", icmp(3, 1, inner=embedded(carried_echo, dst))
    # Inside a packet inside brackets there are no more brackets.
    carried_error = icmp(3, 4, {"mtu": 1300}, rest=1300, says=("CODE=4 MTU=1300 ] ",))
    yield "unreachable, of an error", "plain", icmp(3, 1, inner=embedded(carried_error, dst))
    redirect = icmp(5, 1, {"gateway": "192.0.2.9"}, rest=0xC0000209)
    yield "unreachable, of a redirect", "plain", icmp(3, 1, inner=embedded(redirect, dst))
    parameter = icmp(12, 0, says=("PARAMETER=20 ] ",), rest=20 << 24)
    yield "unreachable, of a parameter problem", "plain", icmp(3, 1, inner=embedded(parameter, dst))
    for kept in (0, 8):
        yield f"unreachable, {kept} bytes of TCP", "plain marked", icmp(
            3, 1, inner=torso(sent, 20, kept)
        )
    yield "unreachable, 4 bytes of UDP", "plain", icmp(3, 3, inner=torso(sent_udp, 20, 4))
    yield "too big, 8 bytes of TCP", "plain marked", icmp(
        3, 4, needed, torso(sent, 20, 8), ("] MTU=1400 MARK=",), 1400
    )
    later = embedded(udp(1, 2, b"x" * 16), dst, offset=1480, flags="MF")
    yield "time exceeded, a later fragment", "plain", icmp(11, 1, inner=later)
    yield "time exceeded", "plain", icmp(11, 0, inner=sent)
    optional = embedded(tcp("S", 1, 2, options=MSS), dst, options=ROUTER_ALERT)
    yield "time exceeded, IP options", "options marked", icmp(11, 0, inner=optional)
    cut = embedded(tcp_options_cut(), dst)
    yield "time exceeded, TCP options cut", "options marked", icmp(11, 0, inner=cut)
    for number in (132, 47, 253):
        inner = embedded(other(number), dst)
        yield f"unreachable, protocol {number}", "plain", icmp(3, 2, inner=inner)
    inner = embedded(spi(50, raw(ESP(spi=1, seq=1, data=b"x" * 8)), 1), dst)
    yield "unreachable, ESP", "plain", icmp(3, 2, inner=inner)
    inner = embedded(spi(51, raw(AH(nh=6, spi=2, seq=1, icv=b"x" * 12)), 2), dst)
    yield "unreachable, AH", "plain", icmp(3, 2, inner=inner)
    yield "source quench", "plain", icmp(4, 0, inner=sent)
    for code in range(4):
        gateway, says = {"gateway": "192.0.2.9"}, ("GATEWAY=192.0.2.9 [SRC=",)
        yield f"redirect {code}", "plain", icmp(5, code, gateway, sent, says, 0xC0000209)
    yield "parameter problem", "plain marked", icmp(12, 0, says=("PARAMETER=20 ",), rest=20 << 24)
    for kind in (9, 10, 13, 14, 15, 17, 18, 30, 40, 42, 255):
        yield f"ICMP type {kind}", "plain marked", icmp(kind)
    yield "ICMP header of 7 bytes", "plain marked", short(1, 7)
    yield "ICMP header of 0 bytes", "plain", short(1, 0)
    for kind, length in ((3, 27), (4, 8), (5, 20), (11, 27), (12, 8), (13, 19), (17, 8)):
        fields = {"icmpType": kind, "icmpCode": 0}
        yield f"ICMP type {kind} of {length} bytes", "plain marked", short(1, length, fields)


def header_kinds():
    part = udp(7, 7)
    yield "TOS and precedence", "plain", part, {"tos": 0xB8, "ttl": 2, "ident": 65535}
    yield "ECN CE, all bits of the TOS", "plain", part, {"tos": 0xFF, "ttl": 255, "ident": 0}
    yield "evil bit", "plain", part, {"flags": "CE DF"}
    yield "DF and MF", "plain", part, {"flags": "DF MF"}
    yield "first fragment", "plain", udp(7, 8, b"x" * 24, length=3000), {"flags": "MF"}
    yield "middle fragment", "plain marked", udp(7, 8, b"x" * 24), {"flags": "MF", "offset": 1480}
    yield "last fragment", "options marked", udp(7, 8, b"x" * 3), {"offset": 65512}
    yield "later fragment of TCP", "plain", tcp("S", 1, 2), {"offset": 8}
    yield "later fragment of ICMP", "plain", icmp(8), {"offset": 8}
    yield "later fragment of ESP", "plain marked", spi(50, b"x" * 16, 0), {"offset": 8}
    yield "later fragment of AH", "plain marked", spi(51, b"x" * 16, 0), {"offset": 8}
    yield "later fragment of SCTP", "plain", other(132), {"offset": 8}
    says = ("OPT (94040000) PROTO=",)
    yield "router alert, logged", "options", saying(part, *says), {"options": ROUTER_ALERT}
    yield "router alert, not logged", "plain", part, {"options": ROUTER_ALERT}
    both = saying(tcp("S", 1, 2, options=MSS), f"OPT ({'01' * 40}) PROTO=TCP ", "OPT (020405B4) ")
    yield "40 bytes of options", "options marked", both, {"options": NOPS}
    yield "options of a fragment", "options", part, {"options": ROUTER_ALERT, "offset": 16}


def kinds(dst, ae):
    """(name, rule that logs it, Part, arguments of ipv4()) of each kind of packet to `dst`."""
    for kind in (*tcp_kinds(ae), *other_kinds(), *icmp_kinds(dst), *header_kinds()):
        name, rule, part, *header = kind
        yield f"IPv4: {name}", rule, part, header[0] if header else {}
