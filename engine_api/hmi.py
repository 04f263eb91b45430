"""The HMI's files, as built in a checkout or packaged in a wheel."""

from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HERE = Path(__file__).parent
PLACES = (HERE / "hmi_dist", HERE.parent / "hmi" / "dist")
FOR_EVER = "public, max-age=31536000, immutable"
NOT_BUILT = "the pages of the HMI are not built: run `make run`, or `npm run build` in hmi/"


class Pages(StaticFiles):
    """Files as they are; a browser at any other address is sent to the HMI's own page of that name."""

    def __init__(self) -> None:
        super().__init__(directory=_folder(), html=True, check_dir=False)

    async def check_config(self) -> None:
        """Nothing to check: pages that are not built are answered as such."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, the way to the HMI's page of that name, or 404."""
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405)
        index = _folder() / "index.html"
        self.directory, self.all_directories = index.parent, [index.parent]
        if not index.is_file():
            raise HTTPException(404, NOT_BUILT)
        response = await self._file(path, scope)
        response.headers["Cache-Control"] = FOR_EVER if path.startswith("assets/") else "no-cache"
        return response

    async def _file(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            wants_page = "text/html" in Headers(scope=scope).get("accept", "")
            if error.status_code != 404 or not wants_page or path.startswith("assets/"):
                raise
        return RedirectResponse(f"/#/{quote(path)}")


def _folder() -> Path:
    """Where the HMI is; looked up each time, so that a build during development is seen."""
    return next((place for place in PLACES if (place / "index.html").is_file()), PLACES[-1])
