"""Results as Markdown, for a comment on a pull request, a job's page or a chat."""
