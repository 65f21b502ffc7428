"""The pages of landing page tests: planned with its size, counted, told without haste, decided."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_scope
from kpis.experiments.services import counts_put, experiment_create
from kpis.models import Experiment, ExperimentCount
from kpis.trials.arms import Arm
from kpis.trials.planning import Wish
from tests.cast import Cast
from tests.kpis.test_experiment_services import wish

DAY = date(2026, 3, 2)


@pytest.fixture
def march(cast: Cast) -> Iterator[Cast]:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        yield cast


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def address(route: str, *numbers: int) -> str:
    return reverse(route, args=["aurora", "bodega", *numbers])


def planned(cast: Cast, *arms: Arm, **changes: Any) -> Experiment:
    """A test of typed totals, all of them of one day."""
    with tenant_scope(cast.aurora.pk):
        experiment = experiment_create(cast.bodega, wish(**changes))
        counts_put(cast.bodega, experiment, {(n, DAY): arm for n, arm in enumerate(arms)})
    return experiment


def written(**changes: str) -> dict[str, str]:
    fields = {
        "name": "Shorter form",
        "counted_by": "totals",
        "page_0": "/offer",
        "page_1": "/offer-short",
        "name_1": "Short",
        "base": "5",
        "target": "6.5",
        "daily": "400",
        "alpha": "5",
        "power": "80",
        "looks": "1",
        "starts_on": "2026-03-17",
        "is_guarded": "on",
        "do": "save",
    }
    return fields | changes


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def experiments(cast: Cast) -> list[Experiment]:
    with tenant_scope(cast.aurora.pk):
        return list(Experiment.objects.all())


def test_the_calculator_answers_before_anything_is_saved(march: Cast) -> None:
    browser = browser_of(march.marta)
    seen = browser.post(address("experiment_new"), written(name="", do="look"))
    size = seen.context["size"]
    # Numbers as in Spain: 3.780 each; 7,560 at 400 a day are 19 days, so 21.
    assert (size.per_arm, size.in_all, plain(size.days), size.ends) == (
        "3.780",
        "7.560",
        "21 days",
        "6 Apr 2026",
    )
    assert experiments(march) == []


@pytest.mark.parametrize(
    ("changes", "part", "words"),
    [
        ({"target": "5.5"}, "problem", "does not suffice within 8 weeks"),
        ({"target": "5"}, "problem", "and differ"),
        ({"per_arm": "2400"}, "warning", "only 60.7"),
    ],
)
def test_the_calculator_warns(march: Cast, changes: dict[str, str], part: str, words: str) -> None:
    seen = browser_of(march.marta).post(address("experiment_new"), written(do="look", **changes))
    assert words in plain(getattr(seen.context["size"], part)).replace(",", ".")


def test_a_test_is_planned_and_shown(march: Cast) -> None:
    browser = browser_of(march.marta)
    saved: Any = browser.post(address("experiment_new"), written())
    (experiment,) = experiments(march)
    assert saved.url == address("experiment_detail", experiment.pk)
    assert (experiment.planned_per_arm, experiment.ends_on) == (3780, date(2026, 4, 6))
    page = browser.get(saved.url).context["page"]
    assert (page.told.chip.word, [arm.name for arm in page.arms]) == (
        "Not started",
        ["/offer", "Short"],
    )
    (row,) = browser.get(address("experiments")).context["rows"]
    assert (row.experiment, row.percent, row.names) == (experiment, 0, "/offer · Short")


def test_before_the_plan_is_full_nobody_wins(march: Cast) -> None:
    """KPIS F.3: p = 0.0256 and 2,400 of 3,780 visitors: "collecting data, 63 %", with interval."""
    experiment = planned(march, Arm(2400, 120), Arm(2400, 156))
    seen = browser_of(march.vera).get(address("experiment_detail", experiment.pk))
    page = seen.context["page"]
    assert plain(page.told.chip.word) == "Collecting data, 63 %"
    assert [plain(sentence) for sentence in page.told.sentences] == [
        "2.400 of the 3.780 visitors per variant have come. Until all are there nothing is decided.",
        "So far Short differs from /offer by +1,5 pp, somewhere in +0,18 to +2,8 pp.",
    ]
    control, short = page.arms
    assert [plain(text) for text in (control.rate, short.rate, short.lift, short.p)] == [
        "5,0 %",
        "6,5 %",
        "+30,0 %",
        "0,0256",
    ]
    assert [plain(text) for text in (short.beats, short.loss, page.plan.power_now)] == [
        "98,7 %",
        "0,003 pp",
        "60,7 %",
    ]
    assert "winner" not in seen.content.decode().lower()


def test_at_the_plan_the_better_page_wins(march: Cast) -> None:
    experiment = planned(march, Arm(3780, 189, 60), Arm(3780, 246, 70))
    page = browser_of(march.vera).get(address("experiment_detail", experiment.pk)).context["page"]
    assert page.told.chip.word == "Winner: Short"
    assert plain(page.told.sentences[0]).startswith(
        "Short converts +1,5 pp more than /offer (p = 0,00"
    )
    assert page.decided_through == "2 Mar 2026"


@pytest.mark.parametrize(
    ("arms", "changes", "word"),
    [
        ((Arm(3780, 189, 60), Arm(3780, 246, 50)), {}, "No winner: fewer qualified leads"),
        ((Arm(3780, 189, 60), Arm(3780, 246, 50)), {"is_guarded": False}, "Winner: Short"),
        ((Arm(3780, 189), Arm(3780, 195)), {}, "No demonstrable difference"),
        ((Arm(3780, 246), Arm(3780, 189)), {}, "Winner: /offer"),
        ((Arm(4000, 189), Arm(4500, 246)), {}, "Invalid"),
        ((Arm(2400, 120), Arm(2400, 156)), {"ends_on": date(2026, 3, 10)}, "Ended at 63 %"),
        ((Arm(30, 1), Arm(28, 7)), {"per_arm": 28}, "Winner: Short"),
    ],
)
def test_what_each_outcome_is_called(
    march: Cast, arms: tuple[Arm, ...], changes: dict[str, Any], word: str
) -> None:
    planned(march, *arms, **changes)
    (row,) = browser_of(march.vera).get(address("experiments")).context["rows"]
    assert plain(row.told.chip.word) == word


def test_small_counts_name_fisher(march: Cast) -> None:
    experiment = planned(march, Arm(30, 1), Arm(28, 7), per_arm=28)
    page = browser_of(march.vera).get(address("experiment_detail", experiment.pk)).context["page"]
    assert (page.arms[1].method, page.arms[1].p) == ("fisher", "0,0232")
    assert "The counts are small: Fisher's exact test was used." in page.told.sentences


def test_planned_looks_are_listed(march: Cast) -> None:
    experiment = planned(
        march, Arm(2400, 120), Arm(2400, 156), size=Wish(0.05, 0.065, looks=5), per_arm=3780
    )
    page = browser_of(march.vera).get(address("experiment_detail", experiment.pk)).context["page"]
    assert [(look.bound, look.z, look.may_stop) for look in page.looks] == [
        ("4,562", "2,232", False),
        ("3,226", "2,232", False),
        ("2,634", "2,232", False),
        ("2,281", "—", False),
        ("2,040", "—", False),
    ]


def test_the_chart_has_a_twin(march: Cast) -> None:
    experiment = planned(march, Arm(2400, 120), Arm(2400, 156))
    page = browser_of(march.vera).get(address("experiment_detail", experiment.pk)).context["page"]
    assert page.heads == ["/offer", "Short"]
    (row,) = page.rows
    # Wilson: 120 of 2,400 lies in 4.2 to 5.9 %.
    assert [plain(cell) for cell in row] == [
        "2 Mar",
        "5,0 % (4,2 % – 5,9 %)",
        "6,5 % (5,6 % – 7,6 %)",
    ]


def test_totals_are_read_then_taken_and_twice_is_once(march: Cast) -> None:
    experiment = planned(march)
    browser = browser_of(march.marta)
    table = b"day;variant;visitors;conversions\n2026-03-02;/offer;100;5\n2026-03-02;short;90;6\n"
    file = SimpleUploadedFile("totals.csv", table)
    seen = browser.post(address("experiment_totals", experiment.pk), {"file": file, "do": "look"})
    assert [(line.variant, line.visitors) for line in seen.context["found"].lines] == [
        ("/offer", "100"),
        ("Short", "90"),
    ]
    with tenant_scope(march.aurora.pk):
        assert ExperimentCount.objects.count() == 0
    text = seen.context["form"]["text"].value()
    for _ in range(2):
        saved: Any = browser.post(
            address("experiment_totals", experiment.pk), {"text": text, "do": "save"}
        )
        assert saved.url == address("experiment_detail", experiment.pk)
    (day,) = browser.get(saved.url).context["page"].days
    assert day.cells == ("100", "5", "—", "90", "6", "—")
    browser.post(address("experiment_day_remove", experiment.pk), {"day": "2026-03-02"})
    assert browser.get(saved.url).context["page"].days == ()


def test_a_bad_table_takes_nothing(march: Cast) -> None:
    experiment = planned(march)
    seen = browser_of(march.marta).post(
        address("experiment_totals", experiment.pk),
        {"text": "day,variant,visitors,conversions\n2026-03-02,<b>,9,1\n", "do": "save"},
    )
    (fault,) = seen.context["found"].faults
    assert (fault.line, fault.column, fault.value) == (2, "variant", "<b>")
    assert "<b>,9" not in seen.content.decode()
    with tenant_scope(march.aurora.pk):
        assert ExperimentCount.objects.count() == 0


def test_the_csv_can_be_read_in_again(march: Cast) -> None:
    experiment = planned(march, Arm(100, 5, 2), Arm(90, 6))
    browser = browser_of(march.marta)
    content = browser.get(address("experiment_csv", experiment.pk)).content.decode()
    assert content.lstrip("\ufeff").splitlines() == [
        "day,variant,visitors,conversions,qualified",
        "2026-03-02,/offer,100,5,2",
        "2026-03-02,Short,90,6,",
    ]
    again = browser.post(
        address("experiment_totals", experiment.pk), {"text": content, "do": "save"}
    )
    assert again.status_code == 302


def test_a_decision_is_written_down_and_taken_back(march: Cast) -> None:
    experiment = planned(march, Arm(3780, 189), Arm(3780, 246))
    browser = browser_of(march.marta)
    refused = browser.post(
        address("experiment_decide", experiment.pk), {"choice": "adopt-1", "reason": ""}
    )
    assert list(refused.context["form"].errors) == ["reason"]
    browser.post(
        address("experiment_decide", experiment.pk), {"choice": "adopt-1", "reason": "More leads"}
    )
    (kept,) = experiments(march)
    assert (kept.decision, kept.reason) == ("adopt", "More leads")
    browser.post(address("experiment_reopen", experiment.pk))
    (open_again,) = experiments(march)
    assert open_again.decision == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"base": "101"}, "base"),
        ({"target": "5"}, "target"),
        ({"target": "5.5"}, "ends_on"),
        ({"daily": ""}, "ends_on"),
        ({"starts_on": "2026-02-31"}, "starts_on"),
        ({"page_1": "/offer"}, "__all__"),
        ({"page_1": "", "name_1": ""}, "__all__"),
        ({"weight_1": "0"}, "weight_1"),
        ({"looks": "5", "page_2": "/third"}, "looks"),
    ],
)
def test_bad_input_is_told_at_its_field(march: Cast, changes: dict[str, str], field: str) -> None:
    answer = browser_of(march.marta).post(address("experiment_new"), written(**changes))
    assert list(answer.context["form"].errors) == [field]
    assert experiments(march) == []


def test_a_viewer_reads_and_no_more(march: Cast) -> None:
    experiment = planned(march, Arm(100, 5), Arm(90, 6))
    browser = browser_of(march.vera)
    seen = browser.get(address("experiment_detail", experiment.pk))
    assert (seen.status_code, seen.context["may_edit"], seen.context["form"]) == (200, False, None)
    assert browser.post(address("experiment_new"), written()).status_code == 403
    assert browser.get(address("experiment_totals", experiment.pk)).status_code == 403


def test_malena_finds_nothing(march: Cast) -> None:
    experiment = planned(march)
    browser = browser_of(march.malena)
    assert browser.get(address("experiment_detail", experiment.pk)).status_code == 404
    for route in ("experiment_detail", "experiment_csv"):
        own = reverse(route, args=["boreal", "dulce", experiment.pk])
        assert browser.get(own).status_code == 404


def test_twice_is_once_in_the_archive(march: Cast) -> None:
    experiment = planned(march)
    browser = browser_of(march.marta)
    for _ in range(2):
        browser.post(address("experiment_archive", experiment.pk))
    assert browser.get(address("experiments")).context["rows"] == []
    browser.post(address("experiment_restore", experiment.pk))
    assert len(browser.get(address("experiments")).context["rows"]) == 1
