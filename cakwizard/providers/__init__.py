"""The contracted providers: the lists, their look-up and their comparison."""

from __future__ import annotations

from cakwizard.providers.listing import age_lines, provider_line
from cakwizard.providers.lists import Provider
from cakwizard.providers.lookup import find_by_place, find_providers
from cakwizard.providers.reading import bundled_providers, read_providers
