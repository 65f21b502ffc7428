"""Every night keeps whose time zone rules it went by."""

import re
from datetime import date

from accounts.tenancy import tenant_transaction
from kpis.models import NightRun
from kpis.night import night_run
from kpis.zone_rules import zone_rules
from tests.cast import Cast


def test_a_night_keeps_them(committed_cast: Cast) -> None:
    cast = committed_cast
    night_run(cast.aurora.pk, cast.bodega.pk, date(2026, 3, 10))
    with tenant_transaction(cast.aurora.pk):
        found = NightRun.objects.get(client=cast.bodega).found
        assert found["zone_rules"] == zone_rules()
        assert re.fullmatch(r"20\d\d[a-z0-9.]*", found["zone_rules"]["python"])
        assert re.fullmatch(r"1[5-9]\.\d+", found["zone_rules"]["postgresql"])
