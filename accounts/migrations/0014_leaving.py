"""A client that is to be deleted, and its day through the scheduler's door."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_erasing")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="erase_by",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="erase_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunSQL(
            "GRANT SELECT (erase_on) ON accounts_client TO rumbo_clock",
            "REVOKE SELECT (erase_on) ON accounts_client FROM rumbo_clock",
        ),
    ]
