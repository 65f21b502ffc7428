"""The half of a year that a manager types: every row by the form of its page, stages on the board too."""

from datetime import UTC, date, datetime

import time_machine

from tests.cast import Cast
from tests.year.pages import PAGES, Desk
from tests.year.rows import CAMPAIGNS, SELLERS, Row, Year

#: What opens a lead's page and its steps: the words of a lead's name are the year's own.
BOARD = "leads/board/"


def parents_by_hand(cast: Cast) -> Desk:
    """A seller and half of the campaigns; the API brings the rest before the forms are opened."""
    desk = Desk(cast.marta)
    desk.entered("leads/salespeople/new/", name=SELLERS[0])
    for name in CAMPAIGNS[:2]:
        desk.entered("campaigns/new/", name=name)
    return desk


def enter_by_hand(desk: Desk, year: Year) -> None:
    for number, row in enumerate(year.by("hand", "leads")):
        _lead(desk, row)
        _steps(desk, row, is_on_board=number % 2 == 0)
    for row in year.by("hand", "costs"):
        seller = row["seller"]
        desk.entered("costs/new/", layer=row["layer"], salesperson=seller, **_period(row))
    for row in year.by("hand", "budgets"):
        desk.entered("costs/budgets/new/", **_period(row))
    for row in year.by("hand", "products"):
        desk.entered(
            "sales/products/new/", name=row["name"], external_id=row["product"],
            unit_cost=row["unit_cost"],
        )  # fmt: skip
    known: set[str] = set()
    for row in year.by("hand", "sales"):
        if row["customer"] not in known:
            known.add(row["customer"])
            desk.entered(
                "sales/customers/new/", name=row["customer"], external_id=row["customer"],
                country=row["country"], salesperson=row["seller"],
            )  # fmt: skip
        _sale(desk, row)
    for row in year.by("hand", "terms"):
        desk.entered(
            "sales/contracts/new/", customer=_customer_of(desk, row["customer"]),
            external_id=row["id"], starts_on=row["starts"], ends_on=row["ends"],
        )  # fmt: skip
    for row in year.by("hand", "refunds"):
        desk.entered(
            "sales/refunds/new/", sale=_sale_of(desk, year, row), amount=row["amount"],
            refunded_date=row["refunded"],
        )  # fmt: skip
    for row in year.by("hand", "contacts"):
        _contact(desk, year, row)


def _lead(desk: Desk, row: Row) -> None:
    desk.entered(
        "leads/new/", name=row["name"], utm_source=row["source"], utm_medium=row["medium"],
        campaign=row["campaign"], salesperson=row["seller"], amount=row["amount"],
        country=row["country"], device=row["device"], **moment_typed("created", row["created"]),
    )  # fmt: skip


def _steps(desk: Desk, row: Row, is_on_board: bool) -> None:
    """On the board a card is dropped on the day itself; on the lead's page the day is written."""
    steps = [(stage, day, "") for stage, day in row["stages"]]
    if row["outcome"]:
        stage = "customer" if row["outcome"] == "won" else "lost"
        steps.append((stage, row["closed"], row["reason"]))
    if not steps:
        return
    lead = _lead_of(desk, row)
    to = f"leads/{lead}/move/"
    for stage, day, reason in steps:
        if is_on_board and not reason:
            with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
                desk.sent(to, {"stage": stage, "next": f"{PAGES}{BOARD}"})
        else:
            form = desk.form(f"leads/{lead}/", to)
            desk.sent(to, form.filled({"stage": stage, "on": day, "reason": reason}))


def _sale(desk: Desk, row: Row) -> None:
    desk.entered(
        "sales/new/", external_id=row["id"], amount=row["amount"], kind=row["kind"],
        customer=_customer_of(desk, row["customer"]), channel=row["channel"],
        campaign=row["campaign"], device=row["device"], country=row["country"],
        salesperson=row["seller"], **moment_typed("sold", row["sold"]),
    )  # fmt: skip


def _contact(desk: Desk, year: Year, row: Row) -> None:
    lead = next((each for each in year.leads if each["id"] == row["lead"]), None)
    ticked = {name: "on" for name in ("is_inbound", "is_held", "is_bulk") if row[name]}
    desk.entered(
        "leads/interactions/new/", kind=row["kind"], salesperson=row["seller"],
        lead=_lead_of(desk, lead) if lead else None,
        customer=_customer_of(desk, row["customer"]) if row["customer"] else None,
        **moment_typed("happened", row["happened"]), **ticked,
    )  # fmt: skip


def _lead_of(desk: Desk, row: Row) -> int:
    return desk.picked("leads/", "lead", row["name"], row["name"])


def _customer_of(desk: Desk, name: str) -> int:
    return desk.picked("sales/customers/", "customer", name, name)


def _sale_of(desk: Desk, year: Year, refund: Row) -> int:
    [sale] = [each for each in year.sales if each["id"] == refund["sale"]]
    return desk.picked("sales/", "sale", sale["id"], sale["customer"])


def _period(row: Row) -> Row:
    return {
        "amount": row["amount"], "starts_on": row["starts"], "ends_on": row["ends"],
        "channel": row["channel"], "campaign": row["campaign"],
    }  # fmt: skip


def moment_typed(name: str, when: date | datetime) -> Row:
    if isinstance(when, datetime):
        return {f"{name}_date": when.date(), f"{name}_time": f"{when:%H:%M}"}
    return {f"{name}_date": when}
