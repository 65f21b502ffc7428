"""The first run: a checklist that can be closed, whom a client's people ask, a guide that folds up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_acts")]

    operations = [
        migrations.AddField(
            "agency", "checklist_closed_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "client", "checklist_closed_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "client",
            "contact",
            models.CharField(
                blank=True,
                default="",
                help_text="A name with an e-mail or a telephone. The client's own users read it.",
                max_length=200,
                verbose_name="whom its people ask",
            ),
            preserve_default=False,
        ),
        migrations.AddField("user", "guide_closed_at", models.DateTimeField(blank=True, null=True)),
    ]
