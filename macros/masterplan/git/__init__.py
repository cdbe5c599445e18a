"""Git: revisions, the files of a commit, history, and two plans compared. Nothing here runs code of a checkout."""
