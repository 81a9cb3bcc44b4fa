"""The generated graph of the benchmarks is the guide again, under other names."""

from benchmarks.multiply import multiply

OWN = '<https://x/id/clause/g-1-2> <https://x/p> "一" .'
SHARED = '<https://x/id/field/f> <https://x/p> "x" .'


def test_only_the_guides_own_statements_are_repeated() -> None:
    made = list(multiply([OWN, SHARED], "g", 4))
    assert made[:2] == sorted([OWN, SHARED])
    assert made[2:] == [OWN.replace("/g-", f"/copy{n}-g-") for n in (1, 2)]
