"""What the night looks after besides the numbers themselves: unusual days and expected effects."""

from datetime import date

from accounts.models import Client
from kpis.anomaly_services import anomalies_find
from kpis.calendar import ONE_DAY
from kpis.notes.services import notes_judge


def watch(client: Client, day: date) -> dict[str, int]:
    """After the refresh of a night. `day` is the client's date on which it began. In a scope."""
    return {
        "unusual": anomalies_find(client, day),
        "judged": notes_judge(client, day - ONE_DAY),
    }
