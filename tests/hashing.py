"""The house's way of hashing passwords, but once instead of a million times: tests attack none."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Its hashes say how often, so that processes which know only Django's own check them, too."""

    iterations = 1
