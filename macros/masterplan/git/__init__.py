"""Git: revisions, files of commits, history, and reviews of two plans. No code of a repository is run."""
