"""Facts into text: a view a macro gives blocks, a writer a form makes text of them; diagrams, exports and reports.

Knows no host: what it returns for a page is Markdown with HTML blocks, right under any of them.
"""
