"""Answers that are slow to come: what somebody does meanwhile must not be undone by them."""

from collections.abc import Callable

from playwright.sync_api import Page, Route


def hold(page: Page, address: str, ask: Callable[[], object]) -> Callable[[], None]:
    """Do what asks for `address`. Its answer is made at once, and comes when the result is called."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route), times=1)
    with page.expect_request(address):
        ask()
    while not held:
        page.wait_for_timeout(20)
    answer = held[0].fetch()
    return lambda: held[0].fulfill(response=answer)
