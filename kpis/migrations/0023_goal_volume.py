"""How many cases a day a goal's number rests on: how often a review of it says anything."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0022_goal_templates")]

    operations = [
        migrations.AddField(
            model_name="goalstanding",
            name="daily_volume",
            field=models.DecimalField(decimal_places=10, max_digits=28, null=True),
        ),
    ]
