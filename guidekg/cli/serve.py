"""`guidekg serve`: the settings of a server, what they mean, and its run."""

import ipaddress
import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from guidekg.cli.language import words

_NEEDED = ("starlette", "uvicorn", "httptools", "prometheus_client")


def run(folders: Sequence[str], options: Mapping[str, Any]) -> int:
    """Serve until stopped; return 0, or 130 if interrupted.

    Raises:
        UsageError: the server is not installed, or cannot run on this system.
        GuideKGError: the guides cannot be opened, or the address cannot be had.
    """
    _check()
    from guidekg.web.server import serve  # noqa: PLC0415  # after the check
    from guidekg.web.settings import MIB, Limits, Settings  # noqa: PLC0415

    sizes = {"result_mib": "result", "memory_mib": "memory"}
    limits = {name: options[name] for name in ("deadline", "workers", "waiting", "rows")}
    limits |= {name: options[key] and options[key] * MIB for key, name in sizes.items()}
    settings = Settings(
        folders=tuple(str(Path(folder).absolute()) for folder in folders),
        host=options["host"],
        port=options["port"],
        token=options["token"] or None,
        access_log=options["access_log"],
        limits=Limits(**{name: value for name, value in limits.items() if value is not None}),
    )
    if not settings.token and not _is_local(settings.host):
        click.echo(
            words(
                f"注意：{settings.host} 不限于本机，又没有 --token："
                "凡能连到这台机器的人都可以查询。传输也不加密；请放在 HTTPS 代理之后。",
                f"Mind: {settings.host} is not this machine alone, and there is no --token: whoever"
                " reaches this machine can query. Nothing is encrypted either: put it behind an"
                " HTTPS proxy.",
            ),
            err=True,
        )
    return 130 if serve(settings, _say) else 0


def _say(address: str) -> None:
    click.echo(words(f"SPARQL 端点：{address}/sparql", f"SPARQL endpoint: {address}/sparql"))
    click.echo(words(f"工作台：{address}/", f"Workbench: {address}/"))


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check() -> None:
    if not hasattr(os, "fork"):
        raise click.UsageError(
            words(
                "guidekg serve 需要 Linux 或 macOS（Windows 上请用 WSL）。",
                "guidekg serve needs Linux or macOS (on Windows, WSL).",
            )
        )
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        listed = ", ".join(missing)
        raise click.UsageError(
            words(
                f"服务器尚未安装（缺 {listed}）；请运行 pip install 'guidekg[serve]'。",
                f"the server is not installed ({listed}): run pip install 'guidekg[serve]'",
            )
        )
