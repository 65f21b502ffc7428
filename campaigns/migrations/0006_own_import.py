from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_import_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("leads", "Leads"),
                    ("sales", "Sales"),
                    ("costs", "Costs"),
                    ("daily", "Daily facts"),
                    ("lines", "Lines of sales"),
                    ("products", "Products and their cost"),
                    ("budgets", "Budgets"),
                    ("contacts", "Contacts with customers"),
                    ("terms", "Contracts"),
                    ("visitors", "Visitors by day"),
                    ("ranges", "Reach and users of a period"),
                    ("months", "Figures of the company by month"),
                    ("own", "Own measures"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="importmapping",
            name="kind",
            field=models.CharField(
                choices=[
                    ("leads", "Leads"),
                    ("sales", "Sales"),
                    ("costs", "Costs"),
                    ("daily", "Daily facts"),
                    ("lines", "Lines of sales"),
                    ("products", "Products and their cost"),
                    ("budgets", "Budgets"),
                    ("contacts", "Contacts with customers"),
                    ("terms", "Contracts"),
                    ("visitors", "Visitors by day"),
                    ("ranges", "Reach and users of a period"),
                    ("months", "Figures of the company by month"),
                    ("own", "Own measures"),
                ],
                max_length=8,
            ),
        ),
    ]
