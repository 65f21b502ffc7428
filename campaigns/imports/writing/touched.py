"""The customers whose first sale a batch may have moved: those of its sales and leads, now and before."""

from typing import Any

from campaigns.imports.writing.staging import rows_of


def customers_touched(about: dict[str, Any]) -> list[int]:
    """about: agency, client, batch. In the batch's transaction, or before it is taken back."""
    mine = "t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.batch_id = %(batch)s"
    found = rows_of(
        f"""SELECT t.customer_id FROM campaigns_sale t WHERE {mine} AND t.customer_id IS NOT NULL
             UNION SELECT t.customer_id FROM campaigns_lead t WHERE {mine} AND t.customer_id IS NOT NULL
             UNION SELECT x.customer_id FROM campaigns_refund t
                     JOIN campaigns_sale x ON x.agency_id = t.agency_id AND x.client_id = t.client_id
                          AND x.id = t.sale_id WHERE {mine} AND x.customer_id IS NOT NULL
             UNION SELECT (t.before ->> 'customer_id')::bigint FROM campaigns_replacedrow t
                    WHERE {mine} AND t.table_name IN ('campaigns_sale', 'campaigns_lead')
                      AND t.before ->> 'customer_id' IS NOT NULL
             UNION SELECT x.customer_id FROM campaigns_replacedrow t
                     JOIN campaigns_refund r ON r.agency_id = t.agency_id AND r.client_id = t.client_id
                          AND r.id = t.row_id
                     JOIN campaigns_sale x ON x.agency_id = t.agency_id AND x.client_id = t.client_id
                          AND x.id = r.sale_id
                    WHERE {mine} AND t.table_name = 'campaigns_refund' AND x.customer_id IS NOT NULL""",
        about,
    )
    return sorted(row[0] for row in found)
