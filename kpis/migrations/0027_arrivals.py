"""Archives of clients that are brought in by page, and the scheduler's door to those on their way."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ClockDoor, ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_quick_audit"),
        ("kpis", "0026_exact_targets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Being checked"),
                            ("checked", "Ready to be brought in"),
                            ("coming", "Being brought in"),
                            ("done", "Brought in"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                        ],
                        default="checking",
                        max_length=8,
                    ),
                ),
                ("secret", models.CharField(max_length=43)),
                ("file_name", models.CharField(max_length=255)),
                ("size", models.BigIntegerField()),
                ("name", models.CharField(blank=True, max_length=120)),
                ("found", models.JSONField(default=dict)),
                ("refusal", models.TextField(blank=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("requested_by", models.BigIntegerField(null=True)),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.client",
                    ),
                ),
            ],
        ),
        ProtectTable("Arrival", kind="agency", keys=()),
        TenantForeignKey("Arrival", field="client"),
        AuditTable("Arrival", exclude=["secret", "found"]),
        ClockDoor(
            "Arrival",
            columns=["id", "agency_id", "state", "queued_at", "attempts", "expires_at"],
        ),
    ]
