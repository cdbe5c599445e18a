"""Edits of plans on disk: progress, milestones, new sprints; each under a lock, and only if the plan stays valid."""
