"""Which tables an archive has: none of a client's is forgotten, and each comes after what it names."""

from django.apps import apps

from accounts.services.erasing import client_tables
from kpis.archive.packing import SCHEMA
from kpis.archive.tables import (
    CARRIED,
    KEYED,
    LATER,
    LEFT_OUT,
    OF_THE_AGENCY,
    RESTORED,
    RESTORED_LAST,
    SINCE,
    columns_of,
    files_of,
    model_of,
    references_of,
    usual_of,
)

KEPT = (*RESTORED, *RESTORED_LAST)


def test_every_table_of_a_client_is_in_it_or_left_out_for_a_reason() -> None:
    with_client = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.column == "client_id" for field in model._meta.concrete_fields)
    }
    named = [*KEPT, *CARRIED, *LEFT_OUT]
    assert len(named) == len(set(named))
    missing = (with_client | set(OF_THE_AGENCY)) - set(named)
    assert not missing, f"name them in kpis/archive/tables.py, restored or left out: {missing}"
    assert set(named) == with_client | set(OF_THE_AGENCY)
    assert all(LEFT_OUT.values())
    assert set(client_tables()) <= set(named)


def test_each_table_comes_after_those_that_it_names() -> None:
    for place, table in enumerate(KEPT):
        for column, target in references_of(table, files_of(SCHEMA)).items():
            if target in (None, table) or (table, column) in LATER:
                continue
            assert target in KEPT[:place], f"{table}.{column} names {target}: put it first"


def test_what_is_forgotten_may_be_null() -> None:
    """How a test of landing pages is counted (`counted_by`) was taken for a member: no import then."""
    for table in KEPT:
        fields = {str(each.column): each for each in model_of(table)._meta.concrete_fields}
        for column, target in references_of(table, files_of(SCHEMA)).items():
            assert target is not None or fields[column].null, f"{table}.{column} cannot be null"


def test_only_people_and_what_is_left_out_are_forgotten() -> None:
    """A reference to anything else that is not in the archive would come out as null, in silence."""
    people = {"accounts_membership", "accounts_user"}
    for table in KEPT:
        for field in model_of(table)._meta.concrete_fields:
            if field.is_relation and field.column not in ("agency_id", "client_id"):
                target = field.related_model._meta.db_table  # type: ignore[union-attr]
                assert target in {*KEPT, *people}, f"{table}.{field.column} names {target}"


def test_whatever_names_a_kpi_by_its_key_follows_when_it_is_called_otherwise() -> None:
    found = {
        (table, column)
        for table in KEPT
        for column in columns_of(table)
        if column.endswith("kpi") or column in ("formula", "entries", "given", "lines")
    }
    own = {("campaigns_ownmeasure", "key"), ("kpis_customkpi", "key")}
    assert found | own == set(KEYED)


def test_what_an_older_archive_does_not_say_has_its_usual_value() -> None:
    assert usual_of("kpis_goal")["shape"] == "linear"
    assert usual_of("kpis_goal")["note"] == ""
    assert "target" not in usual_of("kpis_goal"), "null where null may be"
    assert "kpi" not in usual_of("kpis_goal"), "what nobody can guess is missed"
    assert all(1 < schema <= SCHEMA for schema in SINCE.values())
    assert files_of(1) == files_of(SCHEMA) - set(SINCE)
