"""People, families, libraries, cards; what was checked, and what was told."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import cards.models.family


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Family",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "timezone",
                    models.CharField(
                        default="America/Toronto",
                        max_length=64,
                        validators=[cards.models.family.validate_timezone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "created",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "family",
                "verbose_name_plural": "families",
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Library",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.SlugField(
                        help_text="As in: check_cards --library waterloo", unique=True, verbose_name="short name"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                (
                    "system",
                    models.CharField(
                        help_text="What the library's website runs on", max_length=40, verbose_name="system"
                    ),
                ),
                (
                    "options",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="The system's options, base_url first",
                        verbose_name="options",
                    ),
                ),
                (
                    "timezone",
                    models.CharField(
                        default="America/Toronto",
                        max_length=64,
                        validators=[cards.models.family.validate_timezone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="CAD",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Z]{3}$", "Three capital letters, like CAD.")
                        ],
                        verbose_name="currency",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note to patrons")),
                (
                    "enabled",
                    models.BooleanField(
                        default=True, help_text="Whether its cards are checked", verbose_name="enabled"
                    ),
                ),
                (
                    "confirmed",
                    models.BooleanField(
                        default=True,
                        help_text="Whether somebody read a card there with these options. No family's card is visited before that.",
                        verbose_name="confirmed",
                    ),
                ),
                (
                    "works_since",
                    models.DateTimeField(
                        editable=False,
                        help_text="Its first good check of a family's card",
                        null=True,
                        verbose_name="works since",
                    ),
                ),
                (
                    "user_agent",
                    models.CharField(
                        blank=True,
                        help_text="Only where this library needs another than ours",
                        max_length=200,
                        verbose_name="User-Agent",
                    ),
                ),
                (
                    "from_catalogue",
                    models.JSONField(
                        default=dict,
                        editable=False,
                        help_text="What staff did not change since is what the catalogue may change",
                        verbose_name="as the catalogue last said",
                    ),
                ),
                ("lane_holder", models.UUIDField(editable=False, null=True, verbose_name="lane held by")),
                ("lane_until", models.DateTimeField(editable=False, null=True, verbose_name="lane held until")),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="What staff were last told about it",
                        max_length=40,
                        verbose_name="trouble",
                    ),
                ),
                ("trouble_since", models.DateTimeField(editable=False, null=True, verbose_name="in trouble since")),
            ],
            options={
                "verbose_name": "library",
                "verbose_name_plural": "libraries",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                ("is_staff", models.BooleanField(default=False, verbose_name="staff")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "joined",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="joined"),
                ),
                ("mail_on", models.BooleanField(default=True, verbose_name="send mail")),
                (
                    "mail_hour",
                    models.PositiveSmallIntegerField(
                        default=6,
                        help_text="0 to 23, in the family's time zone",
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="hour of the mail",
                    ),
                ),
                (
                    "days_ahead",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="Mail when something is due within so many days",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(14),
                        ],
                        verbose_name="days ahead",
                    ),
                ),
                (
                    "digest_day",
                    models.DateField(
                        editable=False,
                        help_text="The last day whose mail was composed, or found not needed",
                        null=True,
                        verbose_name="last digest for",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ("email",),
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patron_name", models.CharField(max_length=100, verbose_name="name on the card")),
                ("number_sealed", models.BinaryField(verbose_name="number, sealed")),
                ("pin_sealed", models.BinaryField(verbose_name="PIN, sealed")),
                (
                    "fingerprint",
                    models.CharField(db_index=True, editable=False, max_length=64, verbose_name="fingerprint"),
                ),
                (
                    "credentials_version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="credentials version"),
                ),
                (
                    "interval_hours",
                    models.PositiveSmallIntegerField(
                        default=6,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="hours between checks",
                    ),
                ),
                (
                    "created",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                ("snapshot", models.JSONField(editable=False, null=True, verbose_name="snapshot")),
                ("snapshot_at", models.DateTimeField(editable=False, null=True, verbose_name="read at")),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "none"),
                            ("login_failed", "login refused"),
                            ("patron_must_act", "patron must act"),
                            ("site_unavailable", "site unavailable"),
                            ("site_slow", "site too slow"),
                            ("site_error", "site failing"),
                            ("maintenance", "site in maintenance"),
                            ("bad_certificate", "bad certificate"),
                            ("site_refused_us", "site refused us"),
                            ("layout_changed", "page not understood"),
                            ("misconfigured", "misconfigured"),
                            ("failed", "our fault"),
                        ],
                        default="",
                        editable=False,
                        max_length=20,
                        verbose_name="trouble",
                    ),
                ),
                ("trouble_words", models.TextField(blank=True, editable=False, verbose_name="the library's words")),
                (
                    "trouble_url",
                    models.URLField(blank=True, editable=False, max_length=500, verbose_name="where to act"),
                ),
                ("trouble_since", models.DateTimeField(editable=False, null=True, verbose_name="in trouble since")),
                ("failures", models.PositiveIntegerField(default=0, editable=False, verbose_name="failures in a row")),
                ("last_began", models.DateTimeField(editable=False, null=True, verbose_name="last visit began")),
                (
                    "next_check_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, editable=False, verbose_name="next check at"
                    ),
                ),
                ("lease_by", models.UUIDField(editable=False, null=True, verbose_name="being checked by")),
                ("lease_until", models.DateTimeField(editable=False, null=True, verbose_name="being checked until")),
                ("visiting", models.BooleanField(default=False, editable=False, verbose_name="visit under way")),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cards",
                        to="cards.family",
                        verbose_name="family",
                    ),
                ),
                (
                    "library",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="cards.library",
                        verbose_name="library",
                    ),
                ),
            ],
            options={
                "verbose_name": "card",
                "verbose_name_plural": "cards",
                "ordering": ("family", "patron_name", "library__name"),
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "joined",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="joined"),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="cards.family",
                        verbose_name="family",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="family",
            name="people",
            field=models.ManyToManyField(
                related_name="families", through="cards.Membership", to=settings.AUTH_USER_MODEL, verbose_name="people"
            ),
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="What it was about, as due:31234:2026-05-01", max_length=200, verbose_name="key"
                    ),
                ),
                ("told", models.DateTimeField(default=django.utils.timezone.now, verbose_name="told")),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="cards.card",
                        verbose_name="card",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ("-told",),
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "trigger",
                    models.CharField(
                        choices=[("command", "check_cards"), ("page", "check now"), ("admin", "staff")],
                        default="command",
                        max_length=10,
                        verbose_name="started by",
                    ),
                ),
                ("began", models.DateTimeField(default=django.utils.timezone.now, verbose_name="began")),
                ("finished", models.DateTimeField(null=True, verbose_name="finished")),
                ("checked", models.PositiveIntegerField(default=0, verbose_name="checked")),
                ("ok", models.PositiveIntegerField(default=0, verbose_name="ok")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="failed")),
                ("mailed", models.PositiveIntegerField(default=0, verbose_name="mailed")),
            ],
            options={
                "verbose_name": "run",
                "verbose_name_plural": "runs",
                "ordering": ("-began",),
                "indexes": [models.Index(fields=["-finished"], name="run_finished")],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began", models.DateTimeField(verbose_name="began")),
                ("seconds", models.FloatField(verbose_name="seconds")),
                ("requests", models.PositiveIntegerField(default=0, verbose_name="requests")),
                ("outcome", models.CharField(max_length=20, verbose_name="outcome")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                ("loans", models.PositiveIntegerField(null=True, verbose_name="loans")),
                ("holds", models.PositiveIntegerField(null=True, verbose_name="holds")),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="cards.card",
                        verbose_name="card",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="checks",
                        to="cards.run",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "check",
                "verbose_name_plural": "checks",
                "ordering": ("-began",),
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("digest", "digest"), ("staff", "to staff")], max_length=10, verbose_name="kind"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="What makes it the same letter: digest:7:2026-05-01",
                        max_length=200,
                        unique=True,
                        verbose_name="key",
                    ),
                ),
                ("to", models.EmailField(max_length=254, verbose_name="to")),
                ("message_id", models.CharField(max_length=200, verbose_name="Message-ID")),
                ("subject", models.CharField(blank=True, max_length=400, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="plain text")),
                ("html", models.TextField(blank=True, verbose_name="HTML")),
                ("headers", models.JSONField(blank=True, default=dict, verbose_name="headers")),
                ("created", models.DateTimeField(default=django.utils.timezone.now, verbose_name="created")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "held_until",
                    models.DateTimeField(
                        editable=False,
                        help_text="Some process is sending it until then",
                        null=True,
                        verbose_name="held until",
                    ),
                ),
                ("sent", models.DateTimeField(null=True, verbose_name="sent")),
                ("trouble", models.CharField(blank=True, max_length=400, verbose_name="trouble")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ("-created",),
                "indexes": [models.Index(condition=models.Q(("sent", None)), fields=["created"], name="letter_unsent")],
            },
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["library", "next_check_at"], name="card_lane"),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(("lease_by__isnull", False)), fields=["lease_by"], name="card_leased"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("family", "user"), name="one_membership_a_person_and_family"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("user", "card", "key"), name="one_notice_a_person_card_and_key"),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(fields=["card", "-began"], name="check_card_began"),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(fields=["began"], name="check_began"),
        ),
    ]
