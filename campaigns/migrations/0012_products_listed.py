# Products become a list of their own: searched by words, and stamped when they change.

import django.utils.timezone
from django.db import migrations, models

import campaigns.models.searching
from accounts.touching import TouchTable


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_touched"),
        ("campaigns", "0011_undo"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="updated_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("name", "external_id"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="product_by_words"
            ),
        ),
        TouchTable("Product"),
    ]
