"""Addresses of the pages about webhooks."""

from django.urls import include, path

from webhooks.views import endpoints, log

_ONE = [
    path("", log.webhook, name="webhook"),
    path("edit/", endpoints.webhook_edit, name="webhook_edit"),
    path("rotate/", endpoints.webhook_rotate, name="webhook_rotate"),
    path("disable/", endpoints.webhook_disable, name="webhook_disable"),
    path("enable/", endpoints.webhook_enable, name="webhook_enable"),
    path("delete/", endpoints.webhook_delete, name="webhook_delete"),
    path("test/", log.webhook_test, name="webhook_test"),
    path("replay/", log.webhook_replay, name="webhook_replay"),
    path("events/<int:delivery>/", log.webhook_delivery, name="webhook_delivery"),
    path(
        "events/<int:delivery>/replay/",
        log.webhook_delivery_replay,
        name="webhook_delivery_replay",
    ),
]
urlpatterns = [
    path("a/<slug:agency>/webhooks/", endpoints.webhooks, name="webhooks"),
    path("a/<slug:agency>/webhooks/new/", endpoints.webhook_new, name="webhook_new"),
    path("a/<slug:agency>/webhooks/<int:number>/", include(_ONE)),
]
