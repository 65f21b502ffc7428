"""The pages about people, agencies, clients and keys. They pass gates, call services, render."""
