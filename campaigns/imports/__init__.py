"""Files in: how a table of leads, sales, costs or daily facts is read, judged, written and undone."""
