"""Django's settings. What differs between machines comes from the environment (config/env.py).

RUMBO_ENV=local (the default without DATABASE_URL) serves one person on this machine; everything else
is production, which must be told its secrets and hosts and starts with neither.
"""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import embedded, rest
from config.database import APP_OPTIONS, OWNER_OPTIONS, with_behaviour
from config.env import Environment, EnvironmentInvalid, database_from_url
from config.headers import guard_file
from config.logs import logging_config
from config.outgoing import networks, ports
from config.secret_ring import secret_ring

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- which servers, which kind of installation ---

RUMBO_HOME = Path(env.text("RUMBO_HOME", str(BASE_DIR / ".rumbo")))
USES_EMBEDDED = not env.has("DATABASE_URL")
if env.has("REDIS_URL") == USES_EMBEDDED:
    raise EnvironmentInvalid("Set both DATABASE_URL and REDIS_URL, or neither.")
IS_LOCAL = (
    env.choice("RUMBO_ENV", ("local", "production"), "local" if USES_EMBEDDED else "production")
    == "local"
)
if USES_EMBEDDED and not IS_LOCAL:
    raise EnvironmentInvalid("RUMBO_ENV=production needs DATABASE_URL and REDIS_URL.")
DEBUG = env.boolean("DEBUG", False)
if DEBUG and not IS_LOCAL:
    raise EnvironmentInvalid("DEBUG shows secrets to visitors; it needs RUMBO_ENV=local.")

if USES_EMBEDDED:
    SERVICES = embedded.services(RUMBO_HOME)
    app_database = database_from_url(SERVICES.database_url("rumbo_app"), "DATABASE_URL")
    owner_database = database_from_url(SERVICES.database_url("rumbo_owner"), "DATABASE_OWNER_URL")
    backup_database = database_from_url(
        SERVICES.database_url("rumbo_backup"), "DATABASE_BACKUP_URL"
    )
    redis_url, cache_url = SERVICES.redis_url(0), SERVICES.redis_url(1)
    # So that `manage.py dbshell` and backups find psql and pg_dump.
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), SERVICES.programs])
else:
    app_database = env.database("DATABASE_URL")
    owner_database = env.database("DATABASE_OWNER_URL") if env.has("DATABASE_OWNER_URL") else {}
    backup_database = env.database("DATABASE_BACKUP_URL") if env.has("DATABASE_BACKUP_URL") else {}
    redis_url = env.redis("REDIS_URL")
    # A cache may evict, a broker must not: in production they are better two servers.
    cache_url = env.redis("CACHE_URL") if env.has("CACHE_URL") else redis_url

DATABASES: dict[str, dict[str, Any]] = {
    "default": with_behaviour(app_database, APP_OPTIONS, env.integer("DATABASE_POOL", 0, most=100)),
}
if owner_database:
    DATABASES["owner"] = with_behaviour(owner_database, OWNER_OPTIONS)
# Reads past the wall, so no page ever connects with it: only manage.py backup and restore do.
BACKUP_DATABASE: dict[str, Any] = backup_database
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "config.cache.KeptRedisCache",
        "LOCATION": cache_url,
        "KEY_PREFIX": "rumbo",
        "OPTIONS": {
            "serializer": "config.cache.JSONSerializer",
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
        },
    }
}

# --- secrets, hosts, cookies, headers ---

if IS_LOCAL:
    SECRET_KEY = env.text("SECRET_KEY", embedded.local_secret(RUMBO_HOME, "secret_key"))
    ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
else:
    SECRET_KEY = env.text("SECRET_KEY")
    ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
    if len(SECRET_KEY) < 50:
        raise EnvironmentInvalid("SECRET_KEY must have at least 50 characters.")
# Former keys, newest first: sessions and links made with them still hold.
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS", [])
# What seals secrets at rest (accounts/sealing.py).
SECRET_RING = secret_ring(env.items("SECRET_RING", []), [SECRET_KEY, *SECRET_KEY_FALLBACKS])
# What an e-mail's links begin with: no request tells a worker where the portal is.
PUBLIC_URL = env.text(
    "PUBLIC_URL",
    f"http://127.0.0.1:{env.integer('PORT', 8000, most=65535)}"
    if IS_LOCAL
    else f"https://{ALLOWED_HOSTS[0].lstrip('.')}",
).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS", [])
# How many proxies of ours stand in front; only then are their headers believed.
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, most=10)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Who reads /metrics shows this; without it there is nothing at that address.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise EnvironmentInvalid("METRICS_TOKEN must have at least 20 characters.")

SECURE_SSL_REDIRECT = not IS_LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not IS_LOCAL
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Browsers bind a __Host- cookie to this host and to https.
COOKIE_PREFIX = "" if IS_LOCAL else "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}rumbo_session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}rumbo_csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}rumbo_language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not IS_LOCAL
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}rumbo_device"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- events that are sent to programs elsewhere ---

WEBHOOK_PORTS = ports(env, "WEBHOOK_PORTS", ["443", "8443"])
# Receivers on this machine, by plain http too: for development and tests.
WEBHOOK_LOOPBACK_PORTS = ports(env, "WEBHOOK_LOOPBACK_PORTS", [])
if WEBHOOK_LOOPBACK_PORTS and not IS_LOCAL:
    raise EnvironmentInvalid("WEBHOOK_LOOPBACK_PORTS needs RUMBO_ENV=local.")
WEBHOOK_TIMEOUT_SECONDS = env.integer("WEBHOOK_TIMEOUT_SECONDS", 15, least=1, most=60)
WEBHOOK_REFUSED_NETWORKS = networks(env, "WEBHOOK_REFUSED_NETWORKS")

# --- applications ---

INSTALLED_APPS = [
    "config",
    "accounts",
    "inbox",
    "webhooks",
    "campaigns",
    "kpis",
    "steering",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.logs.RequestLogMiddleware",
    "config.metrics.MetricsMiddleware",
    "config.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.toasts.ToastMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "kpis.middleware.FreshNumbersMiddleware",
    "accounts.middleware.ScopeMiddleware",
    "steering.middleware.OpeningMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "csp.context_processors.nonce",
                "accounts.shell.shell",
                "kpis.context.machinery",
            ],
        },
    }
]

# --- people ---

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# One password field, which can be shown: typing it twice asks more and proves less.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.entrance.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# A code is typed where one signed up, on whichever device the e-mail is read.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if IS_LOCAL else "https"
# Before a dangerous act one shows again that it is still oneself; that holds for so long.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers take http://localhost for secure; everything else needs https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOCAL
MFA_FORMS = {"add_webauthn": "accounts.forms.factors.PasskeyForm"}
USERSESSIONS_TRACK_ACTIVITY = False
MFA_TOTP_ISSUER = "Rumbo"

# --- language and time ---

USE_I18N = True
LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English")), ("pt", _("Portuguese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- files ---

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Locally files are served from where they are; elsewhere hashed, compressed copies are.
STATIC_ROOT = None if IS_LOCAL else BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = IS_LOCAL
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = guard_file
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(RUMBO_HOME / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
IMPORT_MAX_BYTES = env.integer("IMPORT_MAX_MB", 1024, most=100_000) * 1024 * 1024
# An archive of a client that is brought in by page, unpacked.
ARCHIVE_UNPACKED_BYTES = env.integer("ARCHIVE_UNPACKED_MB", 8192, most=1_000_000) * 1024 * 1024
# A workbook is opened by a process of its own, which may have so much memory and time.
IMPORT_SHEET_MAX_BYTES = env.integer("IMPORT_SHEET_MAX_MB", 100, most=1_000) * 1024 * 1024
IMPORT_SHEET_UNPACKED_MB = env.integer("IMPORT_SHEET_UNPACKED_MB", 512, most=10_000)
IMPORT_SHEET_MEMORY_MB = env.integer("IMPORT_SHEET_MEMORY_MB", 1024, most=100_000)
IMPORT_SHEET_SECONDS = env.integer("IMPORT_SHEET_SECONDS", 60, most=600)

# --- e-mail: locally into files, so that a reset or an invitation can be followed by hand ---

DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Rumbo <rumbo@localhost>" if IS_LOCAL else None)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
if env.has("EMAIL_HOST") or not IS_LOCAL:
    EMAIL_HOST = env.text("EMAIL_HOST")
    EMAIL_PORT = env.integer("EMAIL_PORT", 587, most=65535)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", True)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = RUMBO_HOME / "mail"

# --- API ---

REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.SCHEMA
# Calls per seconds, of one token or member; as many may come at once.
API_LIMITS = {
    "read": (env.integer("API_READS_PER_MINUTE", 600, least=1), 60),
    "write": (env.integer("API_WRITES_PER_MINUTE", 120, least=1), 60),
}
# Callers without a valid token, and readers of the API's documents, per address.
API_STRANGERS = {
    "refused": (env.integer("API_REFUSALS_PER_MINUTE", 30, least=1), 60),
    "documents": (env.integer("API_DOCUMENTS_PER_MINUTE", 120, least=1), 60),
}
# How long a write waits for another one before it answers 409 or 503.
API_WAIT_SECONDS = 10

# --- background work ---

CELERY_BROKER_URL = redis_url
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Shorter than the visibility timeout, or the broker hands out a task that is still running.
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

LOGGING = logging_config(env.text("LOG_LEVEL", "INFO").upper(), as_json=not IS_LOCAL)
