"""Webhooks by API: endpoints, their log, sending again, and the events themselves."""
