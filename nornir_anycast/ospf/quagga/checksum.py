"""The LS checksum (RFC 2328 section 12.1.7): proof that an LSA was read as it was sent."""

from __future__ import annotations


def is_sound(lsa: bytes) -> bool:
    """Return whether an LSA has the checksum it carries.

    A byte 0 instead of 255 is not seen, nor 255 instead of 0: the sums are modulo 255.

    Arguments:
        lsa: as on the wire, from its options on: all but the age, which changes on the way.

    >>> is_sound(bytes.fromhex("0205cb007135c633640b800000043d230024ffffffff000000140000000000000000"))
    True

    """
    # Fletcher's two sums (RFC 905 annex B) are of the bytes b, and of the bytes weighted with their distance from the
    # end. 256 is 1 + 255, so the LSA as one number, modulo 255 squared, is sum(b) + 255 * sum(b * distance).
    # Both sums must be 0 modulo 255.
    total = sum(lsa)
    return total % 255 == 0 and int.from_bytes(lsa, "big") % 65025 == total % 65025
