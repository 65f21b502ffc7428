import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import campaigns.models.fields
from accounts.rls import AuditTable, ClockDoor, ProtectTable, TenantForeignKey
from campaigns.references import SET_WISE, reference_sql, unreference_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("platform", models.CharField(blank=True, max_length=40, verbose_name="platform")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="starts on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
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
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leads", "Leads"),
                            ("sales", "Sales"),
                            ("costs", "Costs"),
                            ("daily", "Daily facts"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "Being prepared"),
                            ("queued", "Waiting"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                            ("undone", "Undone"),
                        ],
                        default="queued",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=255, verbose_name="file")),
                ("file_path", models.CharField(blank=True, max_length=255)),
                ("file_hash", models.CharField(blank=True, max_length=64)),
                ("file_size", models.BigIntegerField(default=0)),
                ("mapping", models.JSONField(default=dict)),
                ("without_bad_rows", models.BooleanField(default=False)),
                ("complete_through", models.DateField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("notes", models.JSONField(default=list)),
                ("error", models.JSONField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("written_by", models.BigIntegerField(null=True)),
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
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
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
            ],
        ),
        migrations.CreateModel(
            name="Cost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("external_id", models.CharField(max_length=200)),
                ("tz", models.CharField(max_length=64)),
                (
                    "layer",
                    models.CharField(
                        choices=[
                            ("media", "Media"),
                            ("fee", "Agency fee"),
                            ("tools", "Tools"),
                            ("people", "People"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                        verbose_name="layer",
                    ),
                ),
                (
                    "is_shared",
                    models.BooleanField(default=True, verbose_name="the client sees this row"),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                ("amount", models.DecimalField(decimal_places=6, max_digits=18)),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$",
                                "Write the currency as three capital letters, like EUR.",
                            )
                        ],
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=20)),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="description"),
                ),
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
            ],
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leads", "Leads"),
                            ("sales", "Sales"),
                            ("costs", "Costs"),
                            ("daily", "Daily facts"),
                        ],
                        max_length=8,
                    ),
                ),
                ("mapping", models.JSONField()),
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
            name="LandingPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=500)),
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
            name="DailyFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("external_id", models.CharField(max_length=200)),
                ("tz", models.CharField(max_length=64)),
                (
                    "family",
                    models.CharField(choices=[("web", "web"), ("ads", "ads")], max_length=4),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(default="unassigned", max_length=20)),
                ("utm_source", models.CharField(blank=True, max_length=100)),
                ("utm_medium", models.CharField(blank=True, max_length=100)),
                ("device", models.CharField(blank=True, max_length=10)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("item", models.CharField(blank=True, max_length=200)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("covers_from", models.DateField(null=True)),
                ("covers_to", models.DateField(null=True)),
                ("period_rule", models.CharField(blank=True, max_length=8)),
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
                    "landing_page",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.landingpage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("external_id", models.CharField(max_length=200)),
                ("tz", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                ("email", models.CharField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("valid", "Valid"),
                            ("test", "Test"),
                            ("spam", "Spam"),
                            ("duplicate", "Duplicate"),
                        ],
                        default="valid",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="created at"),
                ),
                (
                    "created_date",
                    models.DateField(blank=True, null=True, verbose_name="created on"),
                ),
                (
                    "created_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=campaigns.models.fields.LocalDay("created_at", "created_date"),
                        output_field=models.DateField(null=True),
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="first answered at"),
                ),
                ("utm_source", models.CharField(blank=True, max_length=100, verbose_name="source")),
                ("utm_medium", models.CharField(blank=True, max_length=100, verbose_name="medium")),
                (
                    "channel",
                    models.CharField(default="unassigned", max_length=20, verbose_name="channel"),
                ),
                ("device", models.CharField(blank=True, max_length=10, verbose_name="device")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("mql_at", models.DateTimeField(null=True)),
                ("mql_date", models.DateField(null=True)),
                (
                    "mql_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=campaigns.models.fields.LocalDay("mql_at", "mql_date"),
                        output_field=models.DateField(null=True),
                    ),
                ),
                ("sql_at", models.DateTimeField(null=True)),
                ("sql_date", models.DateField(null=True)),
                (
                    "sql_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=campaigns.models.fields.LocalDay("sql_at", "sql_date"),
                        output_field=models.DateField(null=True),
                    ),
                ),
                ("opp_at", models.DateTimeField(null=True)),
                ("opp_date", models.DateField(null=True)),
                (
                    "opp_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=campaigns.models.fields.LocalDay("opp_at", "opp_date"),
                        output_field=models.DateField(null=True),
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_date", models.DateField(null=True)),
                (
                    "closed_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=campaigns.models.fields.LocalDay("closed_at", "closed_date"),
                        output_field=models.DateField(null=True),
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("won", "Won"), ("lost", "Lost")],
                        max_length=4,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "lost_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason"),
                ),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("first_sale_on", models.DateField(null=True)),
                ("was_customer", models.BooleanField(default=False)),
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
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.customer",
                    ),
                ),
                (
                    "landing_page",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.landingpage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=200)),
                ("value", models.CharField(blank=True, max_length=500)),
                ("code", models.CharField(max_length=40)),
                ("reason", models.TextField()),
                ("row", models.JSONField()),
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.importbatch",
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
            name="ReplacedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                ("before", models.JSONField()),
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.importbatch",
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
            name="Salesperson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("ended_on", models.DateField(blank=True, null=True)),
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
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sale",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("external_id", models.CharField(max_length=200)),
                ("tz", models.CharField(max_length=64)),
                ("sold_at", models.DateTimeField(blank=True, null=True, verbose_name="sold at")),
                ("sold_date", models.DateField(blank=True, null=True, verbose_name="sold on")),
                (
                    "sold_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=campaigns.models.fields.LocalDay("sold_at", "sold_date"),
                        output_field=models.DateField(null=True),
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=6, max_digits=18)),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$",
                                "Write the currency as three capital letters, like EUR.",
                            )
                        ],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "New"),
                            ("repeat", "Repeat"),
                            ("upsell", "Upsell"),
                            ("cross", "Cross-sell"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("is_first", models.BooleanField(default=False)),
                ("channel", models.CharField(default="unassigned", max_length=20)),
                ("device", models.CharField(blank=True, max_length=10)),
                ("country", models.CharField(blank=True, max_length=2)),
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
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.customer",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.lead",
                    ),
                ),
                (
                    "salesperson",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.salesperson",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("external_id", models.CharField(max_length=200)),
                ("tz", models.CharField(max_length=64)),
                (
                    "refunded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="refunded at"),
                ),
                (
                    "refunded_date",
                    models.DateField(blank=True, null=True, verbose_name="refunded on"),
                ),
                (
                    "refunded_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=campaigns.models.fields.LocalDay("refunded_at", "refunded_date"),
                        output_field=models.DateField(null=True),
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=6, max_digits=18)),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$",
                                "Write the currency as three capital letters, like EUR.",
                            )
                        ],
                    ),
                ),
                ("is_first", models.BooleanField(default=False)),
                ("channel", models.CharField(default="unassigned", max_length=20)),
                ("device", models.CharField(blank=True, max_length=10)),
                ("country", models.CharField(blank=True, max_length=2)),
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
                (
                    "sale",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.sale",
                    ),
                ),
                (
                    "salesperson",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.salesperson",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="closed_salesperson",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.salesperson",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="first_salesperson",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.salesperson",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="mql_salesperson",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.salesperson",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="opp_salesperson",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.salesperson",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="salesperson",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.salesperson",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="sql_salesperson",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.salesperson",
            ),
        ),
        migrations.CreateModel(
            name="SourceSync",
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
                ("source", models.CharField(max_length=40)),
                ("is_live", models.BooleanField(default=False)),
                ("complete_from", models.DateField(null=True)),
                ("complete_through", models.DateField(null=True)),
                ("settle_days", models.PositiveSmallIntegerField(null=True)),
                ("last_success_at", models.DateTimeField(null=True)),
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
            name="StageChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("lead", "Lead"),
                            ("mql", "Qualified by marketing"),
                            ("sql", "Qualified by sales"),
                            ("opp", "Opportunity"),
                            ("customer", "Customer"),
                            ("lost", "Lost"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(null=True)),
                ("on_date", models.DateField(null=True)),
                ("written_by", models.BigIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
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
                    "lead",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.lead",
                    ),
                ),
                (
                    "salesperson",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.salesperson",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "external_id"), name="campaign_once"
            ),
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(fields=["agency", "client", "-id"], name="batch_newest_first"),
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["state"], name="batch_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "external_id"), name="customer_once"
            ),
        ),
        migrations.AddIndex(
            model_name="cost",
            index=models.Index(
                fields=["agency", "client", "starts_on", "ends_on"], name="cost_by_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="cost",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "source", "external_id"), name="cost_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cost",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="cost_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="cost",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="cost_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "name"), name="import_mapping_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="landingpage",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "path"), name="landing_page_once"
            ),
        ),
        migrations.AddIndex(
            model_name="dailyfact",
            index=models.Index(fields=["agency", "client", "day"], name="daily_fact_by_day"),
        ),
        migrations.AddConstraint(
            model_name="dailyfact",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "family", "source", "external_id"),
                name="daily_fact_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="dailyfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ad_spend__isnull", True), ("ad_spend__gte", 0), _connector="OR"
                ),
                name="spend_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="dailyfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ad_spend__isnull", True), ("platform_conversion_value__isnull", True)
                    ),
                    models.Q(("currency", ""), _negated=True),
                    _connector="OR",
                ),
                name="money_has_a_currency",
            ),
        ),
        migrations.AddIndex(
            model_name="refusedrow",
            index=models.Index(
                fields=["agency", "client", "batch", "line"], name="refused_of_batch"
            ),
        ),
        migrations.AddIndex(
            model_name="replacedrow",
            index=models.Index(fields=["agency", "client", "batch"], name="replaced_by_batch"),
        ),
        migrations.AddConstraint(
            model_name="salesperson",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "external_id"), name="salesperson_once"
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(fields=["agency", "client", "sold_on"], name="sale_by_day"),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(fields=["agency", "client", "customer"], name="sale_of_customer"),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                fields=["agency", "client", "lead"],
                name="sale_of_lead",
                condition=models.Q(("lead__isnull", False)),
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "source", "external_id"), name="sale_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="sale_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sold_at__isnull", False), ("sold_date__isnull", False), _connector="OR"
                ),
                name="sale_has_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["agency", "client", "refunded_on"], name="refund_by_day"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["agency", "client", "sale"], name="refund_of_sale"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "source", "external_id"), name="refund_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="refund_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded_at__isnull", False),
                    ("refunded_date__isnull", False),
                    _connector="OR",
                ),
                name="refund_has_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["agency", "client", "created_on"], name="lead_by_day"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(
                    ("mql_at__isnull", False), ("mql_date__isnull", False), _connector="OR"
                ),
                fields=["agency", "client", "mql_on"],
                name="lead_by_mql",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(
                    ("sql_at__isnull", False), ("sql_date__isnull", False), _connector="OR"
                ),
                fields=["agency", "client", "sql_on"],
                name="lead_by_sql",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(
                    ("opp_at__isnull", False), ("opp_date__isnull", False), _connector="OR"
                ),
                fields=["agency", "client", "opp_on"],
                name="lead_by_opp",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", False), ("closed_date__isnull", False), _connector="OR"
                ),
                fields=["agency", "client", "closed_on"],
                name="lead_by_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(
                    models.Q(
                        ("opp_at__isnull", False), ("opp_date__isnull", False), _connector="OR"
                    ),
                    ("closed_at__isnull", True),
                    ("closed_date__isnull", True),
                ),
                fields=["agency", "client", "opp_on"],
                name="lead_open_opp",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)),
                fields=["agency", "client", "customer"],
                name="lead_of_customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "source", "external_id"), name="lead_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("created_at__isnull", False), ("created_date__isnull", False), _connector="OR"
                ),
                name="lead_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", ""),
                    ("closed_at__isnull", False),
                    ("closed_date__isnull", False),
                    _connector="OR",
                ),
                name="lead_outcome_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcesync",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "family", "source"), name="source_sync_once"
            ),
        ),
        migrations.AddIndex(
            model_name="stagechange",
            index=models.Index(fields=["agency", "client", "lead"], name="stage_changes_of_lead"),
        ),
        ProtectTable("Campaign"),
        ProtectTable("LandingPage"),
        ProtectTable("Salesperson"),
        ProtectTable("Customer"),
        ProtectTable("ImportBatch"),
        ProtectTable("ImportMapping", keys=()),
        ProtectTable("SourceSync", keys=()),
        ProtectTable("RefusedRow", keys=()),
        ProtectTable("ReplacedRow", keys=()),
        ProtectTable("Lead"),
        ProtectTable("StageChange", keys=()),
        ProtectTable("Sale"),
        ProtectTable("Refund", keys=()),
        ProtectTable("Cost", keys=()),
        ProtectTable("DailyFact", keys=()),
        TenantForeignKey("Campaign", field="client"),
        TenantForeignKey("LandingPage", field="client"),
        TenantForeignKey("Salesperson", field="client"),
        TenantForeignKey("Customer", field="client"),
        TenantForeignKey("ImportBatch", field="client"),
        TenantForeignKey("ImportMapping", field="client"),
        TenantForeignKey("SourceSync", field="client"),
        TenantForeignKey("RefusedRow", field="client"),
        TenantForeignKey("ReplacedRow", field="client"),
        TenantForeignKey("StageChange", field="client"),
        TenantForeignKey("Customer", field="batch", with_client=True),
        TenantForeignKey("RefusedRow", field="batch", with_client=True),
        TenantForeignKey("ReplacedRow", field="batch", with_client=True),
        TenantForeignKey("StageChange", field="lead", with_client=True),
        TenantForeignKey("StageChange", field="salesperson", with_client=True),
        TenantForeignKey("Lead", field="customer", with_client=True),
        TenantForeignKey("Sale", field="customer", with_client=True),
        TenantForeignKey("Sale", field="lead", with_client=True),
        TenantForeignKey("Refund", field="sale", with_client=True),
        TenantForeignKey("Salesperson", field="membership", on_delete="SET NULL"),
        *(
            migrations.RunSQL(reference_sql(references), unreference_sql(references))
            for references in SET_WISE
        ),
        AuditTable("Campaign", batched=True),
        AuditTable("Salesperson", batched=True),
        AuditTable("Customer", batched=True),
        AuditTable("ImportBatch", exclude=["mapping"]),
        AuditTable("ImportMapping"),
        AuditTable("SourceSync"),
        AuditTable("Lead", batched=True),
        AuditTable("Sale", batched=True),
        AuditTable("Refund", batched=True),
        AuditTable("Cost", batched=True),
        AuditTable("DailyFact", batched=True),
        ClockDoor(
            "ImportBatch",
            columns=["id", "agency_id", "client_id", "state", "queued_at", "attempts"],
        ),
    ]
