"""Writers that turn blocks into text: HTML, Markdown, and input for the search."""
