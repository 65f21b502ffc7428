"""When a client's deletion was asked, so that taking it back knows where the client stood."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_hashed_sessions")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="erase_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
