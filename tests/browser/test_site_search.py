"""What a search shows of a page."""


def test_formulas_in_what_is_found_can_be_read(read):
    page = read("search.html?q=momentum").page
    page.get_by_text("Search finished").wait_for()
    found = page.locator("#search-results")
    page.wait_for_function(
        "(root) => root.querySelectorAll('p.context').length >= 3", arg=found.element_handle()
    )
    text = found.inner_text()
    assert "velocity" in text
    assert "←" in text
    assert "\\" not in text
