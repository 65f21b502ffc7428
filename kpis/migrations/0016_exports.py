"""Exports of a client, and the scheduler's door to those that wait or are over."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ClockDoor, ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_leaving"),
        ("kpis", "0015_mark_age"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
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
                        choices=[("waiting", "Waiting"), ("ready", "Ready"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("secret", models.CharField(max_length=43)),
                ("size", models.BigIntegerField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("requested_by", models.BigIntegerField(null=True)),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("agency", "client"),
                        name="export_waits_once",
                    )
                ],
            },
        ),
        ProtectTable("Export", keys=()),
        TenantForeignKey("Export", field="client"),
        AuditTable("Export", exclude=["secret"]),
        ClockDoor(
            "Export",
            columns=[
                "id",
                "agency_id",
                "client_id",
                "state",
                "queued_at",
                "attempts",
                "expires_at",
            ],
        ),
    ]
