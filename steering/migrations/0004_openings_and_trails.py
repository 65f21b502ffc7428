"""Who of a client opened its numbers, and where goals stood at the last weekly looks."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.rls import ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_erasure_asked"),
        ("kpis", "0022_goal_templates"),
        ("steering", "0003_reviews_and_comments"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoalTrail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noted_on", models.DateField()),
                ("pace", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("probability", models.DecimalField(decimal_places=8, max_digits=9, null=True)),
                ("earlier_on", models.DateField(null=True)),
                ("earlier_pace", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                (
                    "earlier_probability",
                    models.DecimalField(decimal_places=8, max_digits=9, null=True),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "client", "goal"), name="goal_trail_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("days", models.PositiveIntegerField(default=1)),
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "client", "membership"), name="opening_once"
                    )
                ],
            },
        ),
        ProtectTable("Opening", keys=()),
        TenantForeignKey("Opening", field="client"),
        TenantForeignKey("Opening", field="membership"),
        ProtectTable("GoalTrail", keys=()),
        TenantForeignKey("GoalTrail", field="client"),
        TenantForeignKey("GoalTrail", field="goal", with_client=True),
    ]
