"""Whoever sent an archive hears how its check ended, and whoever started it how bringing it in did."""

from inbox.services import notice_send, notices_lead_nowhere
from kpis.models import Arrival, ArrivalState


def arrival_tell(row: Arrival) -> None:
    """In the transaction that ended it. Each end is told once; a refusal in its own words."""
    if row.requested_by is None or row.finished_at is None or row.expires_at is None:
        return
    is_well = row.state == ArrivalState.CHECKED and not row.refusal
    kind = "archive_checked" if is_well else "archive_not_in"
    data = {
        "arrival": row.pk,
        "file": row.file_name,
        "state": row.state,
        "message": row.refusal,
        "until": row.expires_at.date().isoformat(),
    }
    key = f"{_keys(row)}{kind}:{row.finished_at.isoformat()}"
    notice_send(row.agency_id, None, kind, key, data, member_id=row.requested_by)


def arrival_tell_client(row: Arrival) -> None:
    """It has become a client, in the same transaction."""
    if row.requested_by is not None:
        kind, data = "archive_in", {"file": row.file_name}
        key = f"{_keys(row)}{kind}"
        notice_send(row.agency_id, row.client, kind, key, data, member_id=row.requested_by)


def arrival_untell(row: Arrival) -> None:
    """Its page goes: what was told stays, and leads nowhere."""
    notices_lead_nowhere(row.agency_id, _keys(row), "arrival")


def _keys(row: Arrival) -> str:
    return f"arrival:{row.pk}:"
