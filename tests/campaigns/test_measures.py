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
    assert set(MEASURES.values()) - set(STORED) == {
        measure("customers"),
        measure("response_minutes"),
    }
    assert {each.key for each in STORED if each.aggregation == "last"} == {
        "open_pipeline_amount",
        "open_opps",
    }


def test_every_measure_belongs_to_a_family_and_splits_by_known_dimensions() -> None:
    assert {each.family for each in MEASURES.values()} == set(FAMILIES)
    for each in MEASURES.values():
        assert set(each.dimensions) <= set(DIMENSIONS)
        assert each.dimensions[:2] == ("campaign", "channel")
    assert sum(len(of_family(family)) for family in FAMILIES) == len(STORED)


def test_settle_times() -> None:
    assert {key: each.settles_in(60) for key, each in MEASURES.items()} == {
        **dict.fromkeys((each.key for each in of_family("web")), 3),
        **dict.fromkeys(("impressions", "clicks", "ad_spend"), 3),
        **dict.fromkeys((each.key for each in of_family("ads") if each.lag_days), 30),
        **dict.fromkeys((each.key for each in of_family("costs")), 1),
        **dict.fromkeys((each.key for each in of_family("sales")), 1),
        **dict.fromkeys((each.key for each in of_family("leads")), 1),
        **dict.fromkeys(("response_minutes", "customers"), 1),
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
