"""Leads by hand, as records: what they mean is in lead_services, what removing takes along is here."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Client, Membership
from accounts.tenancy import writing_because
from campaigns.firsts import firsts_keep
from campaigns.lead_services import lead_create, leads_change
from campaigns.models import Interaction, Lead, Sale, StageChange
from campaigns.records.hanging import hanging_on, refuse_hanging
from campaigns.records.locking import lock_around
from campaigns.records.values import Values
from campaigns.records.writing.selling import sales_gone
from campaigns.records.writing.writer import Removed, Writer


class LeadWriter(Writer):
    def lock(self, client: Client, ids: list[int]) -> None:
        lock_around(client, leads=ids)

    def create(self, client: Client, actor: Membership | None, values: Values) -> Lead:
        return lead_create(client, actor, values)

    def change(
        self, client: Client, actor: Membership | None, rows: list[Any], values: Values
    ) -> int:
        if set(values) == {"status"}:  # set aside or brought back: the numbers say why they moved
            with writing_because("reclassified"):
                return leads_change(client, rows, values)
        return leads_change(client, rows, values)

    def remove(
        self, client: Client, actor: Membership | None, rows: list[Any], with_hanging: bool
    ) -> Removed:
        """A lead's steps go with it; its sales (with their refunds) and contacts only if asked to.

        A contact that is a customer's too stays the customer's.
        """
        ids, mine = [lead.pk for lead in rows], {"agency_id": client.agency_id, "client": client}
        if not with_hanging:
            hanging = hanging_on(client, Lead, ids, without=(StageChange,))
            refuse_hanging(hanging, _("Say that these are to be removed too."))
        sales = list(Sale.objects.filter(**mine, lead__in=ids).order_by("pk"))
        along = {"sales": len(sales), **sales_gone(client, sales)}
        contacts = Interaction.objects.filter(**mine, lead__in=ids)
        contacts.filter(customer__isnull=False).update(lead=None)
        along["interactions"] = contacts.delete()[0]
        StageChange.objects.filter(**mine, lead__in=ids).delete()
        Lead.objects.filter(**mine, pk__in=ids).delete()
        concerned = [one.customer_id for one in (*rows, *sales) if one.customer_id is not None]
        firsts_keep(client, concerned)
        return {name: count for name, count in along.items() if count}
