"""What a file of leads says about wins beyond the leads themselves."""

from typing import Any

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused
from campaigns.imports.writing.images import keep_images
from campaigns.imports.writing.leads import IS_WON
from campaigns.imports.writing.staging import STAGED, execute, rows_of

_OWN_SALES = f"""{STAGED} s ON t.external_id = 'lead:' || s.external_id
    AND t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.source = %(source)s"""
_NOT_WON = f"NOT COALESCE({IS_WON}, false)"


def take_back_sales(about: dict[str, Any]) -> int:
    """Remove the sales of leads that the file no longer says are won; how many. One that has been
    refunded stays as it happened: then the file is refused."""
    if not keep_images("campaigns_sale", about, f"JOIN {_OWN_SALES}", _NOT_WON):
        return 0
    refunded = rows_of(
        f"""SELECT s.line, s.external_id FROM campaigns_sale t JOIN {_OWN_SALES}
             WHERE {_NOT_WON} AND EXISTS (SELECT 1 FROM campaigns_refund r
                   WHERE r.agency_id = t.agency_id AND r.client_id = t.client_id AND r.sale_id = t.id)
             ORDER BY s.line LIMIT 1""",
        about,
    )
    if refunded:
        line, key = refunded[0]
        raise FileRefused(
            "refunded",
            _("Line %(line)s says that lead “%(lead)s” is not won, but its sale has been refunded:"
              " it stays won, as it happened.")
            % {"line": line, "lead": key},
            line=line, value=key,
        )  # fmt: skip
    return execute(
        f"DELETE FROM campaigns_sale t USING {_OWN_SALES.replace(' ON ', ' WHERE ', 1)} AND {_NOT_WON}",
        about,
    )


def won_before_created(about: dict[str, Any]) -> list[dict[str, Any]]:
    """Leads won before their first contact: kept as they are, and named."""
    count, lines = rows_of(
        f"""SELECT count(*), (array_agg(s.line ORDER BY s.line))[1:20] FROM {STAGED} s
              JOIN campaigns_lead l ON l.agency_id = %(agency)s AND l.client_id = %(client)s
                   AND l.source = %(source)s AND l.external_id = s.external_id
             WHERE l.outcome = 'won' AND l.closed_on < l.created_on""",
        about,
    )[0]
    return [{"code": "won_before_created", "count": count, "lines": lines}] if count else []
