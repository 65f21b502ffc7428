import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ProtectTable, TenantForeignKey
from campaigns.own_references import (
    definition_stays,
    definition_stays_function,
    own_values_refer,
    own_values_unrefer,
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("campaigns", "0002_statistics"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "description",
                    models.CharField(blank=True, max_length=300, verbose_name="what it counts"),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("count", "Count"),
                            ("money", "Money"),
                            ("seconds", "Seconds"),
                            ("minutes", "Minutes"),
                            ("days", "Days"),
                        ],
                        default="count",
                        max_length=7,
                        verbose_name="unit",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        choices=[
                            ("sum", "Adds up over the days"),
                            ("last", "Stands until it changes (a stock)"),
                        ],
                        default="sum",
                        max_length=4,
                        verbose_name="over time",
                    ),
                ),
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
        ),
        migrations.CreateModel(
            name="OwnValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("value", models.DecimalField(decimal_places=6, max_digits=18)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("source", models.CharField(max_length=40)),
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
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.importbatch",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.campaign",
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
                (
                    "measure",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.ownmeasure",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="ownmeasure",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "key"), name="own_measure_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="ownmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__startswith", "own_")), name="own_measure_has_its_prefix"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "measure", "day", "channel", "campaign"),
                name="own_value_once",
                nulls_distinct=False,
            ),
        ),
        ProtectTable("OwnMeasure", kind="shared"),
        ProtectTable("OwnValue", keys=()),
        TenantForeignKey("OwnMeasure", field="client"),
        TenantForeignKey("OwnValue", field="client"),
        TenantForeignKey("OwnValue", field="measure"),
        TenantForeignKey("OwnValue", field="campaign", with_client=True),
        TenantForeignKey("OwnValue", field="batch", with_client=True),
        migrations.RunSQL(own_values_refer(), own_values_unrefer()),
        migrations.RunSQL(
            definition_stays_function(), "DROP FUNCTION rumbo_definition_stays() CASCADE"
        ),
        migrations.RunSQL(
            definition_stays("campaigns_ownmeasure"),
            "DROP TRIGGER IF EXISTS definition_stays ON campaigns_ownmeasure",
        ),
        AuditTable("OwnMeasure"),
        AuditTable("OwnValue", batched=True),
    ]
