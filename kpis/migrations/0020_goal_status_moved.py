"""A goal's row is what people wrote: its status is in its standing now, and all else is audited."""

from django.db import migrations

from accounts.rls import AuditTable

STATUS = ("status", "status_since", "evaluated_on")
AUDIT = (
    "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON kpis_goal"
    " FOR EACH ROW EXECUTE FUNCTION rumbo_audit('status', 'status_since', 'evaluated_on')"
)


class Migration(migrations.Migration):
    dependencies = [("kpis", "0019_goal_standings")]

    operations = [
        migrations.RunSQL("DROP TRIGGER audit ON kpis_goal", AUDIT),
        *(migrations.RemoveField("goal", name) for name in STATUS),
        AuditTable("Goal"),
    ]
