"""Parts of contacts with customers, and of what a client types in by month. Pure."""

from kpis.families.parts import Arm, Part

ACTIVITY = Part(
    "activity",
    "activity",
    ("interactions", "meetings_held"),
    (
        Arm(
            "campaigns_interaction",
            "happened_on",
            {
                "interactions": (
                    "count(*) FILTER (WHERE kind <> 'meeting' AND NOT is_bulk"
                    " AND customer_id IS NOT NULL)"
                ),
                "meetings_held": "count(*) FILTER (WHERE kind = 'meeting' AND is_held)",
            },
            {"salesperson_id": "salesperson_id"},
        ),
    ),
)
MANUAL = Part(
    "manual",
    "manual",
    ("net_profit", "total_revenue"),
    (
        Arm(
            "campaigns_manualmonth",
            "day",
            {"net_profit": "sum(net_profit)", "total_revenue": "sum(total_revenue)"},
            {"currency": "currency"},
        ),
    ),
)
