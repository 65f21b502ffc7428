"""The closed list of measures: classes, families, settle times."""

import re

from campaigns import measures
from campaigns.measures import DIMENSIONS, FAMILIES, MEASURES, STORED, measure, of_family


def test_every_measure_is_in_the_list_under_its_own_key() -> None:
    declared = {each for each in vars(measures).values() if isinstance(each, measures.Measure)}
    assert declared == set(MEASURES.values())
    assert all(re.fullmatch(r"[a-z][a-z_]*", key) for key in MEASURES)
    assert all(key == each.key for key, each in MEASURES.items())


def test_stored_are_sums_and_stocks_only() -> None:
    assert {each.key for each in set(MEASURES.values()) - set(STORED)} == {
        "response_minutes", "cycle_days", "expected_orders", "customers", "customers_start",
        "stayed", "eligible", "upsold", "cross",
        "cohort_size", "cohort_value", "users", "users_with_conversion", "engaged_customers",
        "platform_reach", "post_reach", "staff_start", "staff_stayed",
    }  # fmt: skip
    assert {each.key for each in STORED if each.aggregation == "last"} == {
        "open_pipeline_amount",
        "open_opps",
        "active_customers",
        "followers",
    }


def test_distinct_counts_of_others_exist_only_for_the_ranges_they_reported() -> None:
    assert {each.key for each in MEASURES.values() if each.origin == "reported"} == {
        "platform_reach", "post_reach", "staff_start", "staff_stayed",
    }  # fmt: skip
    assert measure("users").origin == "recount"
    assert measure("leads").origin == "snapshot"


def test_every_measure_belongs_to_a_family_and_splits_by_known_dimensions() -> None:
    assert {each.family for each in MEASURES.values()} == set(FAMILIES)
    for each in MEASURES.values():
        assert set(each.dimensions) <= set(DIMENSIONS)
        assert len(set(each.dimensions)) == len(each.dimensions)
        if "channel" in each.dimensions:
            assert each.dimensions[:2] == ("campaign", "channel")
    assert sum(len(of_family(family)) for family in FAMILIES) == len(STORED)


def test_settle_times() -> None:
    stored = {key: each.settles_in(60) for key, each in MEASURES.items() if each.is_stored}
    assert stored == {
        **dict.fromkeys((each.key for each in of_family("web")), 3),
        **dict.fromkeys(("impressions", "clicks", "ad_spend"), 3),
        **dict.fromkeys((each.key for each in of_family("ads") if each.lag_days), 30),
        **dict.fromkeys((each.key for each in of_family("costs")), 1),
        **dict.fromkeys((each.key for each in of_family("sales")), 1),
        **dict.fromkeys((each.key for each in of_family("leads")), 1),
        **dict.fromkeys((each.key for each in of_family("mail")), 7),  # KPIS G.3
        **dict.fromkeys((each.key for each in of_family("social")), 3),
        **dict.fromkeys(
            (each.key for name in ("budget", "activity", "manual") for each in of_family(name)), 1
        ),
        **dict.fromkeys(("mql_cohort", "mql_cohort_to_sql"), 30),
        **dict.fromkeys(("cohort_customers", "repeaters"), 90),
        **dict.fromkeys(("lead_cohort", "lead_cohort_to_mql"), 30),
        **dict.fromkeys(("prospect_cohort", "prospect_cohort_won"), 60),
    }


def test_spend_comes_from_ads_or_from_costs_typed_in() -> None:
    assert measure("ad_spend").families == ("ads", "costs")
    assert measure("clicks").families == ("ads",)


def test_a_measure_is_its_key_in_every_language() -> None:
    assert measure("leads") == measures.NEW_LEADS
    assert hash(measure("leads")) == hash(measures.NEW_LEADS)
    assert "name" not in repr(measures.NEW_LEADS)
