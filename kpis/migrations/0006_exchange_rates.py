import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import SCOPE_AGENCY, ProtectTable

CURRENCY = django.core.validators.RegexValidator(
    "^[A-Z]{3}$", "Write the currency as three capital letters, like EUR."
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_agency_currency"),
        ("kpis", "0005_value_model"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("from_currency", models.CharField(max_length=3, validators=[CURRENCY])),
                ("to_currency", models.CharField(max_length=3, validators=[CURRENCY])),
                ("rate", models.DecimalField(decimal_places=18, max_digits=30, null=True)),
                ("source", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField(default=1)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("written_by", models.BigIntegerField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "to_currency", "from_currency", "day", "version"),
                        name="exchange_rate_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rate__isnull", True), ("rate__gt", 0), _connector="OR"
                        ),
                        name="exchange_rate_is_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_currency", models.F("to_currency")), _negated=True
                        ),
                        name="exchange_rate_between_two",
                    ),
                ],
            },
        ),
        # Everybody in the agency reads its rates, a viewer of one client too: their numbers are
        # converted with them. Only who sees all clients writes.
        ProtectTable("ExchangeRate", kind="agency", keys=(), door=f"agency_id = {SCOPE_AGENCY}"),
        # A further version corrects or withdraws; what was reported with the old one stays known.
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON kpis_exchangerate FROM rumbo_app",
            "GRANT UPDATE, DELETE ON kpis_exchangerate TO rumbo_app",
        ),
    ]
