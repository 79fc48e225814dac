from hypothesis import given
from hypothesis import strategies as st

from corpus.models import CELLS
from corpus.parse.layout import Line, Page, line_of, running_text

LETTER, HEIGHT, STEP, LEFT = 10.0, 20.0, 24.0, 100.0  # a made-up typeface: all letters equally wide
FULL = "văn bản được ghi đủ số, ký hiệu và ngày"


def line(text: str, row: float, *, left: float = LEFT) -> Line:
    """A line of text on that row of a page."""
    top = 200 + row * STEP
    return Line(text, left, top, left + len(text) * LETTER, top + HEIGHT)


def page(*lines: Line) -> Page:
    return Page(lines, 2000)


def test_lines_broken_by_force_are_one_paragraph_and_a_short_line_ends_it():
    assert running_text([page(line(FULL, 0), line("ban hành.", 1), line("Hết.", 2))]) == f"{FULL} ban hành.\nHết."


def test_a_short_line_ends_a_paragraph_without_a_full_stop():
    assert (
        running_text([page(line(FULL, 0), line("Nơi nhận", 2), line("Văn phòng", 3))]) == f"{FULL}\nNơi nhận\nVăn phòng"
    )


def test_an_indented_capital_begins_a_paragraph_and_a_hanging_indent_does_not():
    assert running_text([page(line(FULL, 0), line("Điểm mới", 1, left=LEFT + 30))]) == f"{FULL}\nĐiểm mới"
    assert running_text([page(line(FULL, 0), line("ban hành", 1, left=LEFT + 30))]) == f"{FULL} ban hành"


def test_a_wider_step_begins_a_paragraph():
    lines = [line(FULL, 0), line(FULL, 1), line(FULL, 2), line(FULL, 3.4)]
    assert running_text([page(*lines)]) == f"{FULL} {FULL} {FULL}\n{FULL}"


def test_items_of_a_list_stay_apart():
    for item in ("- Như trên;", "2. Số", "a) xã", "Điều 3. Hiệu lực", "1.2. Mục", "II. Phần"):
        assert running_text([page(line(FULL, 0), line(item, 1))]) == f"{FULL}\n{item}"


def test_a_heading_in_capitals_takes_no_text_in():
    head = FULL.upper()
    assert running_text([page(line(head, 0), line("Căn cứ", 1))]) == f"{head}\nCăn cứ"
    assert running_text([page(line(head, 0), line("VIỆT NAM", 1))]) == f"{head} VIỆT NAM"


def test_a_hyphen_at_the_end_of_a_line_is_part_of_the_word():
    begun = FULL[:-3] + "QĐ-"
    assert running_text([page(line(begun, 0), line("UBND xã", 1))]) == f"{begun}UBND xã"
    assert running_text([page(line(FULL[:-2] + " -", 0), line("tự do", 1))]) == f"{FULL[:-2]} - tự do"


def test_columns_side_by_side_are_not_mixed_up():
    left = [line("ỦY BAN NHÂN DÂN", row) for row in (0, 1)]
    right = [line("ĐỘC LẬP TỰ DO", row, left=LEFT + 300) for row in (0, 1)]
    text = running_text([page(*left, *right, line(FULL * 2, 4))])
    assert text.split("\n") == ["ỦY BAN NHÂN DÂN"] * 2 + ["ĐỘC LẬP TỰ DO"] * 2 + [FULL * 2]


def test_a_narrow_column_is_filled_up_to_the_one_beside_it():
    left = [line("văn bản ghi đủ", 0), line("số và ngày", 1)]
    right = [line("x" * 25, row, left=LEFT + 150) for row in (0, 1)]
    assert running_text([page(*left, *right)]).startswith("văn bản ghi đủ số và ngày\n")


def test_a_paragraph_goes_over_the_page():
    assert running_text([page(line(FULL, 0)), page(line("ban hành.", 0))]) == f"{FULL} ban hành."
    assert running_text([page(line(FULL + ".", 0)), page(line("ban hành.", 0))]) == f"{FULL}.\nban hành."


def test_running_lines_and_page_numbers_go_and_the_same_words_in_the_body_stay():
    def numbered(number: int) -> Page:
        head, foot = Line("Cổng xã", 0, 10, 90, 30), Line(f"Trang {number}/3", 0, 1970, 90, 1990)
        return page(head, line("Cổng xã", 0), line(f"mục {number} của bài", 1), foot)

    text = running_text([numbered(number) for number in (1, 2, 3)])
    assert text.split("\n") == [part for n in (1, 2, 3) for part in ("Cổng xã", f"mục {n} của bài")]


def test_the_head_of_a_table_repeated_on_each_page_stays():
    head = Line(f"STT{CELLS}Tên", 0, 10, 90, 30)
    assert running_text([page(head), page(head)]).count("STT") == 2


def test_words_far_apart_are_cells():
    words = [Line("STT", 0, 0, 30, 20), Line("Tên", 90, 0, 120, 20), Line("xã", 125, 2, 145, 22)]
    assert line_of(words) == Line(f"STT{CELLS}Tên xã", 0, 0, 145, 22)


WORDS = st.text("abcđê-. 12ẬN", min_size=1, max_size=12).map(str.strip).filter(bool)
PLACES = st.floats(0, 2000)


@given(st.lists(st.lists(st.builds(Line, WORDS, PLACES, PLACES, PLACES, PLACES), max_size=8), max_size=4))
def test_no_word_of_the_body_is_lost_or_moved(lines):
    """Whatever the boxes: all but lines at the edge come out, letter for letter, in order."""
    pages = [Page(tuple(of_page), 10_000) for of_page in lines]
    kept = [x for of_page in lines for x in of_page if x.bottom >= 1000]
    pages = [Page(tuple(x for x in p.lines if x in kept), 10_000) for p in pages]
    assert "".join(running_text(pages).split()) == "".join("".join(x.text.split()) for p in pages for x in p.lines)
