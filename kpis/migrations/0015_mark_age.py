"""The scheduler's door also shows since when the oldest stale day waits, for monitoring."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0014_written_in")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT (marked_at) ON kpis_dirtyday TO rumbo_clock",
            "REVOKE SELECT (marked_at) ON kpis_dirtyday FROM rumbo_clock",
        )
    ]
