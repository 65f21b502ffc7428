import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("kpis", "0006_exchange_rates"),
    ]

    operations = [
        migrations.CreateModel(
            name="KpiTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("origin", models.CharField(blank=True, max_length=20)),
                ("entries", models.JSONField(default=list)),
                ("version", models.PositiveIntegerField(default=1)),
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
        ),
        migrations.CreateModel(
            name="KpiSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entries", models.JSONField(default=list)),
                ("template_version", models.PositiveIntegerField(null=True)),
                ("template_name", models.CharField(blank=True, max_length=80)),
                ("given", models.JSONField(default=list)),
                ("application", models.CharField(blank=True, max_length=32)),
                ("before", models.JSONField(null=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="kpis.kpitemplate",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="kpitemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at", None)),
                fields=("agency", "name"),
                name="kpi_template_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpiset",
            constraint=models.UniqueConstraint(fields=("agency", "client"), name="kpi_set_once"),
        ),
        ProtectTable("KpiTemplate", kind="agency"),
        ProtectTable("KpiSet", keys=()),
        TenantForeignKey("KpiSet", field="client"),
        TenantForeignKey("KpiSet", field="template"),
        AuditTable("KpiTemplate"),
        AuditTable("KpiSet", exclude=["before"]),
    ]
