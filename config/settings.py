"""All settings, from the environment; what each variable means is in docs/operations.md."""

import secrets
from datetime import timedelta
from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.database import embedded_database, url_database
from config.environment import (
    env_bool,
    env_fernet_keys,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_text,
    env_token_keys,
)

django_stubs_ext.monkeypatch()  # so that ModelAdmin[Store] and QuerySet[Order] can be written

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = env_path("PLUMBLINE_VAR", BASE_DIR / "var")

# Secrets
SECRET_KEY = env_secret("SECRET_KEY", VAR / "keys" / "secret-key", lambda: secrets.token_urlsafe(50))
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
CREDENTIAL_KEYS = env_fernet_keys("CREDENTIAL_KEYS", VAR / "keys" / "credential-keys")
VAULT_KEYS = env_fernet_keys("VAULT_KEYS", VAR / "keys" / "vault-keys")
TOKEN_KEYS = env_token_keys("TOKEN_KEYS", VAR / "keys" / "token-keys")  # version → key, never in the database

MATCHING = VAR / "matching"  # tokens of those who are matched already, beside the database

# Web
DEBUG = env_bool("PLUMBLINE_DEBUG", default=False)
DEFAULT_EXCEPTION_REPORTER_FILTER = "channels.quiet.QuietFilter"  # with DEBUG too, error pages show no values
HTTPS = env_bool("PLUMBLINE_HTTPS", default=False)
ALLOWED_HOSTS = env_list("PLUMBLINE_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env_list("PLUMBLINE_TRUSTED_ORIGINS")
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"PLUMBLINE_TRUSTED_ORIGINS has {origin!r}: write it with https:// in front.")
TRUST_PROXY = env_bool("PLUMBLINE_TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

INSTALLED_APPS = [
    # Ours first: django-import-export brings a command named import too.
    "channels",
    "reconciliation",
    "reports",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin.apps.SimpleAdminConfig",  # urls.py finds the admins: commands start without them
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "pgtrigger",
    "pghistory",
    "django_q",
    "health_check",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database
DATABASE_URL = env_text("DATABASE_URL")
DATABASES = {"default": url_database(DATABASE_URL) if DATABASE_URL else embedded_database(VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Pulling
ALLOW_LOOPBACK_ENDPOINTS = env_bool("PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS", default=False)
_clock = env_text("PLUMBLINE_CLOCK")
CLOCK = env_path("PLUMBLINE_CLOCK", VAR) if _clock else None  # a file that the sandbox and pulls share the time by
PULL_TIMEOUT = float(env_int("PLUMBLINE_PULL_TIMEOUT", 60, most=600))  # seconds of silence on the line

SEND_CONVERSIONS = env_bool("PLUMBLINE_SEND_CONVERSIONS", default=False)

# Files: raw pages hold what the marketplaces sent, so nobody but us reads them.
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "media"},
    },
    "pages": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "pages", "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# People
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
UNFOLD = {
    "SITE_TITLE": "Plumbline 准绳",
    "SITE_HEADER": "Plumbline 准绳",
    "SITE_SYMBOL": "balance",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "reports.admin.dashboard.favicon"}],
    "SHOW_LANGUAGES": True,
    "STYLES": ["reports.admin.dashboard.stylesheet"],
    "DASHBOARD_CALLBACK": "reports.admin.dashboard.dashboard",
    "SIDEBAR": {"show_search": False, "navigation": "reports.admin.dashboard.navigation"},
}
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

# REST
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": True,
}
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=env_int("PLUMBLINE_TOKEN_DAYS", 90, most=3650)),
    "TOKEN_PREFIX": "plumb_",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plumbline",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Tasks: retry is longer than timeout plus the worst wait in the queue, or a task would run twice. A failed task is
# acknowledged, its own row in our tables says what to try again; missed schedules run once, not once per miss.
WORKERS = env_int("PLUMBLINE_WORKERS", 2, most=64)
Q_CLUSTER = {
    "name": "plumbline",
    "orm": "default",
    "workers": WORKERS,
    "queue_limit": WORKERS,
    "bulk": 1,
    "timeout": 540,
    "retry": 900,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "recycle": 100,
    "save_limit": 10_000,
    "label": "Tasks",
}

# Logs name ids and counts; SQL and request bodies hold personal data and stay out of them.
LOG_LEVEL = env_text("PLUMBLINE_LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"PLUMBLINE_LOG_LEVEL is {LOG_LEVEL!r}: write DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.db.backends": {"level": "INFO"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}
