import django.db.models.deletion
from django.db import migrations, models

from accounts.rls import ProtectTable, TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_acts"),
        ("campaigns", "0010_search_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.importbatch",
            ),
        ),
        migrations.AddField(
            model_name="landingpage",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.importbatch",
            ),
        ),
        migrations.AddField(
            model_name="salesperson",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.importbatch",
            ),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("preview", "Being prepared"),
                    ("queued", "Waiting"),
                    ("done", "Done"),
                    ("undoing", "Being undone"),
                    ("refused", "Refused"),
                    ("failed", "Failed"),
                    ("undone", "Undone"),
                ],
                default="queued",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="BatchLines",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("fields", models.JSONField()),
                ("lines", models.BinaryField()),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "client", "batch", "number"), name="batch_lines_once"
                    )
                ],
            },
        ),
        migrations.RemoveIndex(model_name="importbatch", name="batch_waiting"),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "undoing"])),
                fields=["state"],
                name="batch_waiting",
            ),
        ),
        ProtectTable("BatchLines", keys=()),
        TenantForeignKey("BatchLines", field="client"),
        TenantForeignKey("BatchLines", field="batch", with_client=True),
        TenantForeignKey("Campaign", field="batch", with_client=True),
        TenantForeignKey("LandingPage", field="batch", with_client=True),
        TenantForeignKey("Salesperson", field="batch", with_client=True),
        # They come packed: the database need not try once more.
        migrations.RunSQL(
            "ALTER TABLE campaigns_batchlines ALTER COLUMN lines SET STORAGE EXTERNAL",
            "ALTER TABLE campaigns_batchlines ALTER COLUMN lines SET STORAGE EXTENDED",
        ),
    ]
