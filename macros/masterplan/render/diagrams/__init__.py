"""Diagrams and charts as inline SVG: a scene first, in which all is placed and wrapped, then one writer."""
