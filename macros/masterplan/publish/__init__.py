"""Text into a site: the only room that knows MkDocs, ProperDocs, Zensical and output folders."""
