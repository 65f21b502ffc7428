# The audit keeps the inserted rows of a statement together; an entry for each, as before.

from django.db import migrations

from accounts.rows_audited import AuditInsertsTogether

TABLES = (
    "Campaign", "Salesperson", "Customer", "Lead", "StageChange", "Sale", "Refund", "Cost", "DailyFact",
    "Product", "SaleLine", "Budget", "VisitorDay", "ReportedRange", "Interaction", "CustomerTerm",
    "ManualMonth", "OwnValue",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_audit_inserted"),
        ("campaigns", "0013_words_faster"),
    ]

    operations = [AuditInsertsTogether(name) for name in TABLES]
