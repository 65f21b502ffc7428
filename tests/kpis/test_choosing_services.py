"""Templates given to clients: what is written, what is kept, what is undone, and the wall."""

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import DomainError
from accounts.models import AuditEntry, Client
from accounts.tenancy import tenant_scope
from kpis.catalogue import KPIS
from kpis.choices.queries import set_of, templates_of
from kpis.choices.services import (
    application_undo,
    changes_of,
    choice_change,
    choice_forget,
    choice_undo,
    previews,
    template_apply,
    template_archive,
    template_change,
    template_create,
    template_restore,
)
from kpis.choosing import Entries, Entry, OwnChanges, from_json, keys_of
from kpis.chosen import chosen_of
from kpis.models import KpiSet, KpiTemplate
from tests.cast import Cast


def entries(text: str) -> Entries:
    return tuple(Entry(key) for key in text.split())


def shown(client: Client) -> tuple[str, ...]:
    row = set_of(client)
    return keys_of(from_json(row.entries)) if row else ()


def wine(cast: Cast) -> KpiTemplate:
    return template_create(cast.aurora, " Wine  shops ", entries("leads cpl roas"), KPIS, "own")


def test_a_changed_template_keeps_the_clients_own_changes(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        template = wine(cast)
        assert (template.name, template.version) == ("Wine shops", 1)
        template_apply(template, [cast.bodega, cast.cafe])
        assert shown(cast.bodega) == shown(cast.cafe) == ("leads", "cpl", "roas")
        choice_change(cast.bodega, entries("leads aov roas"), KPIS)
        assert changes_of(set_of(cast.bodega)) == OwnChanges(("aov",), ("cpl",))

        template_change(template, "Wine shops", entries("cac leads cpl roas"), KPIS)
        assert template.version == 2
        first, second = previews(template, [cast.bodega, cast.cafe])
        assert (first.added, first.removed) == (("cac",), ())
        assert first.kept == OwnChanges(("aov",), ("cpl",)) and not first.is_same
        assert (second.added, second.kept) == (("cac",), OwnChanges())
        # a preview writes nothing
        assert shown(cast.bodega) == ("leads", "aov", "roas")

        template_apply(template, [cast.bodega, cast.cafe])
        assert shown(cast.bodega) == ("cac", "leads", "aov", "roas")
        assert shown(cast.cafe) == ("cac", "leads", "cpl", "roas")
        assert set_of(cast.bodega).template_version == 2
        assert changes_of(set_of(cast.bodega)) == OwnChanges(("aov",), ("cpl",))


def test_twice_is_once(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        template = wine(cast)
        first = template_apply(template, [cast.bodega])
        row = set_of(cast.bodega)
        second = template_apply(template, [cast.bodega])
        assert set_of(cast.bodega).changed_at == row.changed_at
        assert previews(template, [cast.bodega])[0].is_same
        assert application_undo(cast.aurora, second) == []
        assert application_undo(cast.aurora, first) == [cast.bodega]
        assert set_of(cast.bodega) is None
        template_change(template, "Wine shops", entries("leads cpl roas"), KPIS)
        assert template.version == 1


def test_undo_brings_back_what_stood_there(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        choice_change(cast.bodega, entries("aov"), KPIS)
        template = wine(cast)
        application = template_apply(template, [cast.bodega, cast.cafe])
        # without a template before, its list is its own from end to end
        assert shown(cast.bodega) == ("aov", "leads", "cpl", "roas")
        choice_change(cast.cafe, entries("roas"), KPIS)  # changed since: stays
        assert application_undo(cast.aurora, application) == [cast.bodega]
        assert shown(cast.bodega) == ("aov",) and shown(cast.cafe) == ("roas",)
        assert set_of(cast.bodega).template_id is None
        assert application_undo(cast.aurora, application) == []
        assert not choice_undo(cast.cafe)
        template_apply(template, [cast.bodega])
        assert choice_undo(cast.bodega) and shown(cast.bodega) == ("aov",)


def test_what_cannot_be_shown_is_refused(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for name, held, code in (
            ("", entries("leads"), "bad_name"),
            ("x" * 81, entries("leads"), "bad_name"),
            ("Wine", (), "no_kpis"),
            ("Wine", entries("happiness"), "unknown_kpi"),
            ("Wine", (Entry("leads", "x" * 61),), "bad_heading"),
        ):
            with pytest.raises(DomainError) as refused:
                template_create(cast.aurora, name, held, KPIS)
            assert refused.value.code == code
        many = tuple(Entry(f"k{number}") for number in range(121))
        with pytest.raises(DomainError) as refused:
            template_create(cast.aurora, "Wine", many, {entry.key for entry in many})
        assert refused.value.code == "too_many_kpis"
        wine(cast)
        with pytest.raises(DomainError) as refused:
            wine(cast)
        assert refused.value.code == "name_taken"
        assert [each.name for each in templates_of(cast.aurora)] == ["Wine shops"]


def test_archive_and_restore(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        template = template_archive(wine(cast))
        assert not templates_of(cast.aurora).exists()
        other = wine(cast)  # the name is free again
        with pytest.raises(DomainError):
            template_restore(template)
        template_archive(other)
        template_restore(template)
        assert templates_of(cast.aurora).get() == template


def test_a_kpi_that_went_stays_in_the_list_and_is_not_shown(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        choice_change(cast.bodega, entries("leads cpl"), KPIS)
        KpiSet.objects.filter(client=cast.bodega).update(entries=[["gone", ""], ["cpl", ""]])
        assert chosen_of(cast.bodega, KPIS).keys == ("cpl",)
        # saving the list again does not fail for what was there before
        assert choice_change(cast.bodega, entries("gone cpl leads"), KPIS).entries[0] == [
            "gone",
            "",
        ]
        KpiSet.objects.filter(client=cast.bodega).update(entries=[["gone", ""]])
        assert chosen_of(cast.bodega, KPIS).is_default
        choice_forget(cast.bodega)
        assert set_of(cast.bodega) is None


def test_the_wall(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        template = wine(cast)
        template_apply(template, [cast.bodega, cast.cafe])
        assert AuditEntry.objects.filter(table_name="kpis_kpiset").count() == 4  # made, then given
    with tenant_scope(cast.boreal.pk):
        assert not KpiTemplate.objects.exists() and not KpiSet.objects.exists()
        # another agency's template cannot be named
        with pytest.raises(DatabaseError), transaction.atomic():
            KpiSet.objects.create(agency=cast.boreal, client=cast.dulce, template=template)
    with tenant_scope(cast.aurora.pk, clients=[cast.bodega.pk]):
        assert [row.client_id for row in KpiSet.objects.all()] == [cast.bodega.pk]
        assert not KpiTemplate.objects.exists()
