"""The pages about one's own login in a browser: they fit and are accessible, in both themes."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

PAGES = (
    "/me/", "/me/delete/", "/accounts/sessions/", "/accounts/2fa/", "/accounts/2fa/webauthn/",
    "/accounts/2fa/totp/activate/", "/accounts/email/", "/accounts/password/change/",
    "/a/aurora/members/new/", "/a/aurora/tokens/new/", "/a/aurora/clients/new/",
)  # fmt: skip


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_pages_fit_and_are_accessible(
    visit: Callable[..., Visitor], committed_cast: Cast, width: int, theme: str
) -> None:
    cast = committed_cast
    cast.alicia.set_password("un-rumbo-de-prueba-2026")
    cast.alicia.save()
    visitor = visit(cast.alicia, width, theme)
    page = visitor.open("/accounts/reauthenticate/?next=/me/")
    page.locator("#id_password").fill("un-rumbo-de-prueba-2026")
    page.locator("form.own-form button[type=submit]").click()
    page.wait_for_url(f"{visitor.address}/me/")
    page.close()
    wrong = []
    for path in PAGES:
        page = visitor.open(path)
        too_wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{path} is {too_wide} px too wide at {width}"
        wrong += [f"{path}: {violation}" for violation in axe_violations(page)]
        page.close()
    assert "\n".join(wrong) == ""
