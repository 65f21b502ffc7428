"""50 people at once for two minutes: real server, worker and scheduler, real sessions, reads and writes.

Each is a member with a session of their own who looks, waits about a second, and looks at the next
thing. Counted is every answer that is not the expected one; and at the end whether every lead that
was answered 201 is there, and in the snapshot.
"""

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db.models import Sum
from django.test import Client as Browser

from accounts.models import Agency, Role, User
from accounts.tenancy import tenant_transaction
from campaigns.models import Lead
from kpis.models import DailyTotal, DirtyDay
from tests.bench.crowd import fill_up, make_first
from tests.bench.million import Million
from tests.bench.night import own_broker
from tests.bench.timing import heading, say, step
from tests.cast import member
from tests.processes import processes, wait_until
from tests.serving import serving

WEB_PROCESSES, PAUSE_SECONDS = 2, (0.5, 1.5)
CSRF = "c" * 32
#: What is asked, how often among a hundred, and the status of a good answer.
MIX: Mapping[str, tuple[int, int]] = {
    "dashboard": (25, 200), "portfolio": (10, 200), "KPI page": (15, 200), "leads list": (15, 200),
    "values API": (20, 200), "lead by API": (10, 201), "lead changed by API": (5, 200),
}  # fmt: skip


@dataclass
class Person:
    """One member's browser, and the ids of the leads that they have made."""

    number: int
    session: str
    made: list[int] = field(default_factory=list)


@dataclass
class Tally:
    """What came back, from all people together: seconds by kind, and what was not expected."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, error: str = "") -> None:
        with self.lock:
            self.seconds[kind].append(seconds)
            if error:
                self.errors.append(f"{kind}: {error}")


def measure(database: str, agency: Agency, clients: int, people: int, seconds: int) -> None:
    first = make_first(agency)
    fill_up(first, clients)
    crowd = _people(agency, people)
    heading(
        f"{people} people for {seconds} s in a house of {clients} clients; {WEB_PROCESSES} web"
        " processes of 4 threads, 1 worker, 1 scheduler"
    )
    with TemporaryDirectory() as folder, own_broker(), ExitStack() as stack:
        directory = Path(folder)
        machinery = stack.enter_context(processes(database, directory))
        machinery.start_worker()
        machinery.start_scheduler()
        server = stack.enter_context(serving(database, directory, workers=WEB_PROCESSES))
        tally = Tally()
        with step("they look and write"):
            _let_go(server.port, first, crowd, seconds, tally)
        _say(tally, seconds)
        _say_leads(first, crowd)
        said = [line for line in (directory / f"web-{server.port}.log").read_text().splitlines()
                if "Traceback" in line]  # fmt: skip
        say("tracebacks in the server's log", str(len(said)), "aim 0")


def _people(agency: Agency, people: int) -> list[Person]:
    with step(f"{people} members with their sessions"):
        with tenant_transaction(agency.pk):
            users = User.objects.bulk_create(
                User(email=f"person{number}@example.com", name=f"Person {number}", password="!")
                for number in range(people)
            )
            for user in users:
                member(agency, user, Role.MANAGER)
        found = []
        for number, user in enumerate(users):
            browser = Browser(SERVER_NAME="127.0.0.1")
            browser.force_login(user)
            found.append(Person(number, browser.cookies[settings.SESSION_COOKIE_NAME].value))
    return found


def _let_go(port: int, first: Million, crowd: list[Person], seconds: int, tally: Tally) -> None:
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_live, args=(port, first, person, until, tally)) for person in crowd
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _live(port: int, first: Million, person: Person, until: float, tally: Tally) -> None:
    """Look, think, look again; the same for every run: drawn by the person's number."""
    draw = random.Random(person.number)
    kinds, shares = list(MIX), [share for share, _status in MIX.values()]
    link = HTTPConnection("127.0.0.1", port, timeout=60)
    time.sleep(draw.uniform(0, PAUSE_SECONDS[1]))
    asked = 0
    while time.monotonic() < until:
        asked += 1
        (kind,) = draw.choices(kinds, shares)
        if kind == "lead changed by API" and not person.made:
            kind = "lead by API"
        _ask(link, kind, first, person, asked, tally)
        time.sleep(draw.uniform(*PAUSE_SECONDS))
    link.close()


def _ask(
    link: HTTPConnection, kind: str, first: Million, person: Person, asked: int, tally: Tally
) -> None:
    method, path, body = _request(kind, first, person, asked)
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={person.session};"
        f" {settings.CSRF_COOKIE_NAME}={CSRF}",
        "Rumbo-Agency": "aurora", "X-CSRFToken": CSRF, "Content-Type": "application/json",
        "Idempotency-Key": f"{person.number}-{asked}",
    }  # fmt: skip
    began = time.perf_counter()
    try:
        link.request(method, path, body, headers)
        answer = link.getresponse()
        text = answer.read()
    except (OSError, HTTPException) as error:
        link.close()
        tally.add(kind, time.perf_counter() - began, repr(error))
        return
    wanted = MIX[kind][1]
    error = "" if answer.status == wanted else f"{answer.status} {text[:200]!r}"
    tally.add(kind, time.perf_counter() - began, error)
    if answer.status == 201:
        person.made.append(json.loads(text)["id"])


def _request(kind: str, first: Million, person: Person, asked: int) -> tuple[str, str, str | None]:
    slug = first.client.slug
    page, api = f"/a/aurora/c/{slug}/", f"/api/v1/clients/{slug}/"
    lead = {"external_id": f"p{person.number}-{asked}", "created_on": str(first.last)}
    changed = f"{api}leads/{person.made[-1] if person.made else 0}/"
    return {
        "dashboard": ("GET", page, None),
        "portfolio": ("GET", "/a/aurora/", None),
        "KPI page": ("GET", f"{page}kpi/leads/", None),
        "leads list": ("GET", f"{page}leads/", None),
        "values API": ("GET", f"{api}kpis/values/?keys=leads,cpl,revenue,roas&by=month", None),
        "lead by API": ("POST", f"{api}leads/", json.dumps(lead)),
        "lead changed by API": ("PATCH", changed, json.dumps({"name": f"Name {asked}"})),
    }[kind]


def _say(tally: Tally, seconds: int) -> None:
    count = sum(map(len, tally.seconds.values()))
    say("answers that were not the expected ones", str(len(tally.errors)), "aim 0")
    for error in tally.errors[:5]:
        say(f"  {error[:100]}", "")
    say("requests", str(count), "", f"{count / seconds:.1f} a second")
    for kind in MIX:
        found = tally.seconds[kind]
        if len(found) > 1:
            p50, p95 = (1000 * quantiles(found, n=100)[percent - 1] for percent in (50, 95))
            say(f"{kind}", f"{p50:.0f} ms", "", f"p50 of {len(found)}; p95 {p95:.0f} ms")


def _say_leads(first: Million, crowd: list[Person]) -> None:
    """Nothing that was answered 201 is missing, neither as a row nor in the figures."""
    began = time.monotonic()
    wait_until(lambda: not _marks(first))
    waited = time.monotonic() - began
    made = {each for person in crowd for each in person.made}
    with tenant_transaction(first.agency_id):
        rows = Lead.objects.filter(client=first.client)
        missing = len(made) - rows.filter(pk__in=made).count()
        counted = DailyTotal.objects.filter(client=first.client).aggregate(all=Sum("leads"))["all"]
        unlike = rows.count() - counted
    say("leads answered 201 and not there", str(missing), "aim 0", f"{len(made)} made")
    say("leads in the rows, but not in the snapshot", str(unlike), "aim 0",
        f"{waited:.1f} s after the last request")  # fmt: skip


def _marks(first: Million) -> bool:
    with tenant_transaction(first.agency_id):
        return DirtyDay.objects.filter(client=first.client).exists()
