"""Puts ids of what is there in place of those that a schema allows, where a request is to be valid."""

import itertools

from schemathesis.core.parameters import ParameterLocation

# Of so many requests one keeps the ids that were made up, and should get a 404.
UNKNOWN = 8
COUNT = itertools.count(1)


def is_left_alone(case):
    return case.meta is None or next(COUNT) % UNKNOWN == 0


def operation_id(case):
    return case.operation.definition.raw.get("operationId")


def put(case, path=None, query=None, body=None):
    """Each of them: known values by name."""
    places = [("path_parameters", ParameterLocation.PATH, path)]
    places += [("query", ParameterLocation.QUERY, query), ("body", ParameterLocation.BODY, body)]
    for place, location, values in places:
        given = getattr(case, place)
        if isinstance(given, dict) and values and not case.meta.is_negative_at(location):
            filled = {name: values[name] for name in given if name in values and given[name]}
            setattr(case, place, {**given, **filled})


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.is_positive
