"""Text into a site: the only room that knows MkDocs, ProperDocs, Zensical, Git and output folders."""
