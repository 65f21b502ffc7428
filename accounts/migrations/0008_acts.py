"""The audit keeps which act a change belongs to, so that an act can be undone as one."""

from django.db import migrations, models

from accounts.rls import audit_function_with_acts


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_touched"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="act_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("act_id__isnull", False)),
                fields=["agency", "act_id"],
                name="audit_of_act",
            ),
        ),
        audit_function_with_acts(),
    ]
