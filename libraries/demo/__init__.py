"""Demo libraries: real web servers on loopback that behave like the sites we read, for invented families."""

from libraries.demo.crowd import patrons
from libraries.demo.families import families
from libraries.demo.faults import Fault, Mode
from libraries.demo.site import DemoSite

__all__ = ["DemoSite", "Fault", "Mode", "families", "patrons"]
