"""Takes the golden pictures anew, those that have changed: `python -m tests.visual`."""

from PIL import Image

from tests.support import chromium
from tests.support.app_server import AppServer
from tests.visual.comparison import MOST, changed_share
from tests.visual.states import GOLDEN, SCREENS, take_pictures


def main():
    """Writes palette PNGs, and says which."""
    GOLDEN.mkdir(exist_ok=True)
    names = set()
    with AppServer() as server, chromium.launched() as browser:
        for screen in SCREENS:
            for name, picture in take_pictures(browser, server.url, screen):
                names.add(name)
                path = GOLDEN / f"{name}.png"
                if path.exists() and changed_share(Image.open(path), picture) <= MOST:
                    continue
                small = picture.quantize(256, kmeans=1, dither=Image.Dither.NONE)
                small.save(path, optimize=True)
                print(path.name, path.stat().st_size)
    for path in GOLDEN.glob("*.png"):
        if path.stem not in names:
            path.unlink()


if __name__ == "__main__":
    main()
