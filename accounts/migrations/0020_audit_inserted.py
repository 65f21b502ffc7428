"""What audits the inserted rows of a statement together; campaigns puts it on its tables."""

from django.db import migrations

from accounts.rows_audited import audit_inserted_function


class Migration(migrations.Migration):
    dependencies = [("accounts", "0019_quick_audit")]

    operations = [audit_inserted_function()]
