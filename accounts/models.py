"""Who may act, for which agency and client. Facts and numbers live elsewhere."""

from datetime import time
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.horizon import written_in
from accounts.tenancy import TenantManager
from accounts.touching import touched_at

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as #RRGGBB."))
CURRENCY = RegexValidator(
    r"^[A-Z]{3}$", _("Write the currency as three capital letters, like EUR.")
)


class Language(models.TextChoices):
    SPANISH = "es", "Español"
    ENGLISH = "en", "English"
    PORTUGUESE = "pt", "Português"


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    ANALYST = "analyst", _("Analyst")
    SELLER = "seller", _("Seller")
    VIEWER = "viewer", _("Viewer")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone of the tz database."), params={"name": name}
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in. What they may do is a Membership, one per agency."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.SPANISH
    )
    guide_closed_at = models.DateTimeField(null=True, blank=True)  # "how to read this page"
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email


class IdentityEvent(models.Model):
    """A login, a wrong password, a changed password: before any agency is known, hence no tenant."""

    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "at"])]


class Device(models.Model):
    """A browser in which a person has logged in: known by a cookie, of which only the hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64)
    agent = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "secret_hash"], name="device_once")
        ]


class Agency(models.Model):
    """The tenant: a marketing agency with its brand."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.SPANISH
    )
    accent = models.CharField(_("colour"), max_length=7, default="#0f766e", validators=[HEX_COLOUR])
    currency = models.CharField(
        _("report currency"),
        max_length=3,
        default="EUR",
        validators=[CURRENCY],
        help_text=_("Totals over clients are in it where a rate exists for all of them."),
    )
    logo = models.BinaryField(null=True, blank=True)
    logo_type = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    checklist_closed_at = models.DateTimeField(null=True, blank=True)
    erase_on = models.DateField(null=True, blank=True)  # to be deleted on this day, in UTC

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """A row of one agency. Its keys are composite: see accounts.rls."""

    agency = models.ForeignKey(
        Agency, on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )

    objects: ClassVar[models.Manager[Any]] = TenantManager()

    class Meta:
        abstract = True


class Client(TenantModel):
    """A customer of the agency. One currency; days are those of its time zone."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[CURRENCY])
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Madrid", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.SPANISH
    )
    week_start = models.PositiveSmallIntegerField(
        _("week starts on"), choices=[(1, _("Monday")), (7, _("Sunday"))], default=1
    )
    fiscal_month = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    cost_basis = models.CharField(
        _("cost basis of cost per lead"),
        max_length=12,
        choices=[
            ("media", _("Media")),
            ("media_fees", _("Media and fees")),
            ("full", _("All marketing cost")),
        ],
        default="media",
    )
    margin = models.DecimalField(
        _("gross margin"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("As a fraction: 0.4 is 40 %. Without it, ROI is on revenue and says so."),
    )
    cohort_days = models.PositiveSmallIntegerField(
        _("days in which a lead may become a customer"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )
    profit_basis = models.CharField(
        _("gross profit from"),
        max_length=13,
        choices=[
            ("margin", _("Sales times the gross margin")),
            ("cost_of_goods", _("Sales less the cost of what was sold")),
        ],
        default="margin",
    )
    repeat_days = models.PositiveSmallIntegerField(
        _("days in which a second purchase counts as a repeat"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )
    active_days = models.PositiveSmallIntegerField(
        _("days for which a buyer stays an active customer"),
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(1095)],
    )
    sla_minutes = models.PositiveSmallIntegerField(
        _("minutes in which a lead is to be answered"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
    )
    clock = models.CharField(
        _("clock of the first answer"),
        max_length=8,
        choices=[("calendar", _("All hours")), ("office", _("Office hours"))],
        default="calendar",
    )
    opens_at = models.TimeField(_("office opens at"), default=time(9))
    closes_at = models.TimeField(_("office closes at"), default=time(18))
    open_days = models.CharField(
        _("office days"),
        max_length=7,
        default="12345",
        validators=[
            RegexValidator(r"^(?!$)1?2?3?4?5?6?7?$", _("Days in order, 1 is Monday: 12345."))
        ],
        help_text=_("1 is Monday, 7 is Sunday."),
    )
    contact = models.CharField(
        _("whom its people ask"),
        max_length=200,
        blank=True,
        help_text=_("A name with an e-mail or a telephone. The client's own users read it."),
    )
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = touched_at()
    checklist_closed_at = models.DateTimeField(null=True, blank=True)
    # To be deleted on a day of its own time zone, as a member (their Membership's id) asked.
    erase_on = models.DateField(null=True, blank=True)
    erase_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "slug"], name="client_slug_once"),
            models.CheckConstraint(
                condition=models.Q(margin__isnull=True) | models.Q(margin__gte=0, margin__lte=1),
                name="client_margin_is_fraction",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClientModel(TenantModel):
    """A row of one client of one agency: the composite key to the client vouches for the agency."""

    agency = models.ForeignKey(
        Agency, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        abstract = True


class Membership(TenantModel):
    """A user in an agency, with a role. A door: a person reads their own before there is a scope."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    sees_all_clients = models.BooleanField(_("sees all clients"), default=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    updated_at = touched_at()

    objects: ClassVar[models.Manager[Any]] = (
        models.Manager()
    )  # a door has to open before the scope does

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=~models.Q(role=Role.VIEWER) | models.Q(sees_all_clients=False),
                name="viewer_is_limited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class MembershipClient(ClientModel):
    """A client that a limited membership may see."""

    membership = models.ForeignKey(
        Membership,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    objects: ClassVar[models.Manager[Any]] = (
        models.Manager()
    )  # read through the door, to learn which clients the scope will name

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "membership", "client"], name="membership_client_once"
            )
        ]


class Invitation(TenantModel):
    """An offer of a membership, sent by e-mail; whoever holds its secret may accept it once."""

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    secret_hash = models.CharField(max_length=64)
    invited_by = models.ForeignKey(
        Membership, on_delete=models.DO_NOTHING, related_name="+", null=True, db_constraint=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # Its e-mail: due while it has to be sent, by a worker, which also makes the secret.
    link_base = models.CharField(max_length=200, blank=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_problem = models.CharField(max_length=12, blank=True)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "secret_hash"], name="invitation_secret_once")
        ]
        indexes: ClassVar = [models.Index(fields=["secret_hash"], name="invitation_by_secret")]


class InvitationClient(ClientModel):
    """A client that the offered membership will be limited to; none means all."""

    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "invitation", "client"], name="invitation_client_once"
            )
        ]


class ApiToken(TenantModel):
    """A key of an integration, for a whole agency or for one client. Only its hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    client = models.ForeignKey(
        Client,
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    created_by = models.ForeignKey(
        Membership, on_delete=models.DO_NOTHING, related_name="+", null=True, db_constraint=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "secret_hash"], name="token_secret_once")
        ]
        indexes: ClassVar = [models.Index(fields=["secret_hash"], name="token_by_secret")]


class IdempotencyKey(TenantModel):
    """A write of the API that was done, with its answer, so that sending it again does it once.

    Without a client: a write of what is the agency's.
    """

    client = models.ForeignKey(
        Client,
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    caller = models.CharField(max_length=40)  # a token or a membership
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null only inside the write's transaction
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "caller", "key"],
                name="idempotency_key_once",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "created_at"], name="idempotency_key_by_age")
        ]


class AuditEntry(TenantModel):
    """Who changed which row, from what to what. Written by a trigger; nobody may change it."""

    client_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=10)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    act_id = models.BigIntegerField(null=True)  # what a person did in one go, see campaigns.records
    written_in = written_in()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "table_name", "row_id"], name="audit_of_row"),
            models.Index(fields=["agency", "at"], name="audit_in_time"),
            models.Index(fields=["agency", "client_id", "written_in", "id"], name="audit_in_order"),
            models.Index(
                fields=["agency", "act_id"],
                name="audit_of_act",
                condition=models.Q(act_id__isnull=False),
            ),
        ]
