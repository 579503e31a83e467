"""What the settings demand, and what they refuse, in a process of their own with nothing but the given environment."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "a-secret-of-more-than-thirty-two-characters"
HOSTED = {
    "SECRET_KEY": SECRET,
    "CARD_KEYS": SECRET,
    "SITE_URL": "https://library.example.org",
    "STAFF_EMAILS": "ann@example.org",
    "DATABASE_URL": "postgres://hippo@db.example.org/hippo",
}
SHOW = """
import json, sys
from libraryhippo import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def start(environment: dict[str, str], *names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SHOW, *names]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def settings(environment: dict[str, str], *names: str) -> dict[str, Any]:
    done = start(environment, *names)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in HOSTED.items() if name not in names}


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, list(HOSTED)),
        ({"DEBUG": "0"}, list(HOSTED)),
        ({"DEBUG": "1", "DATABASE_URL": "postgres://localhost/hippo"}, ["SECRET_KEY", "CARD_KEYS"]),
        ({"DEBUG": "1", "SITE_URL": "https://library.example.org"}, ["SECRET_KEY", "CARD_KEYS"]),
        ({"DEBUG": "1", "DYNO": "web.1"}, list(HOSTED)),
        (without("SECRET_KEY"), ["SECRET_KEY"]),
        (without("CARD_KEYS"), ["CARD_KEYS"]),
        (without("SITE_URL"), ["SITE_URL"]),
        (without("STAFF_EMAILS"), ["STAFF_EMAILS"]),
        (without("DATABASE_URL"), ["DATABASE_URL"]),
        ({**HOSTED, "CARD_KEYS": "  "}, ["CARD_KEYS"]),
    ],
)
def test_it_does_not_start_without_its_secrets_and_says_which_are_missing(
    environment: dict[str, str], missing: list[str]
) -> None:
    done = start(environment)
    assert done.returncode != 0
    assert [name for name in HOSTED if f"  {name}: " in done.stderr] == missing


def test_it_says_how_to_make_a_secret() -> None:
    assert "secrets.token_urlsafe(48)" in start(without("SECRET_KEY")).stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARD_KEYS", "Hush-short"),
        ("CARD_KEYS", f"{SECRET},Hush-short"),
        ("SECRET_KEY", "Hush-short"),
        ("SITE_URL", "Hush.example.org"),
        ("SITE_URL", "https://library.example.org/Hush"),
        ("SITE_URL", "https://*"),
        ("STAFF_EMAILS", "Hush"),
        ("STAFF_EMAILS", "Hush ann@example.org"),
        ("TIME_ZONE", "America/Hush"),
        ("DEBUG", "Hush"),
        ("CHECK_WORKERS", "0"),
        ("RUNS_WITHIN_HOURS", "-26"),
        ("HEARTBEAT_URL", "ftp://Hush.example.org"),
        ("LIBRARY_PROXY", "Hush:8080"),
    ],
)
def test_a_bad_value_is_refused_by_name_and_not_printed(name: str, value: str) -> None:
    done = start({**HOSTED, name: value})
    said = done.stderr.splitlines()[-1]
    assert done.returncode != 0
    assert "ImproperlyConfigured" in said
    assert name in said
    assert "Hush" not in done.stderr


def test_debug_alone_is_enough_and_keeps_everything_in_a_file_beside_the_code() -> None:
    found = settings({"DEBUG": "1"}, "DATABASES", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_BACKEND", "STORAGES")
    database = found["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.sqlite3", str(ROOT / "db.sqlite3"))
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert found["SITE_URL"] == "http://localhost:8000"
    assert "127.0.0.1" in found["ALLOWED_HOSTS"]
    assert "console" in found["EMAIL_BACKEND"]
    assert "Manifest" not in found["STORAGES"]["staticfiles"]["BACKEND"]


def test_one_site_url_gives_hosts_origins_and_https() -> None:
    names = ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "DEBUG"]
    found = settings({**HOSTED, "SITE_URL": "https://library.example.org/"}, *names, "CSRF_COOKIE_SECURE", "USER_AGENT")
    assert found == {
        "ALLOWED_HOSTS": ["library.example.org"],
        "CSRF_TRUSTED_ORIGINS": ["https://library.example.org"],
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "DEBUG": False,
        "USER_AGENT": "LibraryHippo/1 (+https://library.example.org; ann@example.org)",
    }


def test_plain_http_is_served_where_the_site_url_says_so() -> None:
    found = settings({**HOSTED, "SITE_URL": "http://hippo.lan:8080"}, "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT")
    assert found == {"ALLOWED_HOSTS": ["hippo.lan"], "SECURE_SSL_REDIRECT": False}


def test_several_card_keys_are_parted_by_commas_the_newest_first() -> None:
    newer = SECRET.upper()
    assert settings({**HOSTED, "CARD_KEYS": f"{newer}, {SECRET}"}, "CARD_KEYS") == {"CARD_KEYS": [newer, SECRET]}


def test_a_dyno_speaks_to_its_database_over_tls() -> None:
    found = settings({**HOSTED, "DYNO": "web.1"}, "DATABASES")["DATABASES"]["default"]
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["CONN_HEALTH_CHECKS"] is True


def test_a_box_may_keep_its_cards_in_sqlite() -> None:
    found = settings({**HOSTED, "DATABASE_URL": "sqlite:////var/lib/hippo.sqlite3"}, "DATABASES")["DATABASES"][
        "default"
    ]
    assert found["NAME"] == "/var/lib/hippo.sqlite3"
    assert found["OPTIONS"]["timeout"] == 20


@pytest.mark.parametrize(
    ("more", "backend"),
    [
        ({"DEBUG": "1"}, "console"),
        ({"DEBUG": "1", "MAIL_FOLDER": "/tmp/mail"}, "mail_folder"),
        ({"DEBUG": "1", "MAIL_FOLDER": "/tmp/mail", "EMAIL_HOST": "smtp.example.org"}, "smtp"),
        ({}, "smtp"),
    ],
)
def test_mail_goes_to_the_console_a_folder_or_a_server(more: dict[str, str], backend: str) -> None:
    assert backend in settings({**HOSTED, **more}, "EMAIL_BACKEND")["EMAIL_BACKEND"]


@pytest.mark.parametrize(
    ("more", "port"),
    [({}, 25), ({"EMAIL_USE_TLS": "1"}, 587), ({"EMAIL_USE_SSL": "1"}, 465), ({"EMAIL_PORT": "2525"}, 2525)],
)
def test_the_mail_port_follows_the_kind_of_tls_unless_it_is_given(more: dict[str, str], port: int) -> None:
    assert settings({**HOSTED, **more}, "EMAIL_PORT") == {"EMAIL_PORT": port}


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({}, "DatabaseCache"),
        ({"CELERY_BROKER_URL": "amqp://broker.example.org"}, "DatabaseCache"),
        ({"CELERY_BROKER_URL": "rediss://redis.example.org"}, "RedisCache"),
        ({"REDIS_URL": "redis://redis.example.org"}, "RedisCache"),
    ],
)
def test_limits_are_counted_where_all_processes_see_them(environment: dict[str, str], kind: str) -> None:
    found = settings({**HOSTED, **environment}, "CACHES")
    assert found["CACHES"]["default"]["BACKEND"].endswith(kind)


@pytest.mark.parametrize(("environment", "demo"), [({"DEBUG": "1"}, True), (HOSTED, False)])
def test_the_demos_ways_in_are_the_demos_alone(environment: dict[str, str], demo: bool) -> None:
    found = settings({**environment, "LIBRARYHIPPO_DEMO": "/tmp"}, "DEMO", "STAFF_NEED_SECOND_FACTOR")
    assert found == {"DEMO": demo, "STAFF_NEED_SECOND_FACTOR": not demo}
    assert settings({"DEBUG": "1"}, "STAFF_NEED_SECOND_FACTOR")["STAFF_NEED_SECOND_FACTOR"] is True


def test_a_web_server_in_front_is_believed_about_networks_where_there_is_one() -> None:
    count = "ALLAUTH_TRUSTED_PROXY_COUNT"
    assert settings(HOSTED, count)[count] == 1
    assert settings({**HOSTED, "TRUSTED_PROXIES": "2"}, count)[count] == 2
    assert settings({"DEBUG": "1"}, count)[count] == 0
