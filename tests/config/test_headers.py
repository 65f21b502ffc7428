"""The headers of every dynamic answer, whole."""

import pytest
from django.test import Client

HERE = Client(headers={"host": "localhost"})


@pytest.mark.parametrize("path", ["/accounts/login/", "/nothing-here"])
def test_every_answer_is_guarded(db: None, path: str) -> None:
    response = HERE.get(path)
    found = {
        name: response[name]
        for name in (
            "Permissions-Policy",
            "Cross-Origin-Resource-Policy",
            "Cross-Origin-Opener-Policy",
            "Referrer-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
        )
    }
    assert found == {
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert "no-store" in response["Cache-Control"]


def test_the_content_security_policy_allows_nothing_inline_and_nothing_foreign(db: None) -> None:
    policy = dict(
        part.strip().split(" ", 1)
        for part in HERE.get("/accounts/login/")["Content-Security-Policy"].split(";")
    )
    assert "unsafe" not in str(policy)
    assert "http" not in str(policy)
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'",) * 3
