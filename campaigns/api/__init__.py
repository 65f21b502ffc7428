"""The API's drawers of campaigns: leads and daily facts, one by one and many at once."""
