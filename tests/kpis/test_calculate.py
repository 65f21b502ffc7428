"""From totals to a value: zero, unknown or a number; how complete and how final it is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.measures import MEASURES, measure
from kpis.calculate import (
    REASONS,
    Scope,
    Value,
    beside_dash,
    change_between,
    median_of,
    value_of,
)
from kpis.catalogue import DECLARED, Kpi, Parameters, kpi
from kpis.compare import Change
from kpis.coverage import Coverage, Gap, SourceSpan
from kpis.formula import Atom, Undefined
from kpis.rate_days import RateDays

D = Decimal
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
LATER = date(2026, 12, 1)
EVERYTHING = tuple(
    SourceSpan(family, family, date(2024, 1, 1), date(2026, 11, 30))
    for family in ("web", "ads", "leads", "sales", "costs")
)


def coverage(*spans: SourceSpan, today: date = LATER, **more: object) -> Coverage:
    return Coverage(*MARCH, today=today, spans=spans or EVERYTHING, **more)  # type: ignore[arg-type]


def span(family: str, first: str | None, last: str | None, source: str = "") -> SourceSpan:
    return SourceSpan(
        source or family,
        family,
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) if last else None,
    )


def value(key: str, scope: Scope | None = None, **totals: str | int | None) -> Value:
    """The KPI's value on totals by name; filtered atoms by their measure's key."""
    scope = scope or Scope(coverage())
    atoms = kpi(key).atoms(scope.parameters)
    given = {atom: totals.get(atom.measure.key) for atom in atoms if atom.period == "current"}
    past = {atom: totals.get(f"past_{atom.measure.key}") for atom in atoms if atom not in given}
    numbers = {a: None if t is None else D(t) for a, t in (given | past).items()}
    return value_of(kpi(key), numbers, scope)


# -- the three states of a number ---------------------------------------------------------------


def test_a_value_with_its_inputs() -> None:
    assert value("cpl", ad_spend="1250.00", leads=50) == Value(
        value=D(25),
        reason=None,
        inputs={"ad_spend": D("1250.00"), "leads": D(50)},
        state="final",
        missing=(),
        is_small_sample=False,
    )


def test_nothing_to_divide_by_is_no_value_and_the_spend_is_shown_beside_it() -> None:
    found = value("cpl", ad_spend=250, leads=0)
    assert (found.value, found.reason) == (None, "zero_denominator")
    assert found.inputs == {"ad_spend": D(250), "leads": D(0)}
    assert beside_dash(kpi("cpl"), found) == 250
    assert beside_dash(kpi("cpl"), value("cpl", ad_spend=0, leads=0)) is None
    assert beside_dash(kpi("cpl"), value("cpl", ad_spend=100, leads=4)) is None


def test_cost_per_thousand_shows_its_spend_not_its_thousand() -> None:
    assert beside_dash(kpi("cpm"), value("cpm", ad_spend=50, impressions=0)) == 50


def test_no_row_from_a_complete_source_is_zero() -> None:
    assert value("leads").value == 0
    assert value("cac", new_customers=10, ad_spend=100).value == 10
    assert value("cpl").reason == "zero_denominator"


def test_no_row_of_a_measure_that_nobody_reports_is_unknown() -> None:
    scope = Scope(coverage(unreported=frozenset({"platform_leads"})))
    found = value("platform_leads", scope)
    assert (found.value, found.reason) == (None, "not_reported")
    assert found.inputs == {"platform_leads": None}
    assert value("platform_sales", scope).value == 0


def test_zero_over_n_is_zero() -> None:
    assert value("cpl", ad_spend=0, leads=50).value == 0


def test_without_any_source_there_is_no_value() -> None:
    scope = Scope(coverage(span("leads", "2026-01-01", "2026-11-30")))
    found = value("cpl", scope, ad_spend=100, leads=4)
    assert (found.value, found.reason, found.state) == (None, "no_source", "partial")
    assert found.missing == (Gap("ads", "", *MARCH),)
    assert found.inputs == {"ad_spend": None, "leads": None}
    assert value("leads", scope, leads=4).value == 4


def test_every_reason_is_a_sentence() -> None:
    assert all(str(text).endswith(".") for text in REASONS.values())


# -- completeness ------------------------------------------------------------------------------


def test_a_late_source_makes_the_value_partial_and_says_which() -> None:
    scope = Scope(
        coverage(span("ads", "2026-01-01", "2026-03-20", "Meta"), span("leads", None, "2026-11-30"))
    )
    found = value("cpl", scope, ad_spend=100, leads=10)
    assert (found.value, found.state) == (10, "partial")
    assert found.missing == (Gap("ads", "Meta", date(2026, 3, 21), MARCH[1]),)
    assert scope.coverage.complete_range(kpi("cpl").measures()) == (MARCH[0], date(2026, 3, 20))
    assert value("leads", scope, leads=10).state == "final"


def test_no_complete_day_is_no_value() -> None:
    scope = Scope(coverage(span("leads", "2026-01-01", "2026-02-20")))
    found = value("leads", scope, leads=10)
    assert (found.value, found.reason, found.state) == (None, "no_data", "partial")
    assert found.missing == (Gap("leads", "leads", *MARCH),)
    nothing_yet = Scope(coverage(span("leads", None, None)))
    assert value("leads", nothing_yet).reason == "no_data"


def test_days_before_the_first_source_are_missing() -> None:
    scope = Scope(coverage(span("leads", "2026-03-11", "2026-11-30")))
    found = value("leads", scope, leads=10)
    assert found.state == "partial"
    assert found.missing == (Gap("leads", "leads", MARCH[0], date(2026, 3, 10)),)


def test_a_source_is_not_missed_before_it_began_if_another_one_covers_the_family() -> None:
    google = span("ads", "2026-01-01", "2026-11-30", "Google")
    meta = span("ads", "2026-03-15", "2026-11-30", "Meta")
    assert value("clicks", Scope(coverage(google, meta)), clicks=5).state == "final"
    late = span("ads", "2026-03-15", "2026-03-25", "Meta")
    found = value("clicks", Scope(coverage(google, late)), clicks=5)
    assert found.missing == (Gap("ads", "Meta", date(2026, 3, 26), MARCH[1]),)


def test_spend_may_come_from_ads_from_costs_or_from_both() -> None:
    leads = span("leads", None, "2026-11-30")
    costs = span("costs", None, "2026-11-30")
    late_ads = span("ads", None, "2026-03-20")
    assert value("cpl", Scope(coverage(leads, costs)), ad_spend=9, leads=9).state == "final"
    both = value("cpl", Scope(coverage(leads, costs, late_ads)), ad_spend=9, leads=9)
    assert (both.value, both.state) == (1, "partial")


# -- settling ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "closes_on"),
    [
        ("leads", date(2026, 4, 2)),  # 31 March + 1 + 1
        ("sessions", date(2026, 4, 4)),  # + 1 + 3
        ("clicks", date(2026, 4, 4)),
        ("cost_per_conversion", date(2026, 5, 1)),  # + 1 + 30
        ("lead_to_mql_rate", date(2026, 5, 1)),
        ("lead_to_customer_rate", date(2026, 6, 30)),  # + 1 + 90
    ],
)
def test_a_value_is_provisional_until_its_slowest_measure_has_settled(
    key: str, closes_on: date
) -> None:
    before = Scope(coverage(today=closes_on - timedelta(days=1)))
    assert value(key, before).state == "provisional"
    assert value(key, Scope(coverage(today=closes_on))).state == "final"


def test_the_clients_own_window_decides_when_a_cohort_is_mature() -> None:
    today = date(2026, 5, 16)  # 31 March + 1 + 45
    assert value("lead_to_customer_rate", Scope(coverage(today=today, window_days=45))).state == (
        "final"
    )
    assert value("lead_to_customer_rate", Scope(coverage(today=today))).state == "provisional"


def test_a_cohort_matures_only_as_far_as_the_outcomes_are_known() -> None:
    leads = span("leads", None, "2026-11-30")
    known = span("sales", None, "2026-06-29")  # 31 March + 90
    unknown = span("sales", None, "2026-06-28")
    totals = {"prospect_cohort": 100, "prospect_cohort_won": 12}
    assert value("lead_to_customer_rate", Scope(coverage(leads, known)), **totals).state == "final"
    late = value("lead_to_customer_rate", Scope(coverage(leads, unknown)), **totals)
    assert (late.value, late.state) == (D("0.12"), "provisional")


def test_a_source_that_has_delivered_nothing_is_waited_for_only_if_it_is_alone() -> None:
    new = span("leads", None, None, "CRM")
    old = span("leads", "2026-01-01", "2026-11-30", "file")
    assert value("leads", Scope(coverage(new, old)), leads=3).state == "final"
    alone = value("leads", Scope(coverage(new)), leads=3)
    assert (alone.reason, alone.missing) == ("no_data", (Gap("leads", "CRM", *MARCH),))


def test_over_changes_the_range_only() -> None:
    year = coverage().over(date(2026, 1, 1), date(2026, 11, 30))
    assert value("leads", Scope(year)).state == "provisional"  # 30 November closes on 2 December


# -- other reasons -----------------------------------------------------------------------------


def without_rate(key: str, *days: date) -> RateDays:
    """Amounts of a measure in dollars that no rate converts on these days."""
    found = RateDays()
    for day in days:
        found.note_lacking(Atom(MEASURES[key]), day, "USD→EUR")
    return found


def test_a_day_without_an_exchange_rate_is_missing_for_money_but_not_for_counts() -> None:
    days = (date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 20))
    scope = Scope(coverage(rates=without_rate("ad_spend", *days)))
    gaps = (
        Gap("rates", "USD→EUR", days[0], days[1]),
        Gap("rates", "USD→EUR", days[2], days[2]),
    )
    for key in ("ad_spend", "cpl", "cac", "mer", "cac_to_ticket", "roi"):
        found = value(key, scope, ad_spend=1, leads=1, new_customers=1, orders=1, order_value=1)
        assert (found.value is None, found.state, found.missing) == (False, "partial", gaps), key
    for key, found in (
        ("leads", value("leads", scope, leads=3)),
        ("revenue", value("revenue", scope, order_value=3)),
    ):
        assert (found.value, found.state, found.missing) == (3, "final", ()), key


def test_without_any_day_that_has_a_rate_there_is_no_value() -> None:
    day = date(2026, 3, 7)
    lacking = coverage(rates=without_rate("ad_spend", day))
    alone = value("cpl", Scope(lacking.over(day, day)), ad_spend=1, leads=1)
    assert (alone.value, alone.reason, alone.state) == (None, "rate_missing", "partial")
    other = value(
        "cpl", Scope(lacking.over(date(2026, 3, 8), date(2026, 3, 9))), ad_spend=4, leads=2
    )
    assert (other.value, other.state) == (2, "final")


def test_a_rate_that_is_still_to_come_makes_money_provisional() -> None:
    rates = RateDays()
    rates.note_unpublished(Atom(MEASURES["ad_spend"]), date(2026, 3, 31))
    scope = Scope(coverage(rates=rates))
    assert value("cpl", scope, ad_spend=1, leads=1).state == "provisional"
    assert value("leads", scope, leads=1).state == "final"
    earlier = Scope(coverage(rates=rates).over(date(2026, 3, 1), date(2026, 3, 30)))
    assert value("cpl", earlier, ad_spend=1, leads=1).state == "final"


def test_a_selection_without_meaning_is_not_applicable() -> None:
    by_device = Scope(coverage(), filtered_by=frozenset({"device"}))
    assert value("mobile_traffic_share", by_device, sessions=9).reason == "not_applicable"
    by_channel = Scope(coverage(), filtered_by=frozenset({"channel"}))
    assert value("mer", by_channel).reason == "not_applicable"
    assert value("cpl", by_channel, ad_spend=1, leads=1).value == 1
    full = Scope(
        coverage(),
        parameters=Parameters(cost_basis="full"),
        filtered_by=frozenset({"device"}),
    )
    assert value("cpl", full).reason == "not_applicable"


def test_growth_needs_a_whole_period_to_compare_with() -> None:
    year_before = (date(2025, 3, 1), date(2025, 3, 31))
    whole = coverage().over(*year_before)
    scope = Scope(coverage(), comparison=whole)
    totals = {"order_value": 12000, "past_order_value": 10000}
    assert value("sales_growth", scope, **totals).value == D("0.2")
    assert value("sales_growth", scope, order_value=1).reason == "zero_denominator"
    assert value("sales_growth", scope, past_refunds=5).reason == "negative_denominator"
    assert value("sales_growth", **totals).reason == "comparison_incomplete"
    torn = coverage(span("sales", "2025-03-02", "2026-11-30"))
    part = Scope(torn, comparison=torn.over(*year_before))
    assert value("sales_growth", part, **totals).reason == "comparison_incomplete"
    lacking = coverage(rates=without_rate("order_value", date(2025, 3, 9))).over(*year_before)
    mixed = value("sales_growth", Scope(coverage(), comparison=lacking), **totals)
    assert mixed.reason == "comparison_incomplete"


# -- small samples -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "totals", "is_small"),
    [
        ("ctr", {"clicks": 1, "impressions": 29}, True),
        ("ctr", {"clicks": 1, "impressions": 30}, False),
        ("win_rate", {"opps_won": 10, "opps_lost": 19}, True),
        ("win_rate", {"opps_won": 10, "opps_lost": 20}, False),
        ("cac", {"ad_spend": 900, "new_customers": 9}, True),
        ("cac", {"ad_spend": 900, "new_customers": 10}, False),
        ("aov", {"order_value": 1, "orders": 9}, True),
        (
            "cac_to_ticket",
            {"ad_spend": 1, "new_customers": 9, "order_value": 1, "orders": 99},
            True,
        ),
        (
            "cac_to_ticket",
            {"ad_spend": 1, "new_customers": 10, "order_value": 1, "orders": 10},
            False,
        ),
        ("roas", {"order_value": 5, "ad_spend": 2}, False),
        ("leads", {"leads": 1}, False),
    ],
)
def test_small_samples_are_marked(key: str, totals: dict, is_small: bool) -> None:
    assert value(key, **totals).is_small_sample is is_small


# -- medians -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "median"),
    [
        ("4 12 30 95", D(21)),
        ("4 12 30 95 -", D(30)),
        ("4 12 30 -", D(21)),
        ("4 12 - -", Undefined("unanswered")),
        ("4 - -", Undefined("unanswered")),
        ("", Undefined("no_rows")),
        ("-5 3", D("1.5")),
        ("7", D(7)),
    ],
)
def test_median_of(minutes: str, median: object) -> None:
    waits = [None if word == "-" else D(word) for word in minutes.split()]
    assert median_of(waits) == median


def test_speed_to_lead_takes_the_median_that_was_recounted() -> None:
    assert value("speed_to_lead", response_minutes=30).value == 30
    assert value("speed_to_lead").reason == "no_rows"
    [atom] = kpi("speed_to_lead").atoms()
    waiting = value_of(kpi("speed_to_lead"), {atom: Undefined("unanswered")}, Scope(coverage()))
    assert (waiting.value, waiting.reason, waiting.inputs) == (
        None,
        "unanswered",
        {"response_minutes": None},
    )


# -- change ------------------------------------------------------------------------------------


def reading(number: str | None, state: str = "final") -> Value:
    return Value(None if number is None else D(number), None, {}, state)  # type: ignore[arg-type]


def test_change_is_as_compare_says_if_like_meets_like() -> None:
    assert change_between(kpi("leads"), reading("12"), reading("10")) == Change(2, D("0.2"))
    assert change_between(kpi("leads"), reading("12"), reading("0")).is_new
    assert change_between(kpi("leads"), reading("12", "provisional"), reading("10")).absolute == 2


@pytest.mark.parametrize(
    ("key", "current", "comparison"),
    [
        ("leads", reading("12", "partial"), reading("10")),
        ("leads", reading("12"), reading("10", "partial")),
        ("leads", reading(None), reading("10")),
        ("lead_to_mql_rate", reading("0.2", "provisional"), reading("0.3")),
    ],
)
def test_no_change_is_known_where_like_does_not_meet_like(
    key: str, current: Value, comparison: Value
) -> None:
    assert change_between(kpi(key), current, comparison) == Change(None, None)


# -- properties --------------------------------------------------------------------------------

counts = st.integers(0, 1000).map(D)


@given(st.sampled_from(DECLARED), st.data())
def test_a_value_or_a_reason_never_both_never_neither(each: Kpi, data: st.DataObject) -> None:
    scope = Scope(coverage(), comparison=coverage())
    totals = {atom: data.draw(st.none() | counts) for atom in each.atoms()}
    found = value_of(each, totals, scope)
    assert (found.value is None) == (found.reason is not None)
    assert found.reason is None or found.reason in REASONS
    assert found.value is None or found.value.is_finite()
    assert set(found.inputs) == {atom.text for atom in each.atoms()}


days = st.dates(date(2026, 2, 20), date(2026, 4, 10))
spans = st.builds(
    lambda source, family, ends: SourceSpan(source, family, *sorted(ends)),
    st.sampled_from(("one", "two", "three")),
    st.sampled_from(("ads", "leads", "costs")),
    st.tuples(days, days),
)


@given(st.lists(spans, min_size=1, max_size=6), st.sampled_from(sorted(MEASURES)))
def test_the_complete_range_is_what_day_by_day_finds(
    given_spans: list[SourceSpan], key: str
) -> None:
    """A second definition: a day is complete if in every family that the client has some source
    covers it and no source that had begun by then has fallen behind."""
    families = {s.family for s in given_spans} & set(measure(key).families)

    def is_complete(day: date, family: str) -> bool:
        begun = [s for s in given_spans if s.family == family and s.complete_from <= day]
        return bool(begun) and all(s.complete_through >= day for s in begun)

    march = [MARCH[0] + timedelta(days=n) for n in range(31)]
    complete = [d for d in march if families and all(is_complete(d, f) for f in families)]
    found = coverage(*given_spans).complete_range([measure(key)])
    assert [d for d in march if found and found[0] <= d <= found[1]] == complete
    gaps = coverage(*given_spans).gaps([measure(key)])
    if families:
        assert {d for d in march for g in gaps if g.first <= d <= g.last} == set(march) - set(
            complete
        )
    else:
        assert gaps == (Gap(measure(key).family, "", *MARCH),)


def test_a_repeat_rate_is_final_when_the_clients_own_window_is_over() -> None:
    """March closes on 1 April + 180 days = 28 September, and the sales must be known by then."""
    totals = {"repeaters": 9, "cohort_customers": 90}
    for today, state in ((date(2026, 9, 27), "provisional"), (date(2026, 9, 28), "final")):
        scope = Scope(coverage(today=today, repeat_days=180))
        assert value("repeat_purchase_rate", scope, **totals).state == state
    assert kpi("repeat_purchase_rate").matures_in(Parameters(repeat_days=180)) == 180
