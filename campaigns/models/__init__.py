"""What happened: one module per kind of fact; the public names are all here."""

from campaigns.models.acts import Act
from campaigns.models.batches import (
    BatchLines,
    ImportBatch,
    ImportMapping,
    RefusedRow,
    ReplacedRow,
    SourceSync,
)
from campaigns.models.contacts import CustomerTerm, Interaction, ManualMonth
from campaigns.models.costs import Budget, Cost
from campaigns.models.daily import DailyFact
from campaigns.models.leads import Lead, StageChange
from campaigns.models.own import Better, OwnAggregation, OwnMeasure, OwnUnit, OwnValue
from campaigns.models.parents import Campaign, Customer, LandingPage, Product, Salesperson
from campaigns.models.sales import Refund, Sale, SaleLine
from campaigns.models.visitors import ReportedRange, VisitorDay

__all__ = [
    "Act",
    "BatchLines",
    "Better",
    "Budget",
    "Campaign",
    "Cost",
    "Customer",
    "CustomerTerm",
    "DailyFact",
    "ImportBatch",
    "ImportMapping",
    "Interaction",
    "LandingPage",
    "Lead",
    "ManualMonth",
    "OwnAggregation",
    "OwnMeasure",
    "OwnUnit",
    "OwnValue",
    "Product",
    "Refund",
    "RefusedRow",
    "ReplacedRow",
    "ReportedRange",
    "Sale",
    "SaleLine",
    "Salesperson",
    "SourceSync",
    "StageChange",
    "VisitorDay",
]
