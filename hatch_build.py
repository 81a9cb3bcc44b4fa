"""Carry the data folders inside the wheel, but not inside an editable install.

An editable checkout reads the folders where they stand; copies frozen into it would go stale.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("ontology", "data", "shapes", "queries")


class DataFolders(BuildHookInterface):
    """Adds the data folders to a standard wheel as ``guidekg/_resources``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Include the folders unless the build is an editable one."""
        if version != "editable":
            build_data["force_include"].update(
                {f"{self.root}/{name}": f"guidekg/_resources/{name}" for name in FOLDERS}
            )
