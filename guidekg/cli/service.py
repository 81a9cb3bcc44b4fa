"""`guidekg serve`: the command of those who run a server."""

import sys
from math import isfinite
from typing import Any

import click

from guidekg.cli.language import examples, words

_MORE = click.IntRange(min=1)


def _finite(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not isfinite(value):
        raise click.BadParameter(words("应当是一个数。", "it must be a number."))
    return value


@click.command(
    help=words(
        "启动 SPARQL 端点（/sparql），查询随附的指南和您自己文件夹中的指南。",
        "Serve a SPARQL endpoint (/sparql) over the shipped guide and folders of your own.",
    ),
    epilog=examples(
        "guidekg serve",
        "guidekg serve my-guide --port 9000 --deadline 5",
        "GUIDEKG_TOKEN=… guidekg serve --host 0.0.0.0",
        "curl 'http://127.0.0.1:8000/sparql' --data-urlencode 'query=ASK { ?s a gk:PartnerCall }'",
    ),
)
@click.argument("folders", nargs=-1, type=click.Path(), metavar=words("[文件夹…]", "[FOLDER...]"))
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
def serve(folders: tuple[str, ...], **options: Any) -> None:
    """Serve."""
    from guidekg.cli.serve import run  # noqa: PLC0415  # the server is imported when needed

    sys.exit(run(folders, options))
