import pytest

from bot.answering.abbreviations import write_out


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("làm CCCD ở đâu", "làm căn cước công dân ở đâu"),
        ("nop tthc qua mang", "nop thủ tục hành chính qua mang"),
        ("Sở TT&TT họp với HĐND", "Sở thông tin và truyền thông họp với hội đồng nhân dân"),
        ("hdnd thanh pho", "hội đồng nhân dân thanh pho"),
        ("TP. Hải Phòng", "thành phố Hải Phòng"),
        ("NQ 57 nói gì", "nghị quyết 57 nói gì"),
        ("nd so 61/2018", "nghị định so 61/2018"),
        # Letters of a directive's number belong to the number.
        ("3482/QĐ-UBND và 45-NQ/TW", "3482/QĐ-UBND và 45-NQ/TW"),
        # A short word without a number after it may be anything.
        ("ct nay la gi", "ct nay la gi"),
        ("tpbank", "tpbank"),
    ],
)
def test_abbreviations_are_written_out(typed, written):
    assert write_out(typed) == written
