"""The contracted providers: the lists, their look-up and their comparison."""

from __future__ import annotations

from cakwizard.providers.comparing import ListComparison
from cakwizard.providers.comparing import Respelling
from cakwizard.providers.comparing import compare_lists
from cakwizard.providers.lists import CAK_PAGE
from cakwizard.providers.lists import KINDS
from cakwizard.providers.lists import Caveat
from cakwizard.providers.lists import Provider
from cakwizard.providers.lists import as_json
from cakwizard.providers.lists import bundled_providers
from cakwizard.providers.lists import list_caveats
from cakwizard.providers.lookup import Found
from cakwizard.providers.lookup import PlaceGroup
from cakwizard.providers.lookup import find_providers
from cakwizard.providers.places import Reading
from cakwizard.providers.published import ParsedList
from cakwizard.providers.published import RejectedLine
from cakwizard.providers.published import parse_published_list
from cakwizard.providers.reading import read_providers

__all__ = [
    "CAK_PAGE",
    "KINDS",
    "Caveat",
    "Found",
    "ListComparison",
    "ParsedList",
    "PlaceGroup",
    "Provider",
    "Reading",
    "RejectedLine",
    "Respelling",
    "as_json",
    "bundled_providers",
    "compare_lists",
    "find_providers",
    "list_caveats",
    "parse_published_list",
    "read_providers",
]
