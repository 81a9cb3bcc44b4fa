"""What can be wrong with a request, as RFC 9457 knows it."""

from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.types import Scope

from guidekg.errors import GuideKGError
from guidekg.i18n import Language


class Kind(NamedTuple):
    """A kind of problem: its status, and what it is called."""

    status: int
    zh: str
    en: str

    def title(self, lang: Language) -> str:
        """Return what it is called."""
        return self.zh if lang == "zh" else self.en


KINDS = {
    "malformed-request": Kind(400, "请求有误", "Malformed request"),
    "wrong-parameter": Kind(400, "参数有误", "Wrong parameter"),
    "malformed-query": Kind(400, "查询有误", "Malformed query"),
    "unknown-graph": Kind(400, "没有这个图", "Unknown graph"),
    "unauthorized": Kind(401, "需要令牌", "Token needed"),
    "not-found": Kind(404, "没有这个地址", "Not found"),
    "unknown-question": Kind(404, "没有这个问题", "Unknown question"),
    "method-not-allowed": Kind(405, "方法不可用", "Method not allowed"),
    "not-acceptable": Kind(406, "没有所要的格式", "Not acceptable"),
    "slow-request": Kind(408, "请求来得太慢", "Request too slow"),
    "content-too-large": Kind(413, "请求太大", "Content too large"),
    "uri-too-long": Kind(414, "地址太长", "URI too long"),
    "unsupported-media-type": Kind(415, "不支持这种内容", "Unsupported media type"),
    "unusable-value": Kind(422, "参数的值不能用", "Unusable value"),
    "result-too-large": Kind(422, "结果太大", "Result too large"),
    "busy": Kind(429, "请求太多", "Too many requests"),
    "headers-too-large": Kind(431, "请求头太大", "Headers too large"),
    "fault": Kind(500, "服务器出错", "A fault of the server"),
    "deadline": Kind(503, "超时", "Took too long"),
    "worker-ended": Kind(503, "计算中断", "Ended"),
    "not-ready": Kind(503, "尚未就绪", "Not ready"),
}


class ProblemError(GuideKGError):
    """Something that a client is told; ``members`` and ``headers`` go with it."""

    def __init__(
        self,
        name: str,
        zh: str,
        en: str,
        *,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(zh, en)
        self.name = name
        self.headers = headers or {}
        self.members = members

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return KINDS[self.name]

    def to_dict(self) -> dict[str, Any]:
        """Return it as data, which ``from_dict`` takes."""
        words = {"name": self.name, "zh": self.zh, "en": self.en}
        return {**words, "headers": self.headers, "members": self.members}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "ProblemError":
        """Return the problem that ``to_dict`` made data of."""
        words = (data["name"], data["zh"], data["en"])
        return cls(*words, headers=data["headers"], **data["members"])


def malformed(zh: str, en: str, **members: Any) -> ProblemError:
    """Return the problem of a request that is not in the form of the protocol."""
    return ProblemError("malformed-request", zh, en, **members)


def result_too_large(limit: str) -> ProblemError:
    """Return the problem of a result that passes a limit."""
    return ProblemError(
        "result-too-large",
        f"结果超过上限（{limit}）；请加 LIMIT 或缩小范围。",
        f"the result passes the limit of {limit}: add LIMIT, or ask for less",
    )


def memory_exhausted() -> ProblemError:
    """Return the problem of a query that took more memory, or a deeper stack, than there is."""
    return ProblemError(
        "worker-ended",
        "查询所需的内存或嵌套层数超过上限，已被终止；请简化查询。",
        "the query took more memory, or nested deeper, than is allowed, and was ended: simplify it",
    )


def from_router(error: HTTPException, scope: Scope) -> ProblemError:
    """Return the problem of an address, or a method, that a router does not know."""
    if error.status_code == 405:
        given = (error.headers or {}).get("Allow", "GET").split(", ")
        allowed = ", ".join(method for method in METHODS if method in given)
        return ProblemError(
            "method-not-allowed",
            f"这里不能用 {scope['method']}；可用：{allowed}。",
            f"{scope['method']} cannot be used here; use {allowed}",
            headers={"allow": allowed},
        )
    path = scope["path"]
    return ProblemError(
        "not-found",
        f"没有地址 {path}；SPARQL 端点在 {scope['root_path']}/sparql。",
        f"there is nothing at {path}; the SPARQL endpoint is at {scope['root_path']}/sparql",
    )


METHODS = ("GET", "HEAD", "POST", "OPTIONS")  # that any address takes, in the order of ``Allow``
LANGUAGE = "guidekg.language"  # where a scope has the language that was asked for by name
TYPE = "https://w3id.org/guidekg/problem/"
