"""Where an event may be sent: addresses that are nobody's inside. Pure; it looks nothing up.

Python's own `is_global` says yes to multicast, NAT64, 6to4 and fec0::, and no word about metadata
services on public addresses; so IPv4 is what remains of a list of refusals, and IPv6 is the global
unicast range less a list.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from ipaddress import IPv4Network as Network4
from typing import Literal
from urllib.parse import quote, urlsplit

Address = IPv4Address | IPv6Address

#: Everything of IANA's special-purpose registry, and the hypervisor that Azure put on a public address.
_REFUSED_4 = tuple(
    Network4(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_GLOBAL_6 = IPv6Network("2000::/3")
#: Within it: protocol assignments (Teredo, ORCHID), documentation, 6to4, and the former 6bone.
_REFUSED_6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20")
)
_HERE_4, _HERE_6 = Network4("127.0.0.0/8"), IPv6Address("::1")
_NAME = re.compile(
    r"(?=.{1,253}\.?\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63}\.?\Z"
)
_SEEN = re.compile(r"[\x21-\x7e]+\Z")
LONGEST = 500

Refusal = Literal["scheme", "host", "login", "port", "address", "letters", "long"]


class PlaceRefused(Exception):
    """The address is none that events are sent to; `why` says which rule."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Rules:
    """What this installation allows. loopback_ports: of programs on this machine, by plain http too;
    for development and tests. refused: networks of the operator's own, public or not.
    """

    ports: Collection[int] = (443, 8443)
    loopback_ports: Collection[int] = ()
    refused: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Place:
    """A URL taken apart. path: with its query, as it is sent. host: lower case, ASCII, no brackets."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    path: str

    @property
    def is_tls(self) -> bool:
        return self.scheme == "https"

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == (443 if self.is_tls else 80)
        return name if is_usual else f"{name}:{self.port}"


def place_of(url: str, rules: Rules) -> Place:
    """The place that a URL names; PlaceRefused if events may not go there, whatever its name means."""
    if len(url) > LONGEST:
        raise PlaceRefused("long")
    if any(letter <= " " or letter in "\\\x7f" for letter in url):
        raise PlaceRefused("letters")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _host(parts.hostname or "")
    except (ValueError, UnicodeError) as error:
        raise PlaceRefused("host") from error
    if parts.scheme not in ("http", "https"):
        raise PlaceRefused("scheme")
    if "@" in parts.netloc:
        raise PlaceRefused("login")
    port = port if port is not None else 443 if parts.scheme == "https" else 80
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    place = Place(
        "https" if parts.scheme == "https" else "http",
        host, port, f"{path}?{query}" if query else path,
    )  # fmt: skip
    if not _SEEN.match(place.path):
        raise PlaceRefused("letters")
    _judge(place, rules)
    return place


def _host(name: str) -> str:
    """A name in ASCII, or an address. ValueError for what is neither."""
    if ":" in name:
        if "%" in name:
            raise ValueError("an address of one link")
        return str(IPv6Address(name))
    ascii_name = name.encode("idna").decode().lower()
    if not _NAME.match(ascii_name):
        raise ValueError("no name")
    return ascii_name


def _judge(place: Place, rules: Rules) -> None:
    is_here = place.port in rules.loopback_ports
    if not place.is_tls and not is_here:
        raise PlaceRefused("scheme")
    if place.port not in rules.ports and not is_here:
        raise PlaceRefused("port")
    try:
        literal = ip_address(place.host)
    except ValueError:
        return
    if not may_connect(literal, place, rules):
        raise PlaceRefused("address")


def may_connect(address: Address, place: Place, rules: Rules) -> bool:
    """Whether a connection to this very address may be opened for this place."""
    if place.port in rules.loopback_ports:
        # A port of this machine is opened for this machine: by that door one gets nowhere else.
        return address in _HERE_4 or address == _HERE_6
    return is_public(address, rules.refused)


def is_public(address: Address, refused: Sequence[str] = ()) -> bool:
    """Whether an address is everybody's: one host, in the public Internet, reached directly."""
    if any(address in ip_network(text) for text in refused):
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    if address.scope_id is not None or address not in _GLOBAL_6:
        return False
    return not any(address in network for network in _REFUSED_6)
