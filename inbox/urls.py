"""Addresses of the inbox."""

from django.urls import path

from inbox import views

urlpatterns = [
    path("a/<slug:agency>/inbox/", views.inbox, name="inbox"),
    path("a/<slug:agency>/inbox/read/", views.notices_mark_all, name="notices_mark_all"),
    path("a/<slug:agency>/inbox/choices/", views.notice_choices, name="notice_choices"),
    path("a/<slug:agency>/inbox/<int:number>/", views.notice_open, name="notice_open"),
    path("a/<slug:agency>/inbox/<int:number>/mark/", views.notice_mark, name="notice_mark"),
]
