#!/usr/bin/env bash
# Draws the pictures of the server's page that docs/server.md shows, with the model in the box:
#   recipes/screenshots.sh [FOLDER]         docs/pictures unless another is given
# Needs Chromium (or AMUSED_CHROMIUM) and pngquant, which makes them small enough to be kept.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(realpath -m "${1:-$root/docs/pictures}")
command -v pngquant > /dev/null || { echo "screenshots: pngquant is missing" >&2; exit 1; }
mkdir -p "$folder"
AMUSED_SCREENSHOTS=$folder "$root/test" ScreenshotTests
for picture in page-steps page-sweep page-paint; do
  pngquant --nofs --force --output "$folder/$picture.png" 64 "$folder/$picture.png"
done
