"""Where this installation may send to, read from the environment. Who sends, and how, is webhooks' business."""

from ipaddress import ip_network

from config.env import Environment, EnvironmentInvalid


def ports(env: Environment, name: str, default: list[str]) -> list[int]:
    found = env.items(name, default)
    if not all(text.isascii() and text.isdigit() and 0 < int(text) < 2**16 for text in found):
        raise EnvironmentInvalid(f"{name} is a list of ports, like 443,8443.")
    return [int(text) for text in found]


def networks(env: Environment, name: str) -> list[str]:
    found = env.items(name, [])
    try:
        return [str(ip_network(text)) for text in found]
    except ValueError:
        raise EnvironmentInvalid(f"{name} is a list of networks, like 198.51.100.0/24.") from None
