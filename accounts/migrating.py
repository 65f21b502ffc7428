"""Migrations in a tenth of Django's time, with the same SQL: what `manage.py migrate` runs them with.

Nearly all of Django's time goes into drawing models anew. Each added column, index or constraint redraws the
model it is about and every model that is related to a relative of it, and here everybody is related by
Agency and Client. This draws the one model anew and points its neighbours at it.
"""

from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

#: What a field remembers of the model it points at.
_REMEMBERED = (
    "related_model",
    "related_fields",
    "foreign_related_fields",
    "local_related_fields",
    "path_infos",
    "reverse_path_infos",
)


class QuickState(ProjectState):
    """A state in which adding to a model redraws that model only; all else is done as Django does it.

    It counts as delayed, so that an operation which runs Python gets models that are drawn afresh. A clone
    is a plain state: going back keeps many states at once, whose models must not be pointed elsewhere.
    """

    _is_adding = False

    def add_model(self, *arguments: Any) -> None:
        self._adding(super().add_model, *arguments)

    def add_field(self, *arguments: Any) -> None:
        self._adding(super().add_field, *arguments)

    def add_index(self, *arguments: Any) -> None:
        self._adding(super().add_index, *arguments)

    def add_constraint(self, *arguments: Any) -> None:
        self._adding(super().add_constraint, *arguments)

    def _adding(self, add: Any, *arguments: Any) -> None:
        self._is_adding = True
        try:
            add(*arguments)
        finally:
            self._is_adding = False

    def _find_reload_model(
        self, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        if not self._is_adding:
            return super()._find_reload_model(app_label, model_name, delay)  # type: ignore[misc]
        self.is_delayed = True
        return {(app_label, model_name)}

    def _reload(self, related_models: set[tuple[str, str]]) -> None:
        before = [self.apps.all_models[app].get(name) for app, name in related_models]
        super()._reload(related_models)  # type: ignore[misc]
        if self._is_adding:
            for old in before:
                if old is not None:
                    self._point_neighbours_from(old)

    def _point_neighbours_from(self, old: Any) -> None:
        """Relations of other models to `old` become relations to the model that took its place."""
        new = self.apps.get_model(old._meta.app_label, old._meta.model_name)
        for model in self.apps.get_models(include_auto_created=True):
            for field in model._meta.local_fields + model._meta.local_many_to_many:
                if field.remote_field is not None and field.remote_field.model is old:
                    field.remote_field.model = new
                    for name in _REMEMBERED:
                        field.__dict__.pop(name, None)
        self.apps.clear_cache()


class QuickExecutor(MigrationExecutor):
    """Django's executor, going forwards with a quick state."""

    def _migrate_all_forwards(
        self, state: ProjectState, *arguments: Any, **options: Any
    ) -> ProjectState:
        state.__class__ = QuickState  # the command hands a clone of its state on, which is plain
        return super()._migrate_all_forwards(state, *arguments, **options)  # type: ignore[misc]
