"""Plans changed on disk: entries of progress, new sprints and pages, each under a lock and never into a wrong plan."""
