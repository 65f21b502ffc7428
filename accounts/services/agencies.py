"""Agencies and their brand."""

from datetime import timedelta
from io import BytesIO

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from accounts.addresses import slug_candidates
from accounts.errors import DomainError
from accounts.models import Agency, Membership, Role, User
from accounts.tenancy import tenant_scope

LOGO_FORMATS = ("PNG", "JPEG", "WEBP")
LOGO_MOST_BYTES = 2 * 1024 * 1024
LOGO_MOST_PIXELS = 16_000_000
LOGO_BOX = (640, 240)


def agency_create(user: User, name: str, language: str, accent: str = "") -> Agency:
    """A new agency with its first owner. Inside a transaction, outside any scope."""
    with connection.cursor() as cursor:
        # The id comes first: the wall lets a row in only under the scope that names it.
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_agency', 'id'))")
        number = cursor.fetchone()[0]
    with tenant_scope(number):
        agency = _agency_with_free_address(number, name, language)
        if accent:
            agency_change(agency, name, language, accent)
        Membership.objects.create(agency=agency, user=user, role=Role.OWNER)
    return agency


def _agency_with_free_address(number: int, name: str, language: str) -> Agency:
    # Other agencies' addresses are behind the wall: only the unique key knows which are taken.
    for slug in slug_candidates(name, "agency"):
        try:
            with transaction.atomic():
                return Agency.objects.create(pk=number, name=name, slug=slug, language=language)
        except IntegrityError:
            continue
    raise DomainError("name_taken", _("There are too many agencies of this name. Choose another."))


def agency_change(
    agency: Agency, name: str, language: str, accent: str, currency: str = ""
) -> Agency:
    """Without a currency, its report currency stays."""
    agency.name, agency.language, agency.accent = name, language, accent
    agency.currency = currency or agency.currency
    agency.save(update_fields=["name", "language", "accent", "currency"])
    return agency


def agency_checklist_close(agency: Agency) -> Agency:
    """The checklist of the first steps is not shown any more, to nobody."""
    agency.checklist_closed_at = agency.checklist_closed_at or timezone.now()
    agency.save(update_fields=["checklist_closed_at"])
    return agency


def agency_logo_set(agency: Agency, content: bytes) -> Agency:
    """Store a picture, drawn again as PNG: nothing but pixels of the upload is kept."""
    agency.logo, agency.logo_type = logo_from(content), "image/png"
    agency.save(update_fields=["logo", "logo_type"])
    return agency


def agency_logo_remove(agency: Agency) -> Agency:
    agency.logo, agency.logo_type = None, ""
    agency.save(update_fields=["logo", "logo_type"])
    return agency


def logo_from(content: bytes) -> bytes:
    """A PNG of at most 640 × 240 from a PNG, JPEG or WebP; DomainError for anything else."""
    if len(content) > LOGO_MOST_BYTES:
        raise DomainError("logo_too_big", _("The file is larger than 2 MB. Choose a smaller one."))
    try:
        with Image.open(BytesIO(content), formats=LOGO_FORMATS) as picture:
            if picture.width * picture.height > LOGO_MOST_PIXELS:
                raise DomainError(
                    "logo_too_big", _("The picture has more than 16 million pixels. Reduce it.")
                )
            picture.load()
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DomainError(
            "logo_not_a_picture", _("This is not a PNG, JPEG or WebP picture. Choose one of these.")
        ) from error
    drawn.thumbnail(LOGO_BOX)
    out = BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def agency_erase_later(agency: Agency, days: int) -> Agency:
    """To be erased so many days from today, in UTC. Asked again, the day stays."""
    if agency.erase_on is None:
        agency.erase_on = timezone.now().date() + timedelta(days=days)
        agency.save(update_fields=["erase_on"])
    return agency


def agency_keep(agency: Agency) -> Agency:
    """It is not to be erased after all. Raises DomainError `erasing` on its day."""
    if agency.erase_on and agency.erase_on <= timezone.now().date():
        raise DomainError(
            "erasing", _("%(agency)s is being deleted: its day has come.") % {"agency": agency.name}
        )
    agency.erase_on = None
    agency.save(update_fields=["erase_on"])
    return agency
