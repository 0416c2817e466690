"""The names that users can rely on."""

import nornir_anycast


def test_exported_names() -> None:
    names = """
        EXIT_CODES AnycastError Cell CommandFailed ConnectionFailed Evidence Finding HostChange HostError Intent
        InventoryError LabError ParseError Report Site UsageError add_drift deploy load_site open_site plan print_report
        exit_code progress render_changes render_json run verify write_file
    """
    assert sorted(nornir_anycast.__all__) == sorted(names.split())
    assert all(hasattr(nornir_anycast, name) for name in nornir_anycast.__all__)
