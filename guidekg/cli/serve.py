"""`guidekg serve`: the settings of a server, what they mean, and its run."""

import ipaddress
import os
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import Any

import click

from guidekg.cli.options import folders, guides
from guidekg.cli.streams import misuse, words
from guidekg.drafting.drafts import check_installed
from guidekg.drafting.graph import GUIDE_FILE

_NEEDED = ("starlette", "uvicorn", "httptools", "prometheus_client")


_MORE = click.IntRange(min=1)


def _finite(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not isfinite(value):
        raise click.BadParameter(words("应当是一个数。", "it must be a number."))
    return value


@click.command()
@click.argument("beside", nargs=-1, type=click.Path(), metavar=words("[文件夹…]", "[FOLDER...]"))
@guides
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=words("监听的地址；0.0.0.0 表示所有地址。", "Where to listen; 0.0.0.0 is everywhere."),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help=words("端口；0 表示任选一个空闲端口。", "The port; 0 takes any that is free."),
)
@click.option(
    "--token",
    envvar="GUIDEKG_TOKEN",
    help=words(
        "访问令牌（Bearer）；最好用环境变量 GUIDEKG_TOKEN，命令行别人也看得到。",
        "The token that clients must bring (Bearer); better in the variable GUIDEKG_TOKEN, since"
        " others can see a command line.",
    ),
)
@click.option(
    "--edit",
    is_flag=True,
    help=words(
        "可以在网页上审阅和修改 --guide 文件夹里的指南；不限于本机时必须同时给出令牌。",
        "The guides of the folders can be reviewed, and changed, in the browser; beyond this machine only"
        " with a token.",
    ),
)
@click.option(
    "--deadline",
    type=click.FloatRange(min=0.01, max=86400),
    callback=_finite,
    metavar=words("秒", "SECONDS"),
    help=words("一次查询最多用多久，默认 10 秒。", "What a query may take; 10 seconds by default."),
)
@click.option(
    "--workers",
    type=_MORE,
    help=words(
        "同时计算的查询数，默认为核数的两倍，至少 4。",
        "Queries at once; twice the cores, 4 at the least.",
    ),
)
@click.option(
    "--waiting",
    type=click.IntRange(min=0),
    help=words("最多排队的查询数，默认 64。", "Queries that may wait; 64 by default."),
)
@click.option(
    "--rows",
    type=_MORE,
    help=words("结果最多的行数，默认一百万。", "Rows of a result at most; a million by default."),
)
@click.option(
    "--result-mib",
    type=_MORE,
    metavar="MIB",
    help=words("结果最大的大小，默认 256 MiB。", "Size of a result at most; 256 MiB by default."),
)
@click.option(
    "--memory-mib",
    type=_MORE,
    metavar="MIB",
    help=words("一次查询最多用的内存，默认 1024 MiB。", "Memory for a query; 1024 MiB by default."),
)
@click.option(
    "--access-log/--no-access-log",
    default=True,
    help=words("是否逐条记录请求（不含内容）。", "A line for each request, without its content."),
)
def serve(beside: tuple[str, ...], **options: Any) -> None:
    """Serve until stopped; end with 0, or 130 if interrupted.

    Raises:
        UsageError: the server is not installed, or cannot run on this system.
        GuideKGError: the guides cannot be opened, or the address cannot be had.
    """
    _check()
    from guidekg.web.server import serve as run  # noqa: PLC0415  # after the check
    from guidekg.web.settings import MIB, Limits, Settings  # noqa: PLC0415

    sizes = {"result_mib": "result", "memory_mib": "memory"}
    limits = {name: options[name] for name in ("deadline", "workers", "waiting", "rows")}
    limits |= {name: options[key] and options[key] * MIB for key, name in sizes.items()}
    paths, shipped = folders((*beside, *options["guides"]), shipped=options["shipped"])
    if options["edit"]:
        _check_editing(paths, options["host"], secured=bool(options["token"]))
    settings = Settings(
        folders=tuple(str(Path(path).absolute()) for path in paths),
        shipped=shipped,
        host=options["host"],
        port=options["port"],
        token=options["token"] or None,
        edit=options["edit"],
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
    sys.exit(130 if run(settings, _say) else 0)


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


def _check_editing(paths: Iterable[str], host: str, *, secured: bool) -> None:
    """Check that there is something to change, that not everybody can, and that what reads it is installed.

    Raises:
        UsageError, DraftError: one of these is not so.
    """
    check_installed()
    if not secured and not _is_local(host):
        raise misuse(
            f"--edit 让能连到 {host} 的人都可以修改指南；请加 --token，或者去掉 --host 只供本机使用。",
            f"with --edit whoever reaches {host} could change the guides: give a --token, or leave"
            " --host out to serve this machine alone.",
        )
    if not any((Path(path) / GUIDE_FILE).is_file() for path in paths):
        raise misuse(
            f"--edit 没有可以修改的指南；请用 --guide 给出有 {GUIDE_FILE} 的文件夹。",
            f"--edit has no guide to change: give a folder that holds {GUIDE_FILE} by --guide.",
        )


def _check() -> None:
    if not hasattr(os, "fork"):
        raise misuse(
            "guidekg serve 需要 Linux 或 macOS（Windows 上请用 WSL）。",
            "guidekg serve needs Linux or macOS (on Windows, WSL).",
        )
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        listed = ", ".join(missing)
        raise misuse(
            f"服务器尚未安装（缺 {listed}）；请运行 pip install 'guidekg[serve]'。",
            f"the server is not installed ({listed}): run pip install 'guidekg[serve]'",
        )
