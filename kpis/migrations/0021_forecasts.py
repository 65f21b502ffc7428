"""Which model forecasts what; and the committed status beside the shown one."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.rls import ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_hashed_sessions"),
        ("kpis", "0020_goal_status_moved"),
    ]

    operations = [
        migrations.AddField(
            model_name="goalstanding",
            name="committed",
            field=models.CharField(blank=True, max_length=11),
        ),
        migrations.AddField(
            model_name="goalstanding",
            name="committed_since",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="goalstanding",
            name="judged_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="ForecastChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kpi", models.CharField(max_length=60)),
                ("part", models.CharField(max_length=11)),
                ("scope", models.CharField(max_length=64)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("horizon", models.PositiveSmallIntegerField()),
                ("model", models.CharField(max_length=20)),
                ("error", models.FloatField()),
                ("coverage", models.FloatField()),
                ("cutoffs", models.PositiveSmallIntegerField()),
                ("width", models.FloatField(default=1.0)),
                ("settings", models.JSONField(default=dict)),
                ("chosen_on", models.DateField()),
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
                        fields=("agency", "client", "kpi", "part", "scope", "currency", "horizon"),
                        name="forecast_choice_once",
                    )
                ],
            },
        ),
        ProtectTable("ForecastChoice", keys=()),
        TenantForeignKey("ForecastChoice", field="client"),
    ]
