"""Facts into text: each macro has a view that returns blocks, and each format a writer of them; diagrams and exports.

Independent of the host: a page is Markdown with blocks of HTML, which every host renders alike.
"""
