"""Cookies in production: bound to the host and to https, out of scripts' reach, not sent along by others."""

from tests.config.test_env import PRODUCTION, load_settings

NAMES = ("SESSION", "CSRF", "LANGUAGE")


def test_every_cookie_is_bound_and_guarded() -> None:
    told = ", ".join(
        f"(s.{name}_COOKIE_NAME, s.{name}_COOKIE_SECURE, s.{name}_COOKIE_HTTPONLY, s.{name}_COOKIE_SAMESITE)"
        for name in NAMES
    )
    done = load_settings(f"[{told}, s.DEVICE_COOKIE_NAME, s.SESSION_COOKIE_AGE]", PRODUCTION)
    guarded = (True, True, "Lax")
    assert done.stdout.strip() == str(
        [
            ("__Host-rumbo_session", *guarded),
            ("__Host-rumbo_csrf", *guarded),
            ("__Host-rumbo_language", *guarded),
            "__Host-rumbo_device",
            14 * 24 * 3600,
        ]
    ), done.stderr
