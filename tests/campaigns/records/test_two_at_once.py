"""Two people at the same row at the same time: one after the other, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from accounts.tenancy import tenant_transaction
from campaigns.lead_services import Move
from campaigns.models import Act, Cost, Customer, Lead, Refund, Sale
from campaigns.records import (
    RecordConflict,
    RecordNotFound,
    act_undo,
    leads_move,
    record_create,
    records_change,
    records_remove,
)
from tests.at_once import begun
from tests.cast import Cast

FEE = {"layer": "fee", "amount": 5, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}


def test_of_two_who_undo_the_same_one_is_told(
    committed_cast: Cast, other: ThreadPoolExecutor
) -> None:
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        done = record_create("costs", bodega, FEE, None)
    with tenant_transaction(bodega.agency_id):
        act_undo(bodega, done.act.pk, None)
        second = begun(other, bodega, lambda: act_undo(bodega, done.act.pk, None))
    with pytest.raises(RecordConflict) as refused:
        second.result()
    assert refused.value.code == "undone_already"
    with tenant_transaction(bodega.agency_id):
        assert (Cost.objects.count(), Act.objects.filter(verb="undo").count()) == (0, 1)


def test_an_undo_that_waited_for_an_edit_is_refused(
    committed_cast: Cast, other: ThreadPoolExecutor
) -> None:
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        cost = record_create("costs", bodega, FEE, None).row
        done = records_change("costs", bodega, [cost.pk], {"amount": 6}, None)
    with tenant_transaction(bodega.agency_id):
        records_change("costs", bodega, [cost.pk], {"description": "mine"}, None)
        undo = begun(other, bodega, lambda: act_undo(bodega, done.act.pk, None))
    with pytest.raises(RecordConflict) as refused:
        undo.result()
    assert refused.value.code == "changed_since"
    with tenant_transaction(bodega.agency_id):
        assert Cost.objects.values_list("amount", "description").get() == (6, "mine")


def test_an_edit_that_waited_for_an_undo_is_of_what_stood_again(
    committed_cast: Cast, other: ThreadPoolExecutor
) -> None:
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        cost = record_create("costs", bodega, FEE, None).row
        done = records_change("costs", bodega, [cost.pk], {"amount": 6}, None)
    with tenant_transaction(bodega.agency_id):
        act_undo(bodega, done.act.pk, None)
        edit = begun(
            other, bodega,
            lambda: records_change("costs", bodega, [cost.pk], {"description": "mine"}, None),
        )  # fmt: skip
    assert edit.result().act.count == 1
    with tenant_transaction(bodega.agency_id):
        assert Cost.objects.values_list("amount", "description").get() == (5, "mine")


def test_an_edit_that_waited_for_a_removal_finds_nothing(
    committed_cast: Cast, other: ThreadPoolExecutor
) -> None:
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        cost = record_create("costs", bodega, FEE, None).row
    with tenant_transaction(bodega.agency_id):
        records_remove("costs", bodega, [cost.pk], None)
        edit = begun(
            other, bodega, lambda: records_change("costs", bodega, [cost.pk], {"amount": 1}, None)
        )
    with pytest.raises(RecordNotFound):
        edit.result()


def test_a_campaign_is_not_removed_under_a_fact_that_is_on_its_way(
    committed_cast: Cast, other: ThreadPoolExecutor
) -> None:
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        campaign = record_create("campaigns", bodega, {"name": "Spring"}, None)
    with tenant_transaction(bodega.agency_id):
        record_create("costs", bodega, {**FEE, "campaign": campaign.row}, None)
        removal = begun(
            other, bodega, lambda: records_remove("campaigns", bodega, [campaign.row.pk], None)
        )
    with pytest.raises(RecordConflict) as refused:
        removal.result()
    assert refused.value.data == {"hanging": {"costs": 1}}


@pytest.mark.parametrize("what", ["sale", "lead"])
def test_a_lead_and_its_sale_wait_for_each_other_in_one_order(
    committed_cast: Cast, other: ThreadPoolExecutor, what: str
) -> None:
    """Whoever begins with the sale and whoever begins with the lead: no deadlock, both are done."""
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        said = {"name": "Nora", "created_date": date(2026, 1, 2)}
        lead = record_create("leads", bodega, said, None).row
        leads_move(bodega, [lead.pk], Move("customer", date(2026, 2, 2), amount=90), None)
        sale = Sale.objects.get()

    def of_sale() -> None:
        records_change("sales", bodega, [sale.pk], {"amount": 95}, None)

    def of_lead() -> None:
        records_change("leads", bodega, [lead.pk], {"channel": "email"}, None)

    first, then = (of_sale, of_lead) if what == "sale" else (of_lead, of_sale)
    with tenant_transaction(bodega.agency_id):
        first()
        waiting = begun(other, bodega, then)
    waiting.result()
    with tenant_transaction(bodega.agency_id):
        assert Sale.objects.values_list("amount", "channel", "is_first").get() == (
            95,
            "email",
            True,
        )
        assert Lead.objects.values_list("amount", "channel").get() == (95, "email")


def test_two_sales_of_a_customer_given_back_at_once_leave_one_first(
    committed_cast: Cast, other: ThreadPoolExecutor
) -> None:
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        paula: Customer = record_create("customers", bodega, {"name": "Paula"}, None).row
        one, two, _three = (
            record_create(
                "sales", bodega,
                {"customer": paula, "sold_date": date(2026, month, 1), "amount": 9}, None,
            ).row
            for month in (1, 2, 3)
        )  # fmt: skip

    def give_back(sale: Sale) -> None:
        record_create("refunds", bodega, {"sale": sale, "refunded_date": sale.sold_on}, None)

    with tenant_transaction(bodega.agency_id):
        give_back(one)
        waiting = begun(other, bodega, lambda: give_back(two))
    waiting.result()
    with tenant_transaction(bodega.agency_id):
        assert Refund.objects.count() == 2
        rows = Sale.objects.order_by("sold_on").values_list("is_first", flat=True)
        assert list(rows) == [False, False, True]
