"""Models of a quick state are those that Django draws from the same operations."""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState

from accounts.migrating import QuickState


def to(name: str) -> Any:
    return models.ForeignKey(name, models.CASCADE)


OPERATIONS = [
    migrations.CreateModel("Agency", [("id", models.BigAutoField(primary_key=True))]),
    migrations.CreateModel(
        "Client", [("id", models.BigAutoField(primary_key=True)), ("agency", to("house.Agency"))]
    ),
    migrations.CreateModel(
        "Lead",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("client", to("house.Client")),
            ("same_as", models.ForeignKey("house.Lead", models.CASCADE, null=True)),
        ],
    ),
    migrations.AddField("Agency", "slug", models.SlugField(default="")),
    migrations.AddField("Client", "first_lead", to("house.Lead")),
    migrations.AddIndex("Client", models.Index(fields=["agency"], name="by_agency")),
    migrations.AddField("Lead", "agency", to("house.Agency")),
    migrations.AddConstraint(
        "Lead", models.UniqueConstraint(fields=["agency", "client"], name="one")
    ),
    migrations.AlterField("Agency", "slug", models.SlugField(max_length=9, unique=True)),
    migrations.RemoveField("Client", "first_lead"),
    migrations.AddField("Client", "name", models.TextField()),
    migrations.RenameField("Client", "name", "title"),
]


def drawn(state: ProjectState) -> dict[str, Any]:
    """Each model's fields, indexes and constraints, what points at it, and at which models it points."""
    found: dict[str, Any] = {}
    for model in state.apps.get_models():
        its = model._meta
        for field in its.local_fields:
            if field.remote_field is not None:
                target = field.related_model
                # The very model that is registered, or rows of it would not be taken for its rows.
                assert target is state.apps.get_model(target._meta.label)
                assert field.target_field is target._meta.pk
        found[its.label] = (
            [(field.name, field.deconstruct()[1:]) for field in its.local_fields],
            its.indexes,
            its.constraints,
            sorted(
                (each.related_model._meta.label, each.field.name) for each in its.related_objects
            ),
        )
    return found


@pytest.mark.parametrize("steps", range(1, len(OPERATIONS) + 1))
def test_after_each_operation_its_models_are_djangos(steps: int) -> None:
    quick, plain = QuickState(), ProjectState()
    assert len(quick.apps.get_models()) == 0  # drawn from the beginning, hence drawn anew each time
    for operation in OPERATIONS[:steps]:
        operation.state_forwards("house", quick)
        operation.state_forwards("house", plain)
    assert drawn(quick) == drawn(plain)
    assert quick.clone().apps.get_models() == quick.apps.get_models()


def test_only_the_model_that_is_added_to_is_drawn_anew() -> None:
    state = QuickState()
    assert len(state.apps.get_models()) == 0
    for operation in OPERATIONS[:3]:
        operation.state_forwards("house", state)
    before = {model._meta.label: model for model in state.apps.get_models()}
    OPERATIONS[3].state_forwards("house", state)
    after = {model._meta.label: model for model in state.apps.get_models()}
    assert {label for label in after if after[label] is not before[label]} == {"house.Agency"}
    assert state.is_delayed  # so that an operation that runs Python has all of them drawn anew
