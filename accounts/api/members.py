"""The agency's members and its open invitations by API: for keys and people of the whole agency.

What an owner alone may do, and that an agency keeps one, is decided by the same services as in the
portal. A token acts for the member who made it, as long as that one may do it too.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import CAPABILITIES, access_whole_agency
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ApiView
from accounts.api.writing import honours_key
from accounts.models import Agency, Client, Invitation, Membership, Role
from accounts.queries import (
    all_members_of,
    clients_named,
    invitation_in,
    limits_of,
    membership_in,
    waiting_invitations_of,
)
from accounts.services import invitation_revoke, member_change, member_end, member_invite

_CLIENTS = "Addresses of the clients they are limited to; null: they see all of them."


def _clients_field(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.SlugField(max_length=60), allow_null=True, max_length=1000,
        help_text=_CLIENTS, **options,
    )  # fmt: skip


MemberShape = inline_serializer(
    "Member",
    {
        "id": serializers.IntegerField(),
        "email": serializers.CharField(),
        "name": serializers.CharField(),
        "role": serializers.CharField(),
        "clients": _clients_field(),
        "created_at": serializers.DateTimeField(),
        "ended_on": serializers.DateField(allow_null=True, help_text="Null: a member today."),
    },
).__class__
ChangeShape = inline_serializer(
    "MemberChange",
    {
        "role": serializers.ChoiceField(choices=Role.values, required=False),
        "clients": _clients_field(required=False),
    },
).__class__
InvitationShape = inline_serializer(
    "Invitation",
    {
        "id": serializers.IntegerField(),
        "email": serializers.CharField(),
        "role": serializers.CharField(),
        "clients": _clients_field(),
        "created_at": serializers.DateTimeField(),
        "expires_at": serializers.DateTimeField(),
    },
).__class__
OfferShape = inline_serializer(
    "InvitationWish",
    {
        "email": serializers.EmailField(max_length=254),
        "role": serializers.ChoiceField(choices=Role.values),
        "clients": _clients_field(required=False, default=None),
    },
).__class__


class MemberView(ApiView):
    """What the four endpoints share: the gate, and who acts."""

    def house(self) -> Agency:
        method = "GET" if self.request.method == "HEAD" else str(self.request.method)
        return access_whole_agency(self.access, str(self.capabilities[method]))

    def actor(self) -> Membership:
        """The member who calls, or who made the token that does. 403 if they may not themselves."""
        found: Membership | None = self.access.membership
        if self.access.token is not None:
            found = membership_in(self.house(), self.access.token.created_by_id or 0)
        if found is None or "manage_members" not in CAPABILITIES[found.role]:
            raise PermissionDenied("manage_members")
        if found.sees_all_clients is False:
            raise PermissionDenied("manage_members")
        return found

    def clients(self, slugs: list[str] | None) -> list[Client]:
        """The named clients; ValidationError if one of them is none."""
        if slugs is None:
            return []
        found = {client.slug: client for client in clients_named(self.house(), slugs)}
        unknown = sorted(set(slugs) - set(found))
        if unknown or not slugs:
            message = _("There is no client “%(name)s”.") % {"name": ", ".join(unknown)[:200]}
            raise ValidationError({"clients": [ErrorDetail(message, "unknown_client")]})
        return list(found.values())


class MemberFilter(filters.FilterSet):
    role = filters.ChoiceFilter(choices=Role.choices)
    email = filters.CharFilter(field_name="user__email", lookup_expr="iexact", label="Whole.")
    is_ended = filters.BooleanFilter(
        field_name="ended_on", lookup_expr="isnull", exclude=True, label="No member any more."
    )


class MemberList(MemberView):
    capabilities = {"GET": "see_members"}
    filterset_class = MemberFilter
    shape = MemberShape
    sorts = ("created_at", "updated_at")
    queryset = QuerySet(Membership)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return all_members_of(self.house())

    @extend_schema(operation_id="members_list", tags=["members"], responses=MemberShape(many=True))
    def get(self, request: Request) -> Response:
        """Members, the newest first, those who have left included."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        limits = limits_of(self.house(), rows)
        return self.get_paginated_response(
            [member_document(row, limits.get(row.pk)) for row in rows]
        )


class MemberDetail(MemberView):
    capabilities = {"GET": "see_members", "PATCH": "manage_members", "DELETE": "manage_members"}
    shape = MemberShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="members_detail", tags=["members"], responses=MemberShape)
    def get(self, request: Request, pk: int) -> Response:
        """One member."""
        row = all_members_of(self.house()).filter(pk=pk).first()
        if row is None:
            raise Http404
        return Response(self._document(row))

    @extend_schema(
        operation_id="members_change", tags=["members"], request=ChangeShape, responses=MemberShape
    )
    @honours_key
    def patch(self, request: Request, pk: int) -> Response:
        """Another role, or other clients. Only an owner decides about owners; one always stays."""
        house, row = self.house(), self._found(pk)
        shape = ChangeShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        slugs = checked.get("clients", limits_of(house, [row]).get(row.pk))
        role = checked.get("role", row.role)
        changed = member_change(self.actor(), row, role, self.clients(slugs))
        return Response(self._document(changed))

    @extend_schema(
        operation_id="members_end", tags=["members"], request=None, responses={200: MemberShape}
    )
    @honours_key
    def delete(self, request: Request, pk: int) -> Response:
        """End a membership today. What they did keeps their name."""
        return Response(self._document(member_end(self.actor(), self._found(pk))))

    def _found(self, pk: int) -> Membership:
        row = membership_in(self.house(), pk)
        if row is None:
            raise Http404
        return row

    def _document(self, row: Membership) -> dict[str, Any]:
        return member_document(row, limits_of(self.house(), [row]).get(row.pk))


class InvitationList(MemberView):
    capabilities = {"GET": "see_members", "POST": "manage_members"}
    shape = InvitationShape
    queryset = QuerySet(Invitation)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return waiting_invitations_of(self.house())

    @extend_schema(
        operation_id="invitations_list",
        tags=["members"],
        responses=InvitationShape(many=True),
    )
    def get(self, request: Request) -> Response:
        """Invitations that wait for an answer, the newest first, expired ones included."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        limits = limits_of(self.house(), rows)
        return self.get_paginated_response(
            [invitation_document(row, limits.get(row.pk)) for row in rows]
        )

    @extend_schema(
        operation_id="invitations_create",
        tags=["members"],
        request=OfferShape,
        responses={201: InvitationShape},
    )
    @honours_key
    def post(self, request: Request) -> Response:
        """Invite somebody by e-mail. An older invitation of the same address counts no more."""
        self.house()
        shape = OfferShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        clients = self.clients(checked["clients"])
        base = request.build_absolute_uri("/")
        made = member_invite(self.actor(), checked["email"], checked["role"], clients, base)
        slugs = sorted(client.slug for client in clients) or None
        return Response(invitation_document(made, slugs), status=201)


class InvitationDetail(MemberView):
    capabilities = {"DELETE": "manage_members"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="invitations_revoke",
        tags=["members"],
        request=None,
        responses={200: InvitationShape},
    )
    @honours_key
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw an invitation: its link opens nothing any more."""
        house = self.house()
        row = invitation_in(house, pk)
        if row is None:
            raise Http404
        revoked = invitation_revoke(self.actor(), row)
        return Response(invitation_document(revoked, limits_of(house, [row]).get(row.pk)))


def member_document(row: Membership, clients: list[str] | None) -> dict[str, Any]:
    """A member as JSON; `clients` are addresses, None: all."""
    return {
        "id": row.pk,
        "email": row.user.email,
        "name": row.user.name,
        "role": row.role,
        "clients": clients,
        "created_at": row.created_at,
        "ended_on": row.ended_on,
    }


def invitation_document(row: Invitation, clients: list[str] | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "email": row.email,
        "role": row.role,
        "clients": clients,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
    }
