"""Numbers to take away: the CSV of what a page shows."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kpis.book import book_of
from kpis.chosen import keys_unless_named
from kpis.pages.export import csv_of
from kpis.question import QuestionInvalid, question_from_params
from kpis.services import answer, calendar_of, last_complete_of
from kpis.views.entering import private, visit


@require_safe
def numbers_csv(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """`keys` (else those chosen for the client), `by`, `split`, period, comparison and filters as
    everywhere; 400 says what is wrong.
    """
    here = visit(request, client)
    its = here.client
    try:
        book = book_of(its)
        question = question_from_params(
            request.GET,
            book,
            last_complete_of(its),
            calendar_of(its),
            keys_unless_named(request.GET, its, book),
        )
    except QuestionInvalid as invalid:
        return HttpResponse(
            str(invalid.message), status=400, content_type="text/plain; charset=utf-8"
        )
    if "compare" not in request.GET:
        question = replace(question, compare=here.choice.question.compare)
    content = csv_of(answer(its, question, here.sees_costs))
    name = "-".join(
        [
            its.slug,
            *question.keys[:3],
            question.period.first.isoformat(),
            question.period.last.isoformat(),
        ]
    )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return private(response)
