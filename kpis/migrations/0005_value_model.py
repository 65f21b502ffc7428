import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import ClockDoor, ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("kpis", "0004_parameters"),
    ]

    operations = [
        migrations.CreateModel(
            name="ValueModel",
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
                            ("queued", "Waiting"),
                            ("done", "Done"),
                            ("gated", "Not possible yet"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=6,
                    ),
                ),
                ("as_of", models.DateField(null=True)),
                ("basis", models.CharField(blank=True, max_length=7)),
                ("margin", models.FloatField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("gates", models.JSONField(default=list)),
                ("parameters", models.JSONField(default=dict)),
                ("log_likelihood", models.FloatField(null=True)),
                ("spending_log_likelihood", models.FloatField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("results", models.JSONField(default=dict)),
                ("seconds", models.FloatField(null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("queued_by", models.BigIntegerField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
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
                "indexes": [
                    models.Index(
                        fields=["agency", "client", "-id"], name="value_model_newest_first"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "queued")),
                        fields=("agency", "client"),
                        name="value_model_waits_once",
                    )
                ],
            },
        ),
        ProtectTable("ValueModel", keys=()),
        TenantForeignKey("ValueModel", field="client"),
        ClockDoor(
            "ValueModel",
            columns=["id", "agency_id", "client_id", "state", "queued_at", "attempts"],
        ),
    ]
