"""Reviews of a goal, deciding it again, and comments on KPIs and goals."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.going_on import next_page
from accounts.models import Client
from accounts.requests import AgencyRequest
from kpis.book import book_of
from kpis.goal_setting.queries import goal_in
from kpis.goal_setting.reopening import goal_decide_again
from kpis.models import Goal
from kpis.pages.goals import goal_rows, title_of
from kpis.services import calendar_of
from kpis.views.entering import private, reader_for
from steering.alerts.acting import today_of
from steering.pages.reviews import reviews_page, since_last
from steering.review_days import next_after
from steering.review_forms import ReviewForm
from steering.review_queries import comment_in, volume_of
from steering.reviews.acting import Writer, comment_withdraw, comment_write, review_keep


@require_http_methods(["GET", "HEAD", "POST"])
def goal_review(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """The numbers since the last review beside the form."""
    brand = access_client(request.access, client, "edit_goals")
    goal = _goal_or_404(brand, number)
    reader, today = reader_for(request, brand), today_of(brand, timezone.now())
    unit = book_of(brand)[goal.kpi].unit
    form = ReviewForm(
        request.POST or None,
        initial={
            "reviewed_on": today,
            "next_on": next_after(goal, unit, volume_of(goal), calendar_of(brand), today),
            "people": str(request.user),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            review_keep(brand, goal, form.wish, request.access.actor_id)
            messages.success(request, _("The review is kept."))
            return redirect("goal_detail", agency, client, number)
        except DomainError as error:
            form.add_error(error.data.get("field"), str(error))
    page = reviews_page(request.access.agency, brand, goal, reader, timezone.now())
    context = {
        "client": brand,
        "goal": goal,
        "title": title_of(goal, brand),
        "row": next(iter(goal_rows(brand, [goal], reader)), None),
        "page": page,
        "since": since_last(brand, goal, page.rows[0].review, reader) if page.rows else None,
        "form": form,
    }
    return private(render(request, "steering/review.html", context))


@require_POST
def goal_again(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """A goal that was decided is decided again, on the numbers as they are now."""
    brand = access_client(request.access, client, "edit_goals")
    goal = _goal_or_404(brand, number)
    try:
        goal_decide_again(brand, goal, request.POST.get("reason", ""))
        messages.success(request, _("It was decided again on the numbers as they are now."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("goal_detail", agency, client, number)


@require_POST
def comment_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """Whoever reads a number may say something about it: the agency's people and the client's."""
    brand = access_client(request.access, client, "comment")
    kpi, written_goal = request.POST.get("kpi", ""), request.POST.get("goal", "")
    goal = _goal_or_404(brand, int(written_goal)) if written_goal.isdecimal() else None
    kpi = goal.kpi if goal else kpi
    author = request.access.membership
    if kpi not in book_of(brand) or author is None:
        raise Http404
    writer, text = Writer(author.pk, str(author.user)), request.POST.get("text", "")
    try:
        comment_write(brand, kpi, goal, text, writer, timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(next_page(request, reverse("kpi", args=[agency, client, kpi])))


@require_POST
def comment_remove(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """One's own."""
    brand = access_client(request.access, client, "comment")
    comment = comment_in(brand, number)
    if comment is None or comment.author_id != request.access.actor_id:
        raise Http404
    comment_withdraw(comment, timezone.now())
    messages.success(request, _("The comment is gone."))
    return redirect(next_page(request, reverse("kpi", args=[agency, client, comment.kpi])))


def _goal_or_404(client: Client, number: int) -> Goal:
    goal = goal_in(client, number)
    if goal is None or goal.kpi not in book_of(client):
        raise Http404
    return goal
