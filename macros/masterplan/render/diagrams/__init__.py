"""Diagrams and charts as inline SVG: each is laid out as a scene, which a writer turns into SVG."""
