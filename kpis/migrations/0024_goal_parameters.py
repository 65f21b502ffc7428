"""A goal's own cost basis, and templates of goals for one channel."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0023_goal_volume")]

    operations = [
        migrations.AddField(
            model_name="goal",
            name="cost_basis",
            field=models.CharField(blank=True, max_length=10, verbose_name="cost basis"),
        ),
        migrations.AddField(
            model_name="goaltemplate",
            name="channel",
            field=models.CharField(blank=True, max_length=20, verbose_name="channel"),
        ),
    ]
