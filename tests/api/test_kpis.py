"""GET /api/v1/kpis/ and /api/v1/kpis/<key>/: the catalogue."""

from kpis.catalogue import KPIS
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

#: The keys that integrations were promised; they never change.
PROMISED = """
sessions bounce_rate avg_session_duration mobile_traffic_share traffic_to_lead_rate
landing_conversion_rate impressions clicks ad_spend ctr cpc cpm platform_conversions
cost_per_conversion leads mqls sqls lead_to_mql_rate lead_to_customer_rate lead_close_ratio_period
cpl cost_per_qualified_lead speed_to_lead revenue sales_count sales_growth aov revenue_per_customer
new_customers cpa cac roas roi mer win_rate open_pipeline_value cac_to_ticket
"""


def test_it_lists_every_kpi(cast: Cast, robot: Caller) -> None:
    response = robot.get("/api/v1/kpis/")
    assert response.status_code == 200
    keys = [row["key"] for row in response.json()["results"]]
    assert keys == list(KPIS)
    assert set(PROMISED.split()) <= set(keys)


def test_it_shows_one(cast: Cast, robot: Caller) -> None:
    found = robot.get("/api/v1/kpis/cpl/").json()
    words = {name: found.pop(name) for name in ("meaning", "pitfall", "dated_by", "source")}
    assert all(words.values())
    assert found == {
        "key": "cpl",
        "name": "Cost per lead (CPL)",
        "group": "funnel",
        "group_name": "Leads and funnel",
        "formula": "ad_spend ÷ leads",
        "measures": ["ad_spend", "leads"],
        "unit": "money",
        "better": "lower",
        "aggregation": "ratio",
        "dimensions": ["campaign", "channel", "source", "medium", "device", "country"],
        "goal_modes": [
            {"kind": "decrease", "accumulation": "level"},
            {"kind": "increase", "accumulation": "level"},
            {"kind": "maintain", "accumulation": "level"},
            {"kind": "increase", "accumulation": "period"},
            {"kind": "decrease", "accumulation": "period"},
            {"kind": "maintain", "accumulation": "period"},
        ],
        "parameters": ["cost_basis"],
        "related": ["leads", "cost_per_qualified_lead", "cac"],
        "beside": [],
        "preset_of": None,
        "is_off_by_default": False,
        "example": {
            "inputs": {"ad_spend": ["1250"], "leads": ["50"]},
            "answer": "25",
            "display": "25.00",
        },
    }


def test_what_a_preset_is_of_and_what_has_no_goal(cast: Cast, robot: Caller) -> None:
    preset = robot.get("/api/v1/kpis/organic_sessions/").json()
    assert (preset["preset_of"], preset["formula"]) == (
        "sessions", "sessions[channel=organic_search]",
    )  # fmt: skip
    assert "channel" not in preset["dimensions"]
    assert robot.get("/api/v1/kpis/sales_cycle_days/").json()["beside"] == ["sales_cycle_median"]
    assert robot.get("/api/v1/kpis/email_open_rate/").json()["goal_modes"] == []
    assert robot.get("/api/v1/kpis/net_margin/").json()["is_off_by_default"] is True


def test_a_viewer_reads_it_and_a_seller_does_not(cast: Cast) -> None:
    assert person(cast.vera, "aurora").get("/api/v1/kpis/").status_code == 200
    seller = person(cast.sergio, "aurora")
    refusal = (403, error("forbidden", capability="see_numbers"))
    assert heard(seller.get("/api/v1/kpis/")) == refusal
    assert heard(token(cast.aurora, "data:read").get("/api/v1/kpis/")) == refusal


def test_bad_input_is_refused(cast: Cast, robot: Caller) -> None:
    assert heard(robot.get("/api/v1/kpis/", page="2")) == (
        400,
        error("unknown_parameter", known=[]),
    )
    assert heard(robot.get("/api/v1/kpis/CPL/")) == (404, error("not_found"))
    assert heard(robot.post("/api/v1/kpis/", {})) == (405, error("method_not_allowed"))
