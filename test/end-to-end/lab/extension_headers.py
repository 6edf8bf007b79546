"""IPv6 extension headers in front of a Part. `logs_options` is --log-ip-options: without it the
kernel steps over all but fragment headers in silence."""

from dataclasses import replace

from scapy.compat import raw
from scapy.layers.inet6 import IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop
from scapy.layers.inet6 import IPv6ExtHdrRouting, PadN
from scapy.layers.ipsec import AH

from sent_packet import Part

HOP, ROUTING, FRAGMENT, ESP_NUMBER, AH_NUMBER, NO_NEXT, DESTINATION = 0, 43, 44, 50, 51, 59, 60


def before(part, number, header, says):
    return replace(part, number=number, payload=header + part.payload, says=(*says, *part.says))


def skipped(number, layer):
    def wrap(part, logs_options):
        header = raw(layer(nh=part.number))
        return before(part, number, header, ("OPT ( ) ",) if logs_options else ())

    return wrap


hop_by_hop = skipped(HOP, lambda nh: IPv6ExtHdrHopByHop(nh=nh, options=[PadN(optdata=b"\0" * 4)]))
destination = skipped(
    DESTINATION, lambda nh: IPv6ExtHdrDestOpt(nh=nh, options=[PadN(optdata=b"\0" * 12)])
)
routing = skipped(
    ROUTING, lambda nh: IPv6ExtHdrRouting(nh=nh, type=4, segleft=0, addresses=["fd00:9:a::1"])
)


def authentication(part, logs_options, value=0xCAFE):
    header = raw(AH(nh=part.number, payloadlen=4, spi=value, seq=1, icv=b"\0" * 12))
    says = (f"OPT ( AH SPI=0x{value:x} ) ",) if logs_options else ()
    return before(part, AH_NUMBER, header, says)


def fragment(part, logs_options, offset=0, more=False, ident=0xABC):
    header = raw(IPv6ExtHdrFragment(nh=part.number, offset=offset // 8, m=int(more), id=ident))
    text = f"FRAG:{offset} {'INCOMPLETE ' if more else ''}ID:{ident:08x} "
    fields = {"fragmentOffset": offset} | ({"fragmentMore": True} if more else {})
    says = (f"OPT ( {text}) ",) if logs_options else (text,)
    if offset == 0:
        return before(replace(part, fields=part.fields | fields), FRAGMENT, header, says)
    known = {key: value for key, value in part.fields.items() if key == "protocol"}
    return Part(FRAGMENT, header + part.payload, known | fields, says, part.goes_on)


def ends(part, *says):
    """The dump returns at this header: nothing of what follows is printed, no UID, no MARK."""
    return replace(part, fields={}, says=says, goes_on=False)


def cut(number, length, says, fields=None):
    """An extension header of which only some bytes are there."""
    return Part(number, bytes(length), fields or {}, (says,), goes_on=False)
