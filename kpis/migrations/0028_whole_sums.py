"""The aggregate by which the snapshot adds whole numbers up."""

from django.db import migrations

from kpis.families.sums import whole_sum_sql, whole_sum_undo_sql


class Migration(migrations.Migration):
    dependencies = [("kpis", "0027_arrivals")]

    operations = [migrations.RunSQL(whole_sum_sql(), whole_sum_undo_sql())]
