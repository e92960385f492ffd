"""The outcome of cases as JUnit XML, for build servers."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from cakwizard.errors import harmless
from cakwizard.scripts.reporting import failure_text
from cakwizard.scripts.reporting import problem_text
from cakwizard.scripts.running import Run

__all__ = ["junit_xml"]


def junit_xml(runs: Iterable[Run], language: str) -> bytes:
    """Return a test suite per walk file, with a test case per case."""
    by_file: dict[str, list[Run]] = {}
    for run in runs:
        by_file.setdefault(harmless(run.case.location.file), []).append(run)
    root = ElementTree.Element("testsuites")
    for file, found in by_file.items():
        failures = sum(not run.passed for run in found)
        suite = ElementTree.SubElement(root, "testsuite", name=file, tests=str(len(found)), failures=str(failures))
        suite.set("errors", "0")
        for run in found:
            place = {"file": file, "line": str(run.case.location.line)}
            case = ElementTree.SubElement(suite, "testcase", {"classname": file, "name": run.case.name, **place})
            if not run.passed:
                failure = ElementTree.SubElement(case, "failure", message=problem_text(run.problems[0], language))
                failure.text = harmless(f"{run.case.location}\n{failure_text(run, language)}")
    ElementTree.indent(root)
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
