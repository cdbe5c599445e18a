"""Text into a site: the only room that knows MkDocs, Zensical, Git and output folders."""
