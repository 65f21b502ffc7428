"""One KPI over several clients: the formula on the sums of their inputs, never across currencies.

Pure.
"""

from collections.abc import Sequence
from decimal import Decimal

from kpis.calculate import Value
from kpis.catalogue import Kpi, Parameters
from kpis.formula import Undefined, evaluate


def subtotal(kpi: Kpi, parts: Sequence[tuple[Parameters, Value]]) -> Decimal | None:
    """The KPI of clients of one currency together; a ratio is a ratio of sums.

    None where it would mislead: an input of some client is unknown, or the clients compute the
    KPI differently. A client that has no source for it is left out. The values must carry all
    their inputs.
    """
    counted = [(its, value) for its, value in parts if value.reason != "no_source"]
    if not counted:
        return None
    expressions = {str(kpi.expression(its)) for its in {its for its, _value in counted}}
    if len(expressions) > 1 or any(value.state == "partial" for _its, value in counted):
        return None
    parameters = counted[0][0]
    totals: dict[object, Decimal] = {}
    for atom in kpi.atoms(parameters):
        inputs = [value.inputs.get(atom.text) for _its, value in counted]
        known = [each for each in inputs if each is not None]
        if len(known) < len(inputs):
            return None
        totals[atom] = sum(known, Decimal(0))
    result = evaluate(kpi.expression(parameters), totals, Decimal)  # type: ignore[arg-type]
    return None if isinstance(result, Undefined) else result
