"""Targets and baselines with the ten digits that milestones have."""

from django.db import migrations, models


def figure():
    return models.DecimalField(blank=True, decimal_places=10, max_digits=28, null=True)


class Migration(migrations.Migration):
    dependencies = [("kpis", "0024_goal_parameters")]

    operations = [
        migrations.AlterField(model_name="goal", name="baseline", field=figure()),
        migrations.AlterField(model_name="goal", name="target", field=figure()),
        migrations.AlterField(model_name="goalversion", name="target", field=figure()),
    ]
