"""What a search shows of a page."""

from site_reader import Reader, serving


def test_formulas_in_what_is_found_can_be_read(browser, visits, site):
    with serving(site) as address:
        reader = Reader(browser, address, "search.html?q=momentum")
        visits.append(reader)
        page = reader.page
        page.get_by_text("Search finished").wait_for()
        found = page.locator("#search-results")
        page.wait_for_function(
            "(root) => root.querySelectorAll('p.context').length >= 3", arg=found.element_handle()
        )
        text = found.inner_text()
        assert "velocity" in text
        assert "←" in text
        assert "\\" not in text
