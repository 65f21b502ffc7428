"""Addresses of the pages about people, agencies, clients and keys."""

from django.urls import path

from accounts.views import agency, entry, leaving, members, tokens

urlpatterns = [
    path("", entry.home, name="home"),
    path("me/", entry.profile, name="profile"),
    path("me/leave/<slug:house>/", leaving.leave, name="leave"),
    path("me/delete/", leaving.erase, name="erase_login"),
    path("me/guide/", entry.guide_close, name="guide_close"),
    path("agencies/new/", entry.agency_new, name="agency_new"),
    path("invitations/<str:secret>/", entry.invitation, name="invitation"),
    path("a/<slug:agency>/settings/", agency.settings, name="agency_settings"),
    path("a/<slug:agency>/logo", agency.agency_logo, name="agency_logo"),
    path("a/<slug:agency>/clients/", agency.clients, name="clients"),
    path("a/<slug:agency>/clients/new/", agency.client_new, name="client_new"),
    path(
        "a/<slug:agency>/c/<slug:client>/settings/", agency.client_settings, name="client_settings"
    ),
    path(
        "a/<slug:agency>/c/<slug:client>/settings/archive/",
        agency.client_close,
        name="client_archive",
    ),
    path(
        "a/<slug:agency>/c/<slug:client>/settings/restore/",
        agency.client_reopen,
        name="client_restore",
    ),
    path("a/<slug:agency>/audit/", agency.audit, name="audit"),
    path("a/<slug:agency>/members/", members.members, name="members"),
    path("a/<slug:agency>/members/new/", members.member_new, name="member_new"),
    path("a/<slug:agency>/members/<int:number>/", members.member, name="member"),
    path("a/<slug:agency>/members/<int:number>/end/", members.member_remove, name="member_end"),
    path(
        "a/<slug:agency>/invitations/<int:number>/send/",
        members.invitation_again,
        name="invitation_resend",
    ),
    path(
        "a/<slug:agency>/invitations/<int:number>/revoke/",
        members.invitation_withdraw,
        name="invitation_revoke",
    ),
    path("a/<slug:agency>/tokens/", tokens.tokens, name="tokens"),
    path("a/<slug:agency>/tokens/new/", tokens.token_new, name="token_new"),
    path("a/<slug:agency>/tokens/<int:number>/revoke/", tokens.token_end, name="token_revoke"),
]
