import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ProtectTable, TenantForeignKey
from campaigns.own_references import definition_stays


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("campaigns", "0003_own_measures"),
        ("kpis", "0002_experiments"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomKpi",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("meaning", models.CharField(max_length=300, verbose_name="what it says")),
                ("formula", models.CharField(max_length=1000, verbose_name="formula")),
                ("unit", models.CharField(max_length=13, verbose_name="unit")),
                (
                    "better",
                    models.CharField(
                        choices=[
                            ("higher", "Higher is better"),
                            ("lower", "Lower is better"),
                            ("neutral", "Neither"),
                        ],
                        default="higher",
                        max_length=7,
                        verbose_name="better",
                    ),
                ),
                (
                    "goal_kind",
                    models.CharField(
                        choices=[
                            ("increase", "Increase"),
                            ("decrease", "Decrease"),
                            ("maintain", "Stay in a range"),
                            ("cap", "Stay under a limit"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "goal_accumulation",
                    models.CharField(
                        choices=[
                            ("cumulative", "Added up over the period"),
                            ("level", "Level at the end of the period"),
                            ("period", "Over the whole period"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("archived_at", models.DateTimeField(null=True)),
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
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "client", "key"),
                        name="custom_kpi_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key__startswith", "custom_")),
                        name="custom_kpi_has_its_prefix",
                    ),
                ],
            },
        ),
        ProtectTable("CustomKpi", kind="shared"),
        TenantForeignKey("CustomKpi", field="client"),
        migrations.RunSQL(
            definition_stays("kpis_customkpi"),
            "DROP TRIGGER IF EXISTS definition_stays ON kpis_customkpi",
        ),
        AuditTable("CustomKpi"),
    ]
