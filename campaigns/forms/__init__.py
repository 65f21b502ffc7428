"""What people type into the pages of this app; checked here, acted on by services."""
