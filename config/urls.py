"""The address plan: who owns which part of it. The pages themselves are in each app's urls.py."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from accounts.branding import brand_stylesheet
from config.health import healthz, readyz
from config.metrics import metrics
from config.reference import reference_view, schema_view

# The admin's own login form knows neither second factors nor rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "config.failures.bad_request"
handler500 = "config.failures.server_error"

urlpatterns = [
    # First, because programs call often: what stands before is asked in vain.
    path("api/v1/", include("config.api")),
    path("api/schema/", schema_view, name="api_schema"),
    path("api/docs/", reference_view, name="api_reference"),
    path("", include("accounts.urls")),
    path("", include("inbox.urls")),
    path("", include("webhooks.urls")),
    path("", include("campaigns.urls")),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("readyz", readyz, name="readyz"),
    re_path(r"^brand/(?P<colour>[0-9a-fA-F]{6})\.css$", brand_stylesheet, name="brand_stylesheet"),
    path("", include("kpis.urls")),
    path("a/<slug:agency>/c/<slug:client>/goals/", include("kpis.goal_setting.urls")),
    path("a/<slug:agency>/c/<slug:client>/customers/", include("kpis.customer_value.urls")),
    path("a/<slug:agency>/c/<slug:client>/landing-pages/", include("kpis.experiments.urls")),
    path("", include("steering.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
