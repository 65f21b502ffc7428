"""The ring of keys: stated ones first, those of the secret key after them, nothing half right."""

from base64 import b64encode

import pytest

from config.env import EnvironmentInvalid
from config.secret_ring import secret_ring

ONE = b64encode(b"1" * 32).decode()
TWO = b64encode(b"2" * 32).decode()


def test_the_newest_key_comes_first_and_the_secret_keys_last() -> None:
    ring = secret_ring([f"b:{TWO}", f"a:{ONE}"], ["now", "before"])
    assert list(ring)[:2] == ["b", "a"] and len(ring) == 4
    assert ring["a"] == b"1" * 32
    assert list(secret_ring([], ["now", "before"])) == list(ring)[2:]


@pytest.mark.parametrize(
    "stated", [["a"], ["a:short"], ["A:" + ONE], [":" + ONE], [f"a:{ONE}", f"a:{TWO}"], ["a:é"]]
)
def test_a_ring_that_cannot_be_read_is_an_error(stated: list[str]) -> None:
    with pytest.raises(EnvironmentInvalid) as error:
        secret_ring(stated, ["now"])
    assert ONE not in str(error.value)
