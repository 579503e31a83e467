"""Every setting, read from the environment. `DEBUG=1` alone is enough at home; hosted, secrets are demanded."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url

from libraryhippo import environment as env
from libraryhippo.browser import content_security_policy
from libraryhippo.providers import providers

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Whether this is somebody's desk or a place where people keep their cards -------------------------------------

DEBUG = env.flag("DEBUG")
HOSTED = not DEBUG or env.given(["DYNO"])
if HOSTED or env.given(["DATABASE_URL", "SITE_URL"]):
    env.require(["SECRET_KEY", "CARD_KEYS", *(["SITE_URL", "STAFF_EMAILS", "DATABASE_URL"] if HOSTED else [])])

DEVELOPMENT_SECRET = "for development only: everybody who reads the code knows it"

SECRET_KEY = env.secret("SECRET_KEY", DEVELOPMENT_SECRET)
# The first seals card numbers and PINs, all of them open: a new one is put in front of the old one.
CARD_KEYS = env.secrets("CARD_KEYS", DEVELOPMENT_SECRET)

# --- Where it is found ---------------------------------------------------------------------------------------------

SITE_URL = env.origin("SITE_URL", "http://localhost:8000")
_HOST = urlsplit(SITE_URL).hostname or "localhost"
_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [_HOST, *([".localhost", "127.0.0.1", "[::1]"] if DEBUG else [])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # platforms ask for it over plain HTTP, from inside
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
# Other names below the site's domain may be somebody else's: their HTTPS is not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 60 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # bytes of a form
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
ADMIN_PATH = env.slug("ADMIN_PATH", "admin")

# --- What it is made of --------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cards",
    "notifications",
    "libraries",
    "cards.signing_in.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "libraryhippo.browser.refuse_large_bodies",
    "django.middleware.security.SecurityMiddleware",
    "libraryhippo.browser.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cards.middleware.for_the_person",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "libraryhippo.urls"
WSGI_APPLICATION = "libraryhippo.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Where things are kept -----------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
DATABASES = {
    "default": dj_database_url.parse(
        DATABASE_URL, conn_max_age=60, conn_health_checks=True, ssl_require=env.given(["DYNO"])
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",  # a transaction that would write waits at its start, and never fails half-way
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits are counted in the cache, so it must be one for all processes: Redis where there is one, else the database.
_BROKER = env.text("CELERY_BROKER_URL")
REDIS_URL = env.text("REDIS_URL", _BROKER if _BROKER.startswith(("redis://", "rediss://")) else "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # beyond, a third is thrown away, limits with it
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Who signs in --------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "cards.User"
AUTHENTICATION_BACKENDS = ["cards.signing_in.backend.WithoutPasswords"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds: how long the link of make_staff lasts

DEMO = DEBUG and env.given(["LIBRARYHIPPO_DEMO"])  # set by `manage.py demo` for itself
STAFF_NEED_SECOND_FACTOR = not DEMO

ACCOUNT_ADAPTER = "cards.signing_in.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proven before it gets an account (cards/signing_in/codes.py)
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
SOCIALACCOUNT_ADAPTER = "cards.signing_in.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = providers(plain_http=DEBUG)
SOCIALACCOUNT_QUERY_EMAIL = True
CONTENT_SECURITY_POLICY = content_security_policy(SOCIALACCOUNT_PROVIDERS, env.words("FORM_ACTION_ORIGINS"))
MFA_ADAPTER = "cards.signing_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "cards.signing_in.forms.AddPasskeyForm",
    "authenticate_webauthn": "cards.signing_in.forms.SecondPasskeyForm",
    "login_webauthn": "cards.signing_in.forms.SignInPasskeyForm",
    "reauthenticate_webauthn": "cards.signing_in.forms.AgainPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "LibraryHippo"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, for clocks that go wrong
# How many web servers stand in front: X-Forwarded-For is believed only as far as they wrote it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXIES", 1 if _HTTPS else 0, least=0)

# --- Language and time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "America/Toronto")

# --- Mail ----------------------------------------------------------------------------------------------------------

STAFF_EMAILS = env.addresses("STAFF_EMAILS")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_PORT = env.whole("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_TIMEOUT = env.whole("EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"LibraryHippo <libraryhippo@{_HOST}>")
MAIL_FOLDER = env.text("MAIL_FOLDER")
EMAIL_BACKEND = (
    "libraryhippo.mail_folder.EmailBackend"
    if MAIL_FOLDER and not EMAIL_HOST
    else "django.core.mail.backends.console.EmailBackend"
    if DEBUG and not EMAIL_HOST
    else "django.core.mail.backends.smtp.EmailBackend"
)

# --- Visits to libraries -------------------------------------------------------------------------------------------

CONTACT = env.text("CONTACT", STAFF_EMAILS[0] if STAFF_EMAILS else "")
USER_AGENT = env.text("USER_AGENT", f"LibraryHippo/1 (+{SITE_URL}{f'; {CONTACT}' if CONTACT else ''})")
LIBRARY_PROXY = env.url("LIBRARY_PROXY")
LIBRARY_ALLOW_PRIVATE = env.flag("LIBRARY_ALLOW_PRIVATE")  # libraries on this machine: the demo's
VISIT_SECONDS = env.whole("VISIT_SECONDS", 90)
MAX_BODY_BYTES = env.whole("MAX_BODY_BYTES", 10 * 2**20)
CHECK_WORKERS = env.whole("CHECK_WORKERS", 8)
CHECK_IN_BACKGROUND = True  # "check now" answers at once, and a thread does the work; tests may switch that off

# --- Workers, where there are any (README: On many machines) --------------------------------------------------------

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL")
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 15 * 60}  # a task takes five minutes at most
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.2}

# --- Keeping an eye on it ------------------------------------------------------------------------------------------

CHECKS_KEPT_DAYS = env.whole("CHECKS_KEPT_DAYS", 30, least=8)  # whether a week was quiet is seen from its letters
IDLE_DAYS = env.whole("IDLE_DAYS", 730)  # without a sign-in and a card that works; then, after two warnings, deleted
RUNS_WITHIN_HOURS = env.whole("RUNS_WITHIN_HOURS", 26)
HEARTBEAT_URL = env.url("HEARTBEAT_URL")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"route": {"()": "libraryhippo.log.RouteForPath"}},
    "formatters": {"line": {"()": "libraryhippo.log.OneLine"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "filters": ["route"],
        }
    },
    "root": {"handlers": ["stdout"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    # Django's own would mail tracebacks to ADMINS, and print to stderr under DEBUG.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
