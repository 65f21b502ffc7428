"""What people do with goals: drafted, set, changed, brought in by files and templates, reopened."""
