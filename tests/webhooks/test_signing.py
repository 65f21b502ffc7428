"""Signatures, judged by the library of those who wrote the specification."""

import json
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from webhooks.signing import headers, new_secret, signature

BODY = json.dumps({"type": "goal.at_risk", "data": {"name": "Ñandú €"}}).encode()


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_example_of_the_specification() -> None:
    """Its reference test: this secret, id, time and body have this signature."""
    found = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
        b'{"test": 2432232314}',
    )  # fmt: skip
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_library_takes_it() -> None:
    secret = new_secret()
    sent = headers([secret], "evt_1", now(), BODY)
    assert Webhook(secret).verify(BODY, sent) == json.loads(BODY)


def test_two_secrets_sign_after_a_rotation() -> None:
    new, old, other = new_secret(), new_secret(), new_secret()
    sent = headers([new, old], "evt_1", now(), BODY)
    assert len(sent["webhook-signature"].split(" ")) == 2
    for secret in (new, old):
        Webhook(secret).verify(BODY, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(BODY, sent)


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "body"])
def test_what_was_changed_on_the_way_is_refused(part: str) -> None:
    secret = new_secret()
    sent = headers([secret], "evt_1", now(), BODY)
    body = BODY
    if part == "body":
        body = BODY.replace(b"risk", b"rest")
    else:
        sent[part] = str(now() + 1) if part == "webhook-timestamp" else "evt_2"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, sent)


def test_secrets_are_long_random_and_told_apart() -> None:
    found = {new_secret() for _ in range(100)}
    assert len(found) == 100
    assert {len(b64decode(each.removeprefix("whsec_"))) for each in found} == {32}


def test_an_id_has_no_dot() -> None:
    with pytest.raises(ValueError, match="dot"):
        headers([new_secret()], "evt.1", 1, BODY)
