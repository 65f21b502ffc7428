"""Where events are never sent: inside. the addresses that must be refused, and URLs of every trick."""

from ipaddress import ip_address

import pytest

from webhooks.places import LONGEST, PlaceRefused, Rules, is_public, place_of

RULES = Rules()
INSIDE = """
0.0.0.0  10.1.2.3  100.64.0.1  127.0.0.1  127.1.2.3  169.254.169.254  172.16.0.1  192.0.0.192
192.168.1.1  198.18.0.1  203.0.113.9  224.0.0.1  240.0.0.1  255.255.255.255  168.63.129.16
100.100.100.200  192.88.99.1
::  ::1  ::ffff:127.0.0.1  ::ffff:8.8.8.8  ::127.0.0.1  64:ff9b::7f00:1  64:ff9b:1::a00:1
2002:7f00:1::  2001:0:7f00:1::  2001:20::1  2001:db8::1  3fff::1  100::1  fc00::1  fd00:ec2::254
fe80::1  fec0::1  ff02::1  5f00::1
"""
OUTSIDE = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.32.0.1 223.255.255.255 2606:4700::1111"


@pytest.mark.parametrize("text", INSIDE.split())
def test_it_is_inside(text: str) -> None:
    assert not is_public(ip_address(text))
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(PlaceRefused):
        place_of(f"https://{host}/", RULES)


@pytest.mark.parametrize("text", OUTSIDE.split())
def test_it_is_outside(text: str) -> None:
    assert is_public(ip_address(text))


def test_an_operators_own_networks_are_inside() -> None:
    assert not is_public(ip_address("8.8.8.8"), ["8.8.8.0/24"])
    with pytest.raises(PlaceRefused):
        place_of("https://8.8.8.8/", Rules(refused=["8.8.8.0/24", "2606::/16"]))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/", "scheme"),
        ("ftp://example.com/", "scheme"),
        ("file:///etc/passwd", "host"),
        ("gopher://example.com/", "scheme"),
        ("https:///path", "host"),
        ("https://", "host"),
        ("example.com/hook", "host"),
        ("https://user:word@example.com/", "login"),
        ("https://example.com@127.0.0.1/", "login"),
        ("https://example.com:22/", "port"),
        ("https://example.com:6379/", "port"),
        ("https://example.com:0/", "port"),
        ("https://example.com:99999/", "host"),
        ("https://example.com:-1/", "host"),
        ("https://exa mple.com/", "letters"),
        ("https://example.com\\@evil.example/", "letters"),
        ("https://example.com/\r\nX-Evil: 1", "letters"),
        ("https://example.com/\x00", "letters"),
        ("https://[::1%25lo]/", "host"),
        ("https://[fe80::1%eth0]/", "host"),
        ("https://[::ffff:10.0.0.1]/", "address"),
        ("https://[nonsense]/", "host"),
        ("https://127.0.0.1/", "address"),
        ("https://169.254.169.254/latest/meta-data/", "address"),
        ("https://exa_mple..com/", "host"),
        ("https://" + "a" * 64 + ".com/", "host"),
        ("https://example.com/" + "a" * LONGEST, "long"),
        ("", "host"),
    ],
)
def test_it_is_refused(url: str, why: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        place_of(url, RULES)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "header"),
    [
        ("https://example.com", "example.com", 443, "/", "example.com"),
        ("https://Example.COM:8443/a?b=c#d", "example.com", 8443, "/a?b=c", "example.com:8443"),
        ("https://españa.example/ñ?ü=1", "xn--espaa-rta.example", 443, "/%C3%B1?%C3%BC=1",
         "xn--espaa-rta.example"),
        ("https://example.com/%2e%2E/x", "example.com", 443, "/%2e%2E/x", "example.com"),
        ("https://1.1.1.1/", "1.1.1.1", 443, "/", "1.1.1.1"),
        ("https://[2606:4700::1111]:8443/", "2606:4700::1111", 8443, "/", "[2606:4700::1111]:8443"),
        # The system's resolver makes addresses of these: they are judged when they are looked up.
        ("https://2130706433/", "2130706433", 443, "/", "2130706433"),
        ("https://0x7f.1/", "0x7f.1", 443, "/", "0x7f.1"),
    ],
)  # fmt: skip
def test_it_is_taken_apart(url: str, host: str, port: int, path: str, header: str) -> None:
    place = place_of(url, RULES)
    assert (place.host, place.port, place.path, place.host_header) == (host, port, path, header)


def test_a_door_to_this_machine_leads_nowhere_else() -> None:
    rules = Rules(loopback_ports=[9001])
    assert place_of("http://127.0.0.1:9001/", rules).host_header == "127.0.0.1:9001"
    assert place_of("http://localhost:9001/", rules).port == 9001
    for url in (
        "http://127.0.0.1:9002/", "http://127.0.0.1/", "http://example.com/", "http://10.0.0.1:9001/",
        "http://169.254.169.254:9001/", "http://[::ffff:127.0.0.1]:9001/", "http://8.8.8.8:9001/",
    ):  # fmt: skip
        with pytest.raises(PlaceRefused):
            place_of(url, rules)
