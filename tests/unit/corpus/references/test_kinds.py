import pytest

from corpus.references.kinds import KINDS, is_no_kind, is_office, kind_of_part, normal_part


@pytest.mark.parametrize(
    ("part", "normal"),
    [
        ("qd", "QĐ"),
        ("QÐ", "QĐ"),  # Icelandic
        ("qđ", "QĐ"),
        ("TTG", "TTg"),
        ("ttr", "TTr"),
        ("CTR", "CTr"),
        ("TƯ", "TW"),
        ("hdnd", "HĐND"),
        ("Qh15", "QH15"),  # digits stay
        ("HD", "HD"),  # hướng dẫn
        ("HĐ", "HĐ"),  # hợp đồng
        ("du", "ĐU"),  # đảng uỷ, typed small
        ("DU", "DU"),
        ("kgvx", "KGVX"),
        ("GDTrH", "GDTrH"),  # not known: as it is written
        ("xyz", "XYZ"),
        ("ubndĐ", "UBNDĐ"),  # begun small, so typed small
    ],
)
def test_a_part_of_a_symbol_has_a_normal_form(part, normal):
    assert normal_part(part) == normal


@pytest.mark.parametrize("part", KINDS)
def test_an_abbreviation_of_a_type_is_its_own_normal_form(part):
    assert normal_part(part) == part


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("QĐ", "Quyết định"),
        ("qd", "Quyết định"),
        ("QH15", "Luật"),
        ("UBTVQH14", "Nghị quyết"),
        ("UBND", None),
        ("HĐ", None),
    ],
)
def test_a_part_of_a_symbol_names_a_type(part, kind):
    assert kind_of_part(part) == kind


@pytest.mark.parametrize(
    ("parts", "is_none"),
    [
        (("HĐ", "UBND"), True),  # hợp đồng
        (("gpxd",), True),  # giấy phép xây dựng
        (("BB", "VPHC"), True),  # biên bản
        (("HS", "ST"), True),  # bản án hình sự sơ thẩm
        (("XYZ", "PT"), True),
        (("QĐ", "ST"), False),  # a court's decision
        (("QĐ", "UBND"), False),
        (("HD", "UBND"), False),  # hướng dẫn
    ],
)
def test_symbols_of_contracts_licences_and_judgments_are_no_directives(parts, is_none):
    assert is_no_kind(parts) is is_none


@pytest.mark.parametrize(
    ("part", "office"), [("UBND", True), ("syt", True), ("BGDĐT", True), ("QĐ", False), ("A4", False)]
)
def test_offices_that_write_letters_are_known(part, office):
    assert is_office(part) is office
