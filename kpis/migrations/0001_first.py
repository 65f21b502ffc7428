import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ClockDoor, ProtectTable, TenantForeignKey
from kpis.marking import (
    FACT_TABLES,
    marking_sql,
    unmarking_sql,
    window_marking_sql,
    window_unmarking_sql,
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("campaigns", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Goal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kpi", models.CharField(max_length=60, verbose_name="KPI")),
                ("channel", models.CharField(blank=True, max_length=20, verbose_name="channel")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
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
                    "baseline",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("shape", models.CharField(default="linear", max_length=11)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("archived_at", models.DateTimeField(null=True)),
                ("status", models.CharField(blank=True, max_length=11)),
                ("status_since", models.DateField(null=True)),
                ("evaluated_on", models.DateField(null=True)),
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
                    "campaign",
                    models.ForeignKey(
                        blank=True,
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
            ],
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("value", models.DecimalField(decimal_places=10, max_digits=28)),
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
                        related_name="+",
                        to="kpis.goal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NightRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "Due"), ("done", "Done"), ("failed", "Failed")],
                        default="due",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("found", models.JSONField(default=dict)),
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
        ),
        migrations.CreateModel(
            name="Restatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("web", "Web traffic"),
                            ("ads", "Advertising"),
                            ("leads", "Leads"),
                            ("sales", "Sales"),
                            ("costs", "Costs"),
                        ],
                        max_length=5,
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("measure", models.CharField(max_length=40)),
                ("difference", models.DecimalField(decimal_places=6, max_digits=18)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("reasons", models.JSONField(default=list)),
                ("batch_ids", models.JSONField(default=list)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
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
        ),
        migrations.CreateModel(
            name="SnapshotState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("refreshed_at", models.DateTimeField(null=True)),
                ("stock_through", models.DateField(null=True)),
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
        ),
        migrations.CreateModel(
            name="DailySnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("web", "Web traffic"),
                            ("ads", "Advertising"),
                            ("leads", "Leads"),
                            ("sales", "Sales"),
                            ("costs", "Costs"),
                        ],
                        max_length=5,
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("device", models.CharField(blank=True, max_length=10)),
                ("landing_page_id", models.BigIntegerField(null=True)),
                ("salesperson_id", models.BigIntegerField(null=True)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("is_returning", models.BooleanField(null=True)),
                ("sessions", models.BigIntegerField(null=True)),
                ("engaged_sessions", models.BigIntegerField(null=True)),
                ("session_seconds", models.BigIntegerField(null=True)),
                ("pageviews", models.BigIntegerField(null=True)),
                ("new_sessions", models.BigIntegerField(null=True)),
                ("returning_sessions", models.BigIntegerField(null=True)),
                ("sessions_with_lead", models.BigIntegerField(null=True)),
                ("sessions_with_key_event", models.BigIntegerField(null=True)),
                ("key_events", models.BigIntegerField(null=True)),
                ("impressions", models.BigIntegerField(null=True)),
                ("clicks", models.BigIntegerField(null=True)),
                ("ad_spend", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                (
                    "platform_conversions",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "platform_conversion_value",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                ("platform_leads", models.BigIntegerField(null=True)),
                ("platform_sales", models.BigIntegerField(null=True)),
                ("agency_fees", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("tool_cost", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("people_cost", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                (
                    "other_marketing_cost",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                ("leads", models.BigIntegerField(null=True)),
                ("mqls", models.BigIntegerField(null=True)),
                ("sqls", models.BigIntegerField(null=True)),
                ("lead_cohort", models.BigIntegerField(null=True)),
                ("lead_cohort_to_mql", models.BigIntegerField(null=True)),
                ("prospect_cohort", models.BigIntegerField(null=True)),
                ("prospect_cohort_won", models.BigIntegerField(null=True)),
                ("opps_created", models.BigIntegerField(null=True)),
                ("opps_won", models.BigIntegerField(null=True)),
                ("opps_lost", models.BigIntegerField(null=True)),
                ("won_amount", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("won_cycle_days", models.BigIntegerField(null=True)),
                (
                    "open_pipeline_amount",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                ("open_opps", models.BigIntegerField(null=True)),
                ("orders", models.BigIntegerField(null=True)),
                ("order_value", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("refunds", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("new_customers", models.BigIntegerField(null=True)),
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
                    models.Index(fields=["agency", "client", "day"], name="snapshot_by_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("web", "Web traffic"),
                            ("ads", "Advertising"),
                            ("leads", "Leads"),
                            ("sales", "Sales"),
                            ("costs", "Costs"),
                        ],
                        max_length=5,
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("sessions", models.BigIntegerField(null=True)),
                ("engaged_sessions", models.BigIntegerField(null=True)),
                ("session_seconds", models.BigIntegerField(null=True)),
                ("pageviews", models.BigIntegerField(null=True)),
                ("new_sessions", models.BigIntegerField(null=True)),
                ("returning_sessions", models.BigIntegerField(null=True)),
                ("sessions_with_lead", models.BigIntegerField(null=True)),
                ("sessions_with_key_event", models.BigIntegerField(null=True)),
                ("key_events", models.BigIntegerField(null=True)),
                ("impressions", models.BigIntegerField(null=True)),
                ("clicks", models.BigIntegerField(null=True)),
                ("ad_spend", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                (
                    "platform_conversions",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "platform_conversion_value",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                ("platform_leads", models.BigIntegerField(null=True)),
                ("platform_sales", models.BigIntegerField(null=True)),
                ("agency_fees", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("tool_cost", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("people_cost", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                (
                    "other_marketing_cost",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                ("leads", models.BigIntegerField(null=True)),
                ("mqls", models.BigIntegerField(null=True)),
                ("sqls", models.BigIntegerField(null=True)),
                ("lead_cohort", models.BigIntegerField(null=True)),
                ("lead_cohort_to_mql", models.BigIntegerField(null=True)),
                ("prospect_cohort", models.BigIntegerField(null=True)),
                ("prospect_cohort_won", models.BigIntegerField(null=True)),
                ("opps_created", models.BigIntegerField(null=True)),
                ("opps_won", models.BigIntegerField(null=True)),
                ("opps_lost", models.BigIntegerField(null=True)),
                ("won_amount", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("won_cycle_days", models.BigIntegerField(null=True)),
                (
                    "open_pipeline_amount",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                ("open_opps", models.BigIntegerField(null=True)),
                ("orders", models.BigIntegerField(null=True)),
                ("order_value", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("refunds", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ("new_customers", models.BigIntegerField(null=True)),
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
                "indexes": [models.Index(fields=["agency", "client", "day"], name="total_by_day")],
            },
        ),
        migrations.CreateModel(
            name="DayClose",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("web", "Web traffic"),
                            ("ads", "Advertising"),
                            ("leads", "Leads"),
                            ("sales", "Sales"),
                            ("costs", "Costs"),
                        ],
                        max_length=5,
                    ),
                ),
                ("day", models.DateField()),
                ("closed_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        fields=("agency", "client", "family", "day"), name="day_closes_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DirtyDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("family", models.CharField(max_length=5, null=True)),
                ("day", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("batch_id", models.BigIntegerField(null=True)),
                ("marked_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                "indexes": [models.Index(fields=["agency", "client"], name="dirty_of_client")],
            },
        ),
        migrations.AddIndex(
            model_name="goal",
            index=models.Index(fields=["agency", "client"], name="goals_of_client"),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="goal_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "goal", "starts_on"), name="milestone_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="nightrun",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "day"), name="night_once"
            ),
        ),
        migrations.AddIndex(
            model_name="restatement",
            index=models.Index(fields=["agency", "client", "day"], name="restatement_by_day"),
        ),
        migrations.AddConstraint(
            model_name="snapshotstate",
            constraint=models.UniqueConstraint(
                fields=("agency", "client"), name="snapshot_state_once"
            ),
        ),
        ProtectTable("DirtyDay", keys=()),
        ProtectTable("DailySnapshot", keys=()),
        ProtectTable("DailyTotal", keys=()),
        ProtectTable("SnapshotState", keys=()),
        ProtectTable("DayClose", keys=()),
        ProtectTable("Restatement", keys=()),
        ProtectTable("NightRun", keys=()),
        ProtectTable("Goal"),
        ProtectTable("Milestone", keys=()),
        TenantForeignKey("SnapshotState", field="client"),
        TenantForeignKey("DayClose", field="client"),
        TenantForeignKey("Restatement", field="client"),
        TenantForeignKey("NightRun", field="client"),
        TenantForeignKey("Goal", field="client"),
        TenantForeignKey("Milestone", field="client"),
        TenantForeignKey("Goal", field="campaign", with_client=True),
        TenantForeignKey("Milestone", field="goal", with_client=True),
        AuditTable("Goal", exclude=["status", "status_since", "evaluated_on"]),
        AuditTable("Milestone"),
        ClockDoor("DirtyDay", columns=["agency_id", "client_id"]),
        ClockDoor(
            "NightRun",
            columns=["id", "agency_id", "client_id", "day", "state", "queued_at", "attempts"],
        ),
        *(migrations.RunSQL(marking_sql(fact), unmarking_sql(fact)) for fact in FACT_TABLES),
        migrations.RunSQL(window_marking_sql(), window_unmarking_sql()),
    ]
