"""A budget: money planned over a period, for a channel, a campaign or the whole client."""

from typing import Any

from campaigns.forms.costs import CostForm


class BudgetForm(CostForm):
    """As a cost, without a layer: the client sees every budget."""

    layer = None  # type: ignore[assignment]
    description = None  # type: ignore[assignment]
    salesperson = None  # type: ignore[assignment]
    seen_by = None  # type: ignore[assignment]

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
