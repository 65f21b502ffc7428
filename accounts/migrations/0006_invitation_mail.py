"""The e-mail of an invitation is a worker's: what it needs, what became of it, and the clock's door."""

from django.db import migrations, models

from accounts.rls import AuditTable, ClockDoor

WRITTEN_BY_WORKERS = ["mail_due_at", "mail_attempts", "mail_problem", "sent_at", "link_base"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_sealed_factors")]

    operations = [
        migrations.AddField(
            "invitation",
            "link_base",
            models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            "invitation", "mail_attempts", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField("invitation", "mail_due_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "invitation",
            "mail_problem",
            models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField("invitation", "sent_at", models.DateTimeField(null=True)),
        # What became of the e-mail is no member's act: left out of the audit, as the secret is.
        migrations.RunSQL(
            "DROP TRIGGER audit ON accounts_invitation",
            "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accounts_invitation"
            " FOR EACH ROW EXECUTE FUNCTION rumbo_audit('secret_hash')",
        ),
        AuditTable("Invitation", exclude=["secret_hash", *WRITTEN_BY_WORKERS]),
        ClockDoor("Invitation", columns=["id", "agency_id", "mail_due_at"]),
    ]
