"""Text into a site: the only package that knows MkDocs, ProperDocs, Zensical and output folders."""
