"""A second factor's secret is sealed at rest, and opens with today's key or one that is still known."""

import pytest
from cryptography.fernet import InvalidToken
from pytest_django import Settings

from accounts.adapters import MFAAdapter

SECRET = "JBSWY3DPEHPK3PXP"


def test_what_is_stored_does_not_show_the_secret() -> None:
    adapter = MFAAdapter()
    stored = adapter.encrypt(SECRET)
    assert SECRET not in stored
    assert stored != adapter.encrypt(SECRET)
    assert adapter.decrypt(stored) == SECRET


def test_a_new_key_opens_it_only_beside_the_old_one(settings: Settings) -> None:
    adapter = MFAAdapter()
    stored, old = adapter.encrypt(SECRET), settings.SECRET_KEY
    settings.SECRET_KEY = "a-new-key" * 8
    settings.SECRET_KEY_FALLBACKS = [old]
    assert adapter.decrypt(stored) == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        adapter.decrypt(stored)
