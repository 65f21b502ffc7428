"""What happened: one module per kind of fact; the public names are all here."""

from campaigns.models.batches import ImportBatch, ImportMapping, RefusedRow, ReplacedRow, SourceSync
from campaigns.models.costs import Cost
from campaigns.models.daily import DailyFact
from campaigns.models.leads import Lead, StageChange
from campaigns.models.own import Better, OwnAggregation, OwnMeasure, OwnUnit, OwnValue
from campaigns.models.parents import Campaign, Customer, LandingPage, Salesperson
from campaigns.models.sales import Refund, Sale

__all__ = [
    "Better",
    "Campaign",
    "Cost",
    "Customer",
    "DailyFact",
    "ImportBatch",
    "ImportMapping",
    "LandingPage",
    "Lead",
    "OwnAggregation",
    "OwnMeasure",
    "OwnUnit",
    "OwnValue",
    "Refund",
    "RefusedRow",
    "ReplacedRow",
    "Sale",
    "Salesperson",
    "SourceSync",
    "StageChange",
]
