"""The pages about what happened. They pass gates, call services, render."""
