"""What happens to people and is told elsewhere. Sent inside the transaction in which it happens."""

from django.dispatch import Signal

#: invitation, person. Inside the scope of the agency that invited.
invitation_accepted = Signal()

#: person, device, address (IP), at. A login in a browser never seen for this person, except their
#: first one. Outside any scope: it concerns the person, in whichever agency they are.
new_login = Signal()
