"""Reads a site's answers into trees, and takes things out of them by name: what is missing fails by its name."""

from libraries.page.bodies import html, json, xml
from libraries.page.ends import finished, whole
from libraries.page.tables import at, cell, cells, closed_rows, columns, span, table_rows
from libraries.page.texts import cut, fold, lines, own_text, raw, text, texts_of
from libraries.page.trees import around, cls, every, inside, kinds, marked, maybe, one

__all__ = [
    "around",
    "at",
    "cell",
    "cells",
    "closed_rows",
    "cls",
    "columns",
    "cut",
    "every",
    "finished",
    "fold",
    "html",
    "inside",
    "json",
    "kinds",
    "lines",
    "marked",
    "maybe",
    "one",
    "own_text",
    "raw",
    "span",
    "table_rows",
    "text",
    "texts_of",
    "whole",
    "xml",
]
