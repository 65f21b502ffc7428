"""Acts: what a person did in one go, so that it can be undone as one. Steps of leads are audited too."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from accounts.rls import AuditTable, ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_acts"),
        ("campaigns", "0007_touched"),
    ]

    operations = [
        migrations.AddField(
            model_name="stagechange",
            name="is_reopening",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("create", "Added"),
                            ("change", "Changed"),
                            ("remove", "Removed"),
                            ("move", "Moved"),
                            ("note", "Noted"),
                            ("undo", "Undone"),
                        ],
                        max_length=8,
                    ),
                ),
                ("actor_id", models.BigIntegerField(null=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "undone_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.act",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "client", "-id"], name="act_newest_first")
                ],
            },
        ),
        ProtectTable("Act"),
        TenantForeignKey("Act", field="client"),
        TenantForeignKey("Act", field="undone_by", with_client=True),
        AuditTable("StageChange", batched=True),
    ]
