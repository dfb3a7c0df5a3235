"""A report in JUnit's form, which every CI server reads."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as Xml

if TYPE_CHECKING:
    from inspector.fixtures import Checked

__all__ = ["junit"]

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(found: Iterable["Checked"], lines: Callable[["Checked"], Sequence[str]]) -> bytes:
    """A suite a folder, a case a request; `lines` says of a bad one what is other than expected."""
    suites: dict[str, list[Checked]] = {}
    for each in found:
        suites.setdefault(str(each.path.parent), []).append(each)
    top = Xml.Element("testsuites", name="inspector check")
    for name, cases in suites.items():
        bad = sum(not each.good for each in cases)
        suite = Xml.SubElement(top, "testsuite", name=name, tests=str(len(cases)), failures=str(bad))
        for each in cases:
            case = Xml.SubElement(suite, "testcase", classname=name, name=each.path.stem)
            if not each.good:
                text = _NOT_XML.sub("�", "\n".join(lines(each)))
                Xml.SubElement(case, "failure", message="not as expected").text = text
    written: bytes = Xml.tostring(top, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
