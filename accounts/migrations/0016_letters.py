"""E-mails to persons that wait for a worker. A table of persons: no agency, no row-level security."""

import django.utils.timezone
from django.db import migrations, models

# The clock learns which are due, and nothing of what they say or to whom they go.
GRANT = "GRANT SELECT (id, due_at) ON accounts_letter TO rumbo_clock"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_agency_leaving")]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=32, unique=True)),
                ("kind", models.CharField(max_length=60)),
                ("sealed", models.TextField()),
                ("due_at", models.DateTimeField()),
                ("useless_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"indexes": [models.Index(fields=["due_at"], name="letter_by_due")]},
        ),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
    ]
