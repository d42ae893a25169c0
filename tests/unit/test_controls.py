"""The page has a control for each field that is to have one."""

from explorer.model.declare import Role
from explorer.schema import CONTROLS


def test_what_has_a_slider_or_a_section_has_a_control(app):
    """But places on the page itself: they are pointed at."""
    made = {block.elem_id for block in app.blocks.values()}
    wanted = {
        name
        for name, field in CONTROLS.items()
        if (field.slider or field.section) and Role.UNSEEN not in field.roles
    }
    assert len(wanted) > 20
    assert {name for name in wanted if f"field-{name}" not in made} == set()
