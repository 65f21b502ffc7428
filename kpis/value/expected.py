"""The formula: what a customer is expected to leave, and how soon the cost of winning them is back.

KPIS B 60 and 63. Exact: whatever numbers come in, fractions go out; None where there is no value.
"""

from fractions import Fraction

CAPPED_MONTHS = 36


def profit_per_month(
    net_aov: Fraction, orders_per_month: Fraction, margin: Fraction = Fraction(1)
) -> Fraction:
    """What a customer leaves in a month: net value of an order × orders × margin (1: revenue basis)."""
    return net_aov * orders_per_month * margin


def lifetime_value(monthly_profit: Fraction, churn: Fraction) -> Fraction | None:
    """Over the whole relationship; None where nobody leaves: nothing says how long it lasts."""
    return monthly_profit / churn if churn > 0 else None


def capped_value(
    monthly_profit: Fraction, churn: Fraction, months: int = CAPPED_MONTHS
) -> Fraction:
    """Over at most so many months: the sum of profit × (1 − churn)^k, k = 0 … months − 1."""
    if churn == 0:
        return monthly_profit * months
    return monthly_profit * (1 - (1 - churn) ** months) / churn


def payback_months(cac: Fraction, monthly_profit: Fraction) -> Fraction | None:
    """Months until a customer has paid back their cost; None if that is never."""
    return cac / monthly_profit if monthly_profit > 0 else None
