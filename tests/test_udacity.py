"""Udacity's free-trial screener: its two files read in on the page, its published figures by API.

Figures: the data's README, checked by hand there. The control's link is clicked by 17,293 visitors
in the 23 days with enrolments, the experiment's by 17,260.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from accounts.tenancy import tenant_scope
from kpis.experiments.services import ExperimentWish, VariantWish, experiment_create
from kpis.trials.planning import Wish
from kpis.trials.split import split_check
from tests.api.conftest import Caller, token
from tests.cast import Cast
from tests.real_data import DATA, needs, rows_of

pytestmark = needs("ab_tests")

FILES = ("udacity_free_trial_control.csv", "udacity_free_trial_experiment.csv")


@pytest.fixture(autouse=True)
def in_december() -> Iterator[None]:
    with time_machine.travel(datetime(2014, 12, 1, 12, tzinfo=UTC), tick=False):
        yield


def loaded(cast: Cast, conversions: str, qualified: str = "") -> tuple[int, list[Any]]:
    """A test with both files read in: clicks became enrolments, or payments."""
    variants = (VariantWish("Control"), VariantWish("Experiment"))
    with tenant_scope(cast.aurora.pk):
        experiment = experiment_create(
            cast.bodega,
            ExperimentWish(
                "Free-trial screener", variants, Wish(0.20, 0.19), date(2014, 10, 11),
                date(2014, 11, 30), "totals", per_arm=17_000,
            ),
        )  # fmt: skip
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.marta)
    address = reverse("experiment_totals", args=["aurora", "bodega", experiment.pk])
    read = []
    for place, name in enumerate(FILES):
        file = SimpleUploadedFile(name, DATA.joinpath("ab_tests", name).read_bytes())
        about = {"place": str(place), "visitors": "Clicks", "conversions": conversions}
        if qualified:
            about["qualified"] = qualified
        seen = browser.post(address, {**about, "file": file, "do": "look"})
        read.append(seen.context["found"])
        text = seen.context["form"]["text"].value()
        assert browser.post(address, {**about, "text": text, "do": "save"}).status_code == 302
    return experiment.pk, read


def by_api(cast: Cast, number: int) -> Any:
    caller: Caller = token(cast.aurora, "read")
    return caller.get(f"/api/v1/clients/bodega/experiments/{number}/").json()


def rounded(text: str, places: int) -> str:
    return f"{float(text):.{places}f}"


def test_gross_conversion(cast: Cast) -> None:
    number, read = loaded(cast, "Enrollments")
    # 37 days each, of which the last 14 have no enrolments: their clicks would water the rate down.
    assert [(len(each.lines), each.left_out) for each in read] == [(23, 14), (23, 14)]
    answer = by_api(cast, number)
    control, experiment = answer["variants"]
    assert [(each["visitors"], each["conversions"]) for each in (control, experiment)] == [
        (17293, 3785),
        (17260, 3423),
    ]
    found = experiment["against_control"]
    assert [rounded(found[name], 4) for name in ("difference",)] == ["-0.0206"]
    assert [rounded(found["interval"][edge], 4) for edge in ("low", "high")] == [
        "-0.0291",
        "-0.0120",
    ]
    assert (rounded(found["z"], 3), f"{float(found['p']):.1e}") == ("-4.702", "2.6e-06")
    assert (answer["state"], answer["winner"]) == ("winner", "Control")
    assert answer["split"]["state"] == "ok"


def test_net_conversion(cast: Cast) -> None:
    number, _read = loaded(cast, "Payments")
    answer = by_api(cast, number)
    found = answer["variants"][1]["against_control"]
    assert rounded(found["difference"], 4) == "-0.0049"
    assert [rounded(found["interval"][edge], 4) for edge in ("low", "high")] == [
        "-0.0116",
        "0.0019",
    ]
    assert (rounded(found["z"], 3), rounded(found["p"], 3)) == ("-1.419", "0.156")
    assert (answer["state"], answer["winner"]) == ("no_difference", None)


def test_days_above_on_the_page(cast: Cast) -> None:
    for conversions, signs in (
        ("Enrollments", "4 / 23 (p = 0,0026)"),
        ("Payments", "10 / 23 (p = 0,6776)"),
    ):
        number, _read = loaded(cast, conversions)
        browser = Browser(headers={"accept-language": "en"})
        browser.force_login(cast.vera)
        page = browser.get(reverse("experiment_detail", args=["aurora", "bodega", number])).context[
            "page"
        ]
        assert page.arms[1].signs.replace("\u00a0", " ") == signs


def test_the_sanity_check_of_the_cookies() -> None:
    """Published: 0.5006 of the page views are the control's, within 0.4988 to 0.5012."""
    views = [sum(int(row["Pageviews"]) for row in rows_of("ab_tests", name)) for name in FILES]
    clicks = [sum(int(row["Clicks"]) for row in rows_of("ab_tests", name)) for name in FILES]
    assert (views, clicks) == ([345_543, 344_660], [28_378, 28_325])
    half = Wish(0.1, 0.2).shares
    for visitors, share in ((views, "0.5006"), (clicks, "0.5005")):
        check = split_check(visitors, half)
        assert check and check.state == "ok"
        assert f"{visitors[0] / sum(visitors):.4f}" == share
