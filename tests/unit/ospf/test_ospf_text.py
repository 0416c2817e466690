"""The reader of text outputs: what it takes, and which line it names."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.text import ADDRESS, BLANK, Block, Cursor, many, maybe

BLOCK = Block("head", maybe("one", "two"), many("row", "cell"), BLANK, "tail")
VALUE = Block(r"value (?P<value>\S+)(?: (?P<mask>\S+))?")
NUMBER = Block(r"number (?P<number>\d+)")


def cursor(text: str) -> Cursor:
    return Cursor("show it", text)


def error_of(text: str, block: Block = BLOCK) -> ParseError:
    with pytest.raises(ParseError) as caught:
        cursor(text).need(block)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "head\n\ntail",
        "head\none\ntwo\n\ntail\n",
        "head\nrow\ncell\nrow\ncell\n\ntail\n",
        "head \t\r\none\r\ntwo\r\n  \r\ntail\r\n",
    ],
)
def test_block_is_taken(text: str) -> None:
    place = cursor(text + "rest" if text.endswith("\n") else text)
    place.need(BLOCK)
    assert place.text[place.position :] in ("", "rest")


def test_block_that_does_not_start_here_is_left_alone() -> None:
    place = cursor("other\n")
    assert place.take(BLOCK) is None
    assert place.position == 0


@pytest.mark.parametrize(
    ("text", "number", "line"),
    [
        ("hat\n\ntail\n", 1, "hat"),
        ("head\nbad\n\ntail\n", 2, "bad"),
        ("head\none\nbad\n\ntail\n", 3, "bad"),
        ("head\nrow\ncell\nrow\nbad\n\ntail\n", 5, "bad"),
        ("head\none\ntwo\nbad\n", 4, "bad"),
        ("head\r\n\r\nbad\r\n", 3, "bad"),
        ("head\nheader\n\ntail\n", 2, "header"),
    ],
)
def test_line_at_fault_is_named(text: str, number: int, line: str) -> None:
    error = error_of(text)
    assert (error.command, error.line_number, error.line) == ("show it", number, line)


@pytest.mark.parametrize(("text", "number"), [("", 1), ("head\n", 1), ("head\none\n", 2), ("head\n\n \n", 1)])
def test_end_that_comes_too_early_is_said_of_the_last_line(text: str, number: int) -> None:
    error = error_of(text)
    assert (error.line_number, error.line, error.reason) == (number, "", "the output ends too early")


def test_end_of_the_output() -> None:
    assert cursor(" \r\n\t\n").at_end
    assert not cursor("\n" * 1000 + "x").at_end
    place = cursor("\n \r\n  x")
    place.skip_blank()
    assert place.text[place.position :] == "  x"
    place.skip_blank()
    assert place.text[place.position :] == "  x"


@pytest.mark.parametrize("value", ["192.0.2.256", "192.0.2", "192.0.2.01", "\u066192.0.2.1"])
def test_what_is_no_address_is_said(value: str) -> None:
    place = cursor(f"\nvalue {value}\n")
    place.skip_blank()
    match = place.need(VALUE)
    with pytest.raises(ParseError, match="not an IPv4 address") as caught:
        place.address(match, "value")
    assert (caught.value.line_number, caught.value.line) == (2, f"value {value}")


def test_address() -> None:
    place = cursor("value 192.0.2.1")
    assert place.address(place.need(VALUE), "value") == IPv4Address("192.0.2.1")


@pytest.mark.parametrize(("digits", "highest"), [("256", 255), ("9" * 5000, 0xFFFFFFFF)])
def test_number_that_is_too_high_is_said(digits: str, highest: int) -> None:
    place = cursor(f"number {digits}\n")
    match = place.need(NUMBER)
    with pytest.raises(ParseError, match=f"not a whole number from 0 to {highest}"):
        place.integer(match, "number", highest)


def test_digits_are_those_of_ascii() -> None:
    assert cursor("number \u0663\n").take(NUMBER) is None


def test_number() -> None:
    place = cursor("number 00255")
    assert place.integer(place.need(NUMBER), "number", 255) == 255


@pytest.mark.parametrize(
    ("value", "length", "expected"),
    [
        ("192.0.2.1", "24", "192.0.2.0/24"),
        ("192.0.2.1", "255.255.255.0", "192.0.2.0/24"),
        ("192.0.2.1", "128.0.0.0", "128.0.0.0/1"),
    ],
)
def test_network(value: str, length: str, expected: str) -> None:
    place = cursor(f"value {value} {length}")
    assert place.network(place.need(VALUE), "value", "mask") == IPv4Network(expected)


@pytest.mark.parametrize("length", ["33", "024", "255.0.255.0", "0.0.0.255", "x"])
def test_what_is_no_prefix_is_said(length: str) -> None:
    place = cursor(f"value 192.0.2.0 {length}")
    match = place.need(VALUE)
    with pytest.raises(ParseError, match="not an IPv4 prefix"):
        place.network(match, "value", "mask")


def test_address_pattern() -> None:
    assert Block(ADDRESS).pattern.fullmatch("192.0.2.1")
    assert not Block(ADDRESS).pattern.fullmatch("192.0.2.1234")
