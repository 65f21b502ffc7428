"""The one thing campaigns tells the rest of the house."""

from django.dispatch import Signal

#: Sent after a commit that changed facts, with agency_id and client_id. It only makes the refresh
#: look sooner: what is to be done stands in the database's own dirty-day log.
facts_changed = Signal()
