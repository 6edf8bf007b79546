"""One IPv6 packet of each kind."""

from scapy.compat import raw
from scapy.contrib.ospf import OSPF_Hdr, OSPF_Hello
from scapy.layers.inet6 import ICMPv6MLReport2, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptSrcLLAddr
from scapy.layers.ipsec import ESP
from scapy.layers.l2 import GRE
from scapy.layers.sctp import SCTP, SCTPChunkInit

from extension_headers import AH_NUMBER, DESTINATION, ESP_NUMBER, FRAGMENT, NO_NEXT, ROUTING
from extension_headers import authentication, cut, destination, ends, fragment
from extension_headers import hop_by_hop, routing
from sent_packet import Part, icmpv6, ipv6, other, saying, short, tcp, tcp_options_cut, torso, udp

CLIENT = "2001:db8:feed::77"
MSS = [("MSS", 1440)]


def embedded(part, dst, **header):
    return ipv6(part, dst, CLIENT, **header)


def transport_kinds(ae):
    for flags in ["", "S", "SA", "R", "FPU", "SEC", "AUPRFSEC"] + (["SECN"] if ae else []):
        yield f"TCP flags {flags or 'none'}", "plain", tcp(flags, 40000, 443)
    part = tcp("SA", 80, 50000, 1, MSS, 4294967295, 7)
    part = saying(part, "SEQ=4294967295 ACK=7 ", "URGP=0 OPT (020405A0) ")
    yield "TCP numbers and options", "options", part
    yield "TCP options cut", "options marked", tcp_options_cut()
    yield "TCP marked", "plain marked", tcp("S", 40001, 8081)
    for length in (0, 19):
        yield f"TCP header of {length} bytes", "plain marked", short(6, length)
    yield "UDP", "plain", udp(5353, 53, b"x" * 40)
    yield "UDPLITE", "plain", udp(5000, 5001, number=136)
    yield "UDP header of 7 bytes", "plain marked", short(17, 7)
    yield "SCTP", "plain", other(132, raw(SCTP(sport=1, dport=2) / SCTPChunkInit()))
    yield "DCCP", "plain", other(33, b"\0\1\0\2\4" + b"\0" * 11)
    yield "GRE", "plain", other(47, raw(GRE()))
    yield "OSPF", "plain", other(89, raw(OSPF_Hdr() / OSPF_Hello()))
    for number in (1, 2, 4, 41, 103, 112, 135, 139, 140, 253, 255):
        yield f"protocol {number}", "plain marked", other(number)
    yield "no next header", "plain marked", other(NO_NEXT, b"")


def icmp_kinds(dst):
    echo = {"icmpId": 7, "icmpSeq": 65535}
    for kind in (128, 129):
        yield f"echo {kind}", "plain", icmpv6(kind, 0, echo, rest=7 << 16 | 65535)
    sent = embedded(tcp("S", 40000, 443), dst, label=0xFFFFF)
    sent_udp = embedded(udp(53, 5353, b"x" * 9), dst)
    for code in range(8):
        yield f"unreachable {code}", "plain", icmpv6(1, code, inner=sent)
    yield "unreachable, UDP", "plain marked", icmpv6(1, 4, inner=sent_udp)
    mtu, says = {"mtu": 1280}, ("] MTU=1280 ",)
    yield "too big, TCP", "plain", icmpv6(2, 0, mtu, sent, says, 1280)
    most = 2**32 - 1
    yield "too big, UDP", "options marked", icmpv6(2, 0, {"mtu": most}, sent_udp, (), most)
    for code in (0, 1):
        yield f"time exceeded {code}", "plain", icmpv6(3, code, inner=sent_udp)
    for code in range(3):
        says = (f"POINTER={40 + code:08x} [SRC=",)
        yield f"parameter problem {code}", "plain", icmpv6(4, code, {}, sent, says, 40 + code)
    inner = embedded(icmpv6(128, 0, {"icmpId": 1, "icmpSeq": 2}, rest=1 << 16 | 2), dst)
    yield "unreachable, echo", "plain", icmpv6(1, 3, inner=inner)
    inner = embedded(icmpv6(2, 0, {"mtu": 1300}, rest=1300, says=("CODE=0 MTU=1300 ] ",)), dst)
    yield "unreachable, of an error", "plain", icmpv6(1, 3, inner=inner)
    inner = embedded(icmpv6(4, 1, says=("POINTER=00000028 ] ",), rest=40), dst)
    yield "unreachable, of a parameter problem", "plain", icmpv6(1, 3, inner=inner)
    yield "too big, 8 bytes of TCP", "plain marked", icmpv6(
        2, 0, mtu, torso(sent, 40, 8), ("] MTU=1280 MARK=",), 1280
    )
    yield "unreachable, 7 bytes of UDP", "plain", icmpv6(1, 4, inner=torso(sent_udp, 40, 7))
    yield "unreachable, 39 bytes of IPv6", "plain marked", icmpv6(
        1, 4, inner=(sent[0][:39], {}, ("[TRUNCATED] ",))
    )
    yield "unreachable, nothing in it", "plain", icmpv6(1, 4, inner=(b"", {}, ("[TRUNCATED] ",)))
    inner = embedded(fragment(udp(1, 2, b"x" * 8), False, 1232, True), dst)
    yield "time exceeded, a later fragment", "plain", icmpv6(3, 1, inner=inner)
    inner = embedded(hop_by_hop(destination(tcp("S", 1, 2), True), True), dst)
    yield "unreachable, extension headers", "options marked", icmpv6(1, 1, inner=inner)
    inner = embedded(ends(Part(ESP_NUMBER, b"\0\0\0\7" * 4)), dst)
    yield "unreachable, ESP", "plain marked", icmpv6(1, 1, inner=inner)
    inner = embedded(ends(Part(ESP_NUMBER, b"\0\0\0\7" * 4), "OPT ( ESP SPI=0x7 )] "), dst)
    yield "unreachable, ESP with options", "options marked", icmpv6(1, 1, inner=inner)
    for number in (132, NO_NEXT):
        inner = embedded(other(number), dst)
        yield f"unreachable, protocol {number}", "plain", icmpv6(1, 1, inner=inner)
    for kind in (0, 5, 100, 127, 130, 131, 132, 133, 138, 139, 151, 160, 200, 255):
        yield f"ICMPv6 type {kind}", "plain marked", icmpv6(kind, data=b"x" * 16)
    yield "ICMPv6 header of 7 bytes", "plain marked", short(58, 7)


def extension_kinds():
    part = udp(1, 2, b"x" * 8)
    for rule, logs in (("plain marked", False), ("options marked", True)):
        yield f"hop-by-hop, {rule}", rule, hop_by_hop(part, logs)
        yield f"routing, {rule}", rule, routing(tcp("S", 1, 2, options=MSS), logs)
        yield f"destination, {rule}", rule, destination(part, logs)
        yield f"AH, {rule}", rule, authentication(part, logs)
        yield f"first fragment, {rule}", rule, fragment(part, logs, 0, True)
        yield f"middle fragment, {rule}", rule, fragment(part, logs, 1232, True)
        yield f"last fragment, {rule}", rule, fragment(part, logs, 65528)
        yield f"the only fragment, {rule}", rule, fragment(part, logs)
        yield f"later fragment of TCP, {rule}", rule, fragment(tcp("S", 1, 2), logs, 8)
        yield f"later fragment of ICMPv6, {rule}", rule, fragment(icmpv6(128), logs, 8)
        yield f"later fragment of SCTP, {rule}", rule, fragment(other(132), logs, 8)
        inside = authentication(fragment(destination(part, logs), logs, 0, True), logs)
        yield f"all of them, {rule}", rule, hop_by_hop(routing(inside, logs), logs)
        yield f"no next header behind another, {rule}", rule, destination(other(NO_NEXT, b""), logs)
        unread = ends(destination(part, logs))
        yield f"destination in a later fragment, {rule}", rule, fragment(unread, logs, 16)
        says = ("OPT ( ESP SPI=0xbeef )",) if logs else ()
        esp = ends(Part(ESP_NUMBER, raw(ESP(spi=0xBEEF, seq=1, data=b"x" * 16))), *says)
        yield f"ESP, {rule}", rule, esp
        yield f"ESP behind a header, {rule}", rule, destination(esp, logs)
        yield f"one byte of routing, {rule}", rule, cut(ROUTING, 1, "TRUNCATED")
        yield f"nothing of destination, {rule}", rule, cut(DESTINATION, 0, "TRUNCATED")
        yield f"four bytes of a fragment header, {rule}", rule, cut(FRAGMENT, 4, "FRAG:TRUNCATED ")
    for number, name, length in ((AH_NUMBER, "AH", 8), (ESP_NUMBER, "ESP", 6)):
        says = f"OPT ( {name} INCOMPLETE [{length} bytes] )"
        part = cut(number, length, says, {"incomplete": length})
        yield f"{length} bytes of {name}", "options", part
    part = udp(1, 2)
    later = ends(authentication(part, False), "OPT ( AH )")
    yield "AH in a later fragment", "options", fragment(later, True, 16)
    later = ends(Part(ESP_NUMBER, b"\0" * 16), "OPT ( ESP )")
    yield "ESP in a later fragment", "options", fragment(later, True, 16)


def header_kinds():
    part = udp(1, 53, b"x")
    yield "class, label", "plain", part, {"tos": 184, "ttl": 7, "label": 0x12345}
    yield "all bits of class and label", "plain", part, {"tos": 255, "ttl": 255, "label": 0xFFFFF}


def kinds(dst, ae):
    """(name, rule, Part, arguments of ipv6()) of each kind of packet to `dst`."""
    for kind in (*transport_kinds(ae), *icmp_kinds(dst), *extension_kinds(), *header_kinds()):
        name, rule, part, *header = kind
        yield f"IPv6: {name}", rule, part, header[0] if header else {}


def neighbour_kinds(target):
    """What hosts of one link say to each other; it is never forwarded."""
    solicitation = raw(ICMPv6ND_NS(tgt=target) / ICMPv6NDOptSrcLLAddr(lladdr="02:00:00:00:00:01"))
    advertisement = raw(ICMPv6ND_NA(tgt=target))
    report = hop_by_hop(icmpv6(143, data=raw(ICMPv6MLReport2())[8:]), False)
    for name, part in (
        ("router solicitation", icmpv6(133, data=b"\0" * 8)),
        ("router advertisement", icmpv6(134, data=b"\0" * 8)),
        ("neighbour solicitation", icmpv6(135, data=solicitation[8:])),
        ("neighbour advertisement", icmpv6(136, data=advertisement[8:])),
        ("redirect", icmpv6(137, data=b"\0" * 32)),
        ("listener query", icmpv6(130, data=b"\0" * 16)),
        ("listener report", icmpv6(131, data=b"\0" * 16)),
        ("listener done", icmpv6(132, data=b"\0" * 16)),
        ("listener report of version 2", report),
    ):
        yield f"IPv6: {name}", "plain", part, {"ttl": 255 if "listener" not in name else 1}
