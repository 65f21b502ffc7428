import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("campaigns", "0002_statistics"),
        ("kpis", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Experiment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "hypothesis",
                    models.CharField(blank=True, max_length=500, verbose_name="hypothesis"),
                ),
                (
                    "counted_by",
                    models.CharField(
                        choices=[
                            ("visitors", "Visitors of its landing pages"),
                            ("sessions", "Sessions of its landing pages"),
                            ("totals", "Totals per day, typed in or from a file"),
                        ],
                        max_length=8,
                        verbose_name="counted by",
                    ),
                ),
                ("base_rate", models.DecimalField(decimal_places=8, max_digits=9)),
                ("target_rate", models.DecimalField(decimal_places=8, max_digits=9)),
                ("alpha", models.DecimalField(decimal_places=4, max_digits=5)),
                ("power", models.DecimalField(decimal_places=4, max_digits=5)),
                (
                    "planned_per_arm",
                    models.PositiveIntegerField(verbose_name="visitors per variant"),
                ),
                ("looks", models.PositiveSmallIntegerField(default=1)),
                ("is_guarded", models.BooleanField(default=True)),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("adopt", "Adopt a variant"),
                            ("keep", "Keep the control"),
                            ("stop", "Stop without a result"),
                        ],
                        max_length=5,
                        verbose_name="decision",
                    ),
                ),
                ("decided_on", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
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
            options={"verbose_name": "A/B test"},
        ),
        migrations.CreateModel(
            name="ExperimentVariant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("weight", models.PositiveSmallIntegerField(default=1)),
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
                    "experiment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="kpis.experiment",
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
            options={"verbose_name": "variant of an A/B test"},
        ),
        migrations.CreateModel(
            name="ExperimentCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("visitors", models.PositiveIntegerField()),
                ("conversions", models.PositiveIntegerField()),
                ("qualified", models.PositiveIntegerField(null=True)),
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
                    "variant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="kpis.experimentvariant",
                    ),
                ),
            ],
            options={"verbose_name": "day of an A/B test"},
        ),
        migrations.AddField(
            model_name="experiment",
            name="decided_for",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="kpis.experimentvariant",
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentvariant",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "experiment", "place"), name="variant_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentvariant",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1)), name="variant_has_a_weight"
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentcount",
            constraint=models.UniqueConstraint(
                fields=("agency", "client", "variant", "day"), name="experiment_count_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("conversions__lte", models.F("visitors"))),
                name="count_converts_visitors",
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentcount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("qualified", None), ("qualified__lte", models.F("visitors")), _connector="OR"
                ),
                name="count_qualifies_visitors",
            ),
        ),
        migrations.AddIndex(
            model_name="experiment",
            index=models.Index(fields=["agency", "client"], name="experiments_of_client"),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="experiment_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("planned_per_arm__gte", 1)), name="experiment_plans_visitors"
            ),
        ),
        ProtectTable("Experiment"),
        ProtectTable("ExperimentVariant"),
        ProtectTable("ExperimentCount", keys=()),
        TenantForeignKey("Experiment", field="client"),
        TenantForeignKey("ExperimentVariant", field="client"),
        TenantForeignKey("ExperimentCount", field="client"),
        TenantForeignKey("ExperimentVariant", field="experiment", with_client=True),
        TenantForeignKey("ExperimentVariant", field="landing_page", with_client=True),
        TenantForeignKey("ExperimentCount", field="variant", with_client=True),
        TenantForeignKey("Experiment", field="decided_for", with_client=True),
        AuditTable("Experiment"),
        AuditTable("ExperimentVariant"),
        AuditTable("ExperimentCount"),
    ]
