# The columns that lists are searched by. The folding of letters is campaigns.plain_text.

from django.db import migrations, models

import campaigns.models.searching


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_clock"),
        ("campaigns", "0009_retired_sources"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("name", "external_id"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="cost",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("description"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("name", "external_id"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("name", "email", phone="phone"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("external_id"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("external_id"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="salesperson",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=campaigns.models.searching.SearchWords("name", "external_id"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="campaign_by_words"
            ),
        ),
        migrations.AddIndex(
            model_name="cost",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="cost_by_words"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="customer_by_words"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="lead_by_words"
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="refund_by_words"
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="sale_by_words"
            ),
        ),
        migrations.AddIndex(
            model_name="salesperson",
            index=models.Index(
                fields=["agency", "client", "words"], include=("id",), name="salesperson_by_words"
            ),
        ),
    ]
