"""Django's admin, for staff: persons and their logins. No row of any agency is shown here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import IdentityEvent, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Persons are made by signing up or by an invitation; staff may rename and lock them."""

    list_display = ("email", "name", "language", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    fields = ("email", "name", "language", "is_active", "is_staff", "last_login", "date_joined")
    readonly_fields = ("email", "is_staff", "last_login", "date_joined")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(IdentityEvent)
class IdentityEventAdmin(admin.ModelAdmin):
    list_display = ("at", "kind", "user")
    list_filter = ("kind",)
    search_fields = ("user__email",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
