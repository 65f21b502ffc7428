"""Which model forecasts what: the choices a client has kept, made again by the night on their turns.

Reading the days is `kpis.goal_standing.days`, the models and when a turn is due are `kpis.forecast`. A web process
makes do with what there is, and keeps nothing.
"""

from datetime import date
from hashlib import blake2b
from zlib import crc32

from accounts.models import Client
from kpis.forecast import Days, Track, Workshop, choose, horizon_class
from kpis.forecast.methods import MODELS
from kpis.forecast.turns import CYCLE, turn_of
from kpis.goal_standing.days import Side, scope_text
from kpis.models import ForecastChoice

_LONGEST_SCOPE = 64
#: KPI, part, scope, currency, horizon.
_Key = tuple[str, str, str, str, int]
_SIMPLE = tuple(each for each in MODELS if not each.is_fitted)


class Choices:
    """The client's kept choices, read once; new ones are written together by `keep`.

    Equal series are tried and fitted once, whatever goals and KPIs they stand for.
    """

    def __init__(self, client: Client, today: date, may_choose: bool) -> None:
        self.client, self.today, self.may_choose = client, today, may_choose
        rows = ForecastChoice.objects.filter(agency_id=client.agency_id, client=client)
        self._rows = {_key(row): row for row in rows}
        self._new: dict[_Key, ForecastChoice] = {}
        self._none: set[_Key] = set()
        self._workshops: dict[Days, Workshop] = {}
        self._tracks: dict[tuple[Days, int, bool], Track | None] = {}

    def of(self, side: Side, days: Days, horizon: int) -> Track | None:
        key = (*_series(side), horizon_class(horizon))
        if key in self._new:
            return _track(self._new[key])
        row = self._rows.get(key)
        turn = self._turn(key, row)
        if row is not None and turn is None:
            return _track(row)
        if key in self._none:
            return None
        track = self._chosen(days, key[-1], turn is not None)
        if track is None:
            self._none.add(key)
            return None
        self._new[key] = self._made(key, track, turn or self.today)
        return track

    def _turn(self, key: _Key, row: ForecastChoice | None) -> date | None:
        if not self.may_choose:
            return None
        place = place_of(self.client, key[2])
        return turn_of(place, row.chosen_on if row else None, self.today)

    def _chosen(self, days: Days, horizon: int, is_whole: bool) -> Track | None:
        asked = (days, horizon, is_whole)
        if asked not in self._tracks:
            workshop = self._workshops.setdefault(days, Workshop(days))
            self._tracks[asked] = choose(workshop, horizon, MODELS if is_whole else _SIMPLE)
        return self._tracks[asked]

    def _made(self, key: _Key, track: Track, day: date) -> ForecastChoice:
        kpi, part, scope, currency, horizon = key
        return ForecastChoice(
            agency_id=self.client.agency_id, client=self.client, kpi=kpi, part=part, scope=scope,
            currency=currency, horizon=horizon, model=track.model, error=track.error,
            coverage=track.coverage, cutoffs=track.cutoffs, width=track.width,
            settings=dict(track.settings), chosen_on=day,
        )  # fmt: skip

    def keep(self) -> None:
        """One upsert. What a web process chose without fitting is not kept."""
        if not self.may_choose or not self._new:
            return
        ForecastChoice.objects.bulk_create(
            self._new.values(),
            update_conflicts=True,
            unique_fields=["agency", "client", "kpi", "part", "scope", "currency", "horizon"],
            update_fields=[
                "model", "error", "coverage", "cutoffs", "width", "settings", "chosen_on",
            ],
        )  # fmt: skip


def place_of(client: Client, scope: str) -> int:
    """Spread by chance over the days of a cycle, and the same however often it is asked.

    All of one part of a client on one night, since its KPIs are made of the same series.
    """
    return crc32(repr((client.pk, scope)).encode()) % CYCLE


def _series(side: Side) -> tuple[str, str, str, str]:
    scope = scope_text(side)
    if len(scope) > _LONGEST_SCOPE:
        scope = blake2b(scope.encode(), digest_size=16).hexdigest()
    return side.kpi, side.part, scope, side.currency


def _key(row: ForecastChoice) -> _Key:
    return row.kpi, row.part, row.scope, row.currency, row.horizon


def _track(row: ForecastChoice) -> Track | None:
    track = Track(row.model, row.error, row.coverage, row.cutoffs, row.settings, row.width)
    return track if track.is_known else None
