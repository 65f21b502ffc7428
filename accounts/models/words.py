"""The closed lists and the checks of fields that agencies, clients and people share."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

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
