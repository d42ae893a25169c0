"""Starts the explorer."""

from explorer.ui.app import launch

if __name__ == "__main__":
    launch()
