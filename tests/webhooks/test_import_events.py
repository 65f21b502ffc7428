"""What programs are told of imports: that one is in, and that one was refused."""

from accounts.tenancy import tenant_transaction
from tests.campaigns.imports.sending import send
from tests.cast import Cast
from webhooks.kinds import KINDS
from webhooks.models import Event

LEADS = {"kind": "leads", "preset": "generic_leads", "source": "crm"}
GOOD = "id,created,channel\n1,2026-03-01,email\n2,2026-02-21,email\n"
BAD = "id,created,channel\n1,2026-03-01,email\n2,2026-02-31,email\n"


def test_an_import_is_told_of_when_it_is_in_and_when_it_is_not(committed_cast: Cast) -> None:
    cast = committed_cast
    good, bad = (send(cast.bodega, text, LEADS, "marzo.csv") for text in (GOOD, BAD))
    with tenant_transaction(cast.aurora.pk):
        events = list(Event.objects.order_by("pk"))
    assert [(event.kind, event.client_id) for event in events] == [
        ("import.finished", cast.bodega.pk),
        ("import.failed", cast.bodega.pk),
    ]
    told = [event.payload["data"] for event in events]
    about = {"file": "marzo.csv", "kind": "leads", "source": "crm"}
    assert told[0] == {**about, "import": good.pk, "rows": 2, "refused": 0}
    message = told[1].pop("message")
    assert told[1] == {**about, "import": bad.pk, "code": "rows_refused"} and message
    for event, data in zip(events, (told[0], {**told[1], "message": ""}), strict=True):
        assert data.keys() == KINDS[event.kind].sample.keys()
