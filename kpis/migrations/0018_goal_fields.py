"""What a goal says beside its target, its versions, and a table for how it stands."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_agency_leaving"),
        ("kpis", "0017_erasing_rates"),
    ]

    operations = [
        migrations.AddField(
            model_name="goal",
            name="baseline_as_of",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="baseline_first",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="baseline_last",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="cadence",
            field=models.CharField(
                blank=True,
                choices=[
                    ("day", "Daily"),
                    ("week", "Weekly"),
                    ("month", "Monthly"),
                    ("quarter", "Quarterly"),
                ],
                max_length=7,
                verbose_name="review",
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="closed_as_of",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="closed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="closed_status",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="goal",
            name="closed_value",
            field=models.DecimalField(decimal_places=10, max_digits=28, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="entered",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="entered_as",
            field=models.CharField(
                choices=[
                    ("absolute", "The number itself"),
                    ("relative", "% more or less than the baseline"),
                    ("points", "Points more or less than the baseline"),
                ],
                default="absolute",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="filters",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="goal",
            name="grain",
            field=models.CharField(
                choices=[("week", "Weekly"), ("month", "Monthly"), ("quarter", "Quarterly")],
                default="month",
                max_length=7,
                verbose_name="milestones",
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="guard_kpi",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="goal",
            name="guard_limit",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="guard_operator",
            field=models.CharField(
                blank=True, choices=[("at_most", "at most"), ("at_least", "at least")], max_length=8
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="kpis.goal",
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="reopened_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="goal",
            name="required_share",
            field=models.DecimalField(
                decimal_places=4,
                default=1,
                max_digits=5,
                verbose_name="share of the grains that must be inside",
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="season",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="goal",
            name="thresholds",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="goal",
            name="tolerance",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
        ),
        migrations.AlterField(
            model_name="goal",
            name="shape",
            field=models.CharField(
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
        migrations.CreateModel(
            name="GoalStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField(null=True)),
                ("actual", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("expected", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("pace", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("attainment", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("forecast_model", models.CharField(blank=True, max_length=20)),
                (
                    "forecast_value",
                    models.DecimalField(decimal_places=10, max_digits=28, null=True),
                ),
                ("forecast_low", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("forecast_high", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("probability", models.DecimalField(decimal_places=8, max_digits=9, null=True)),
                ("status", models.CharField(blank=True, max_length=11)),
                ("status_since", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("candidate", models.CharField(blank=True, max_length=11)),
                ("candidate_days", models.PositiveSmallIntegerField(default=0)),
                ("evaluated_at", models.DateTimeField(null=True)),
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
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="standings",
                        to="kpis.goal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "client", "goal"), name="standing_of_goal_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GoalVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
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
                    "entered_as",
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
                    "entered",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
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
                ("season", models.JSONField(default=list)),
                ("milestones", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
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
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="kpis.goal",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "client", "goal"], name="versions_of_goal")
                ],
            },
        ),
        ProtectTable("GoalStanding", keys=()),
        ProtectTable("GoalVersion", keys=()),
        TenantForeignKey("GoalStanding", field="client"),
        TenantForeignKey("GoalStanding", field="goal", with_client=True),
        TenantForeignKey("GoalVersion", field="client"),
        TenantForeignKey("GoalVersion", field="goal", with_client=True),
        TenantForeignKey("GoalVersion", field="author"),
        TenantForeignKey("Goal", field="owner"),
        # An erased client's goals go in pieces, and a parent may be in an earlier one.
        TenantForeignKey("Goal", field="parent", with_client=True, on_delete="SET NULL"),
        AuditTable("GoalVersion"),
    ]
