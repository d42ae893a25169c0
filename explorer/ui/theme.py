"""The look of Gradio's components, with the colours of the page's own stylesheets."""

import gradio as gr

# Gradio's copy of the semibold face holds no Latin letters; regular and bold do.
_WEIGHTS = (400, 700)


def theme() -> gr.themes.Base:
    """Neutral, one accent, little room around a control, so that more of them are in view."""
    made = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        spacing_size="sm",
        radius_size="sm",
        font=[gr.themes.LocalFont("IBM Plex Sans", _WEIGHTS), "system-ui", "sans-serif"],
        font_mono=[gr.themes.LocalFont("IBM Plex Mono", _WEIGHTS), "monospace"],
    )
    return made.set(
        body_background_fill="#f6f7f9",
        body_background_fill_dark="#12161b",
        body_text_color="#1b1f24",
        body_text_color_dark="#e6e9ee",
        body_text_color_subdued="#5c6570",
        body_text_color_subdued_dark="#9aa4b1",
        background_fill_secondary="#ffffff",
        background_fill_secondary_dark="#1a2027",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
        block_label_text_color="#1b1f24",
        block_info_text_color="#5c6570",
        block_info_text_color_dark="#9aa4b1",
        block_padding="6px 0",
        block_info_text_size="14px",
        block_title_text_weight="600",
        block_title_text_color="#1b1f24",
        block_title_text_color_dark="#e6e9ee",
        slider_color="#0f766e",
        slider_color_dark="#2dd4bf",
        color_accent="var(--accent)",
        checkbox_background_color_selected="#0f766e",
        checkbox_background_color_selected_dark="#0f766e",
        checkbox_border_color_selected="#0f766e",
        checkbox_border_color_selected_dark="#2dd4bf",
        error_text_color="#b3261e",
        error_text_color_dark="#ff8a80",
        error_icon_color="#b3261e",
        error_icon_color_dark="#ff8a80",
        error_border_color="#b3261e",
        error_border_color_dark="#ff8a80",
        button_primary_background_fill="#0f766e",
        button_primary_background_fill_dark="#2dd4bf",
        button_primary_background_fill_hover="#115e59",
        button_primary_background_fill_hover_dark="#5eead4",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#06201d",
        layout_gap="10px",
        form_gap_width="0px",
    )
