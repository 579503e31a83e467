from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0007_signing_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="reasons",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="How much of each kind of news asked for it; no titles",
                verbose_name="reasons",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("digest", "digest"),
                    ("word", "word on a quiet week"),
                    ("test", "test"),
                    ("staff", "to staff"),
                    ("invitation", "invitation"),
                    ("idle", "warning before deletion"),
                    ("farewell", "farewell"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
    ]
