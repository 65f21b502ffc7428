"""What happens to people and is told elsewhere. Sent inside the transaction in which it happens."""

from django.dispatch import Signal

#: invitation, person. Inside the scope of the agency that invited.
invitation_accepted = Signal()
