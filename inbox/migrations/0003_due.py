from django.db import migrations, models

#: The scheduler sees when a notice is due, and no more of it.
GRANT = "GRANT SELECT (due_at) ON inbox_notice TO rumbo_clock"
REVOKE = "REVOKE SELECT (due_at) ON inbox_notice FROM rumbo_clock"


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0002_for_one_member"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(GRANT, REVOKE),
    ]
