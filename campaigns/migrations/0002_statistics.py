from django.db import migrations

from campaigns.statistics import NO_STATISTICS_SQL, STATISTICS_SQL


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_first")]

    operations = [migrations.RunSQL(STATISTICS_SQL, NO_STATISTICS_SQL)]
