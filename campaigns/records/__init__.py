"""Everything that people enter by hand: added, changed, removed, undone; and its history."""

from campaigns.records.acts import act
from campaigns.records.errors import RecordConflict, RecordNotFound
from campaigns.records.history import Change, history_of
from campaigns.records.kinds import KINDS, RecordKind
from campaigns.records.lead_acts import lead_note, leads_move, leads_reopen
from campaigns.records.services import (
    MOST_ROWS,
    Done,
    record_create,
    records_change,
    records_remove,
)
from campaigns.records.undoing import act_undo

__all__ = [
    "KINDS",
    "MOST_ROWS",
    "Change",
    "Done",
    "RecordConflict",
    "RecordKind",
    "RecordNotFound",
    "act",
    "act_undo",
    "history_of",
    "lead_note",
    "leads_move",
    "leads_reopen",
    "record_create",
    "records_change",
    "records_remove",
]
