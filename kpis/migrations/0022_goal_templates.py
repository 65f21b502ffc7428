"""Goals that an agency gives to many clients."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ProtectTable


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_erasure_asked"),
        ("kpis", "0021_forecasts"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoalTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("kpi", models.CharField(max_length=60, verbose_name="KPI")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("increase", "Increase"),
                            ("decrease", "Decrease"),
                            ("maintain", "Stay in a range"),
                            ("cap", "Stay under a limit"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "accumulation",
                    models.CharField(
                        choices=[
                            ("cumulative", "Added up over the period"),
                            ("level", "Level at the end of the period"),
                            ("period", "Over the whole period"),
                        ],
                        max_length=10,
                        verbose_name="accumulation",
                    ),
                ),
                (
                    "target_as",
                    models.CharField(
                        choices=[
                            ("absolute", "The number itself"),
                            ("relative", "% more or less than the baseline"),
                            ("points", "Points more or less than the baseline"),
                        ],
                        default="absolute",
                        max_length=8,
                    ),
                ),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "low",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "high",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "period",
                    models.CharField(
                        choices=[
                            ("this_quarter", "This quarter"),
                            ("next_quarter", "Next quarter"),
                            ("this_year", "This year"),
                            ("next_year", "Next year"),
                            ("next_6_months", "The next 6 months"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("linear", "Evenly"),
                            ("compounding", "Growing by the same percentage"),
                            ("seasonal", "Like last year's seasons"),
                            ("manual", "Each milestone by hand"),
                        ],
                        default="linear",
                        max_length=11,
                    ),
                ),
                (
                    "grain",
                    models.CharField(
                        choices=[
                            ("week", "Weekly"),
                            ("month", "Monthly"),
                            ("quarter", "Quarterly"),
                        ],
                        default="month",
                        max_length=7,
                        verbose_name="milestones",
                    ),
                ),
                ("guard_kpi", models.CharField(blank=True, max_length=60)),
                (
                    "guard_operator",
                    models.CharField(
                        blank=True,
                        choices=[("at_most", "at most"), ("at_least", "at least")],
                        max_length=8,
                    ),
                ),
                (
                    "guard_limit",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at", None)),
                        fields=("agency", "name"),
                        name="goal_template_name_once",
                    )
                ],
            },
        ),
        ProtectTable("GoalTemplate", kind="agency"),
        AuditTable("GoalTemplate"),
    ]
