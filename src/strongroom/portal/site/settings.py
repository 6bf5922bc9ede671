"""Django's settings of the site: those of the home, with pages, sign-in and their protections.

The environment: `STRONGROOM_HOME` and `DATABASE_URL` as for every command, `STRONGROOM_HOSTS` the host names
the site answers to, separated by commas, `STRONGROOM_PLAIN_HTTP=1` for a browser on this machine without TLS.
"""

import os
from pathlib import Path

import strongroom.pages
from strongroom.portal.settings import *  # noqa: F403 - Django's way to extend settings
from strongroom.portal.settings import HOME, INSTALLED_APPS
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    session_seconds: int = threshold(
        30 * 60,
        "seconds",
        "standard: OWASP ASVS 5.0, 7.3.1: an idle session ends; half an hour of reading a page",
    )
    page_bytes: int = threshold(
        1 << 20, "bytes", "cost: memory of a form without its files; the longest text field takes 20,000"
    )
    fields: int = threshold(
        5_000, "fields", "cost: time to read a form; an application for 1,000 columns has two for each"
    )
    strict_transport_seconds: int = threshold(
        31_536_000, "seconds", "standard: OWASP ASVS 5.0, 3.4.1: at least a year"
    )

    code_steps: int = threshold(
        1,
        "steps of 30 s",
        "judgement: clocks of phones are off by seconds; RFC 6238, 5.2 recommends at most one",
    )


LIMITS = _Limits()

PLAIN_HTTP = os.environ.get("STRONGROOM_PLAIN_HTTP") == "1"
ALLOWED_HOSTS = [
    name for name in os.environ.get("STRONGROOM_HOSTS", "localhost,127.0.0.1").split(",") if name
]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS]
# Made when the site first starts; it signs cookies and links, never data.
_SECRET = HOME / "keys" / "site.key"
SECRET_KEY = _SECRET.read_bytes().hex() if _SECRET.exists() else ""

INSTALLED_APPS = [
    # First, so that its templates take the place of others.
    "strongroom.portal.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *INSTALLED_APPS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "strongroom.portal.site.middleware.bounds.Bounds",
    "strongroom.portal.site.middleware.people.SignedInPerson",
    "strongroom.portal.site.middleware.errors.ExplainedErrors",
    "strongroom.portal.site.middleware.gate.DenyByDefault",
]
ROOT_URLCONF = "strongroom.portal.site.urls"
WSGI_APPLICATION = "strongroom.portal.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "strongroom.portal.site.context.house",
            ],
            "builtins": ["strongroom.portal.site.templatetags.strongroom"],
        },
    }
]

# Sign-in.
AUTH_USER_MODEL = "site.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},  # fixed: OWASP ASVS 5.0, 6.2.1 and 6.2.9: at least 8, 15 recommended
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "today"
ACCOUNT_ADAPTER = "strongroom.portal.site.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "strongroom.portal.site.accounts.forms.SignInForm"}
MFA_ADAPTER = "strongroom.portal.site.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "strongroom"
MFA_TOTP_TOLERANCE = LIMITS.code_steps
MFA_RECOVERY_CODES_SHOW_ONCE = False
# A browser accepts security keys from a host on this machine without TLS; from others only with it.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLAIN_HTTP

# Sessions, cookies and transport.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_COOKIE_AGE = LIMITS.session_seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# The prefix makes browsers refuse a cookie that another host of the domain has set.
SESSION_COOKIE_NAME = "session" if PLAIN_HTTP else "__Host-session"
CSRF_COOKIE_NAME = "csrf" if PLAIN_HTTP else "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SECURE_PROXY_SSL_HEADER = None if PLAIN_HTTP else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else LIMITS.strict_transport_seconds
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The proxy with TLS says who asks; attempts are counted by that address.
ALLAUTH_TRUSTED_PROXY_COUNT = 0 if PLAIN_HTTP else 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
# Uploads are on the vault's disk until they are encrypted; what a killed server left goes at the next start.
FILE_UPLOAD_TEMP_DIR = HOME / "vault" / "uploading"
DATA_UPLOAD_MAX_MEMORY_SIZE = LIMITS.page_bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = LIMITS.fields

# Limits of attempts to sign in are counted here: the site is one process.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STATIC_URL = "/static/"
STATICFILES_DIRS = [("house", Path(strongroom.pages.__file__).parent / "styles")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FORM_RENDERER = "strongroom.portal.site.forms.Fields"
USE_I18N = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
