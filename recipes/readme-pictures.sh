#!/usr/bin/env bash
# Makes the pictures of the README and of docs/speed.md with the model in the box:
#   recipes/readme-pictures.sh [FOLDER]       docs/pictures unless another is given
# Also draws the scenes of docs/training.md, where DRAWINGS names their drawings (recipes/fetch-drawings.sh). Needs ImageMagick and pngquant.
# AMUSED is the program, PICTURE_BOOK what draws, WORK a folder for what comes between.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
amused=${AMUSED:-$root/amused}
picture_book=${PICTURE_BOOK:-$root/tools/picture-book}
folder=$(realpath -m "${1:-$root/docs/pictures}")
work=${WORK:-$root/artifacts/readme-pictures}
for tool in montage convert pngquant; do
  command -v $tool > /dev/null || { echo "readme-pictures: $tool is missing" >&2; exit 1; }
done
mkdir -p "$folder" "$work"

# beside NAME PICTURE…: pictures in a row, twice as large.
beside() {
  montage "${@:2}" -tile x1 -filter point -geometry 256x256+3+3 "$work/$1.png"
  pngquant --nofs --force --output "$folder/$1.png" 128 "$work/$1.png"
}

"$amused" generate "a fox and a red balloon in the snow at night" --seed 12 --output "$work/first.png"
beside first "$work/first.png"

# Another picture from a picture.
"$amused" generate "a big red house in the middle on a meadow by day" --seed 13 --output "$work/house.png"
"$amused" img2img "a big blue house in the middle on a meadow by day" --image "$work/house.png" --strength 0.9 --seed 1 --output "$work/blue-house.png"
beside img2img "$work/house.png" "$work/blue-house.png"

# The house becomes a tree, and the rest stays.
"$amused" generate "a red house on the left and a cat on the right on a meadow by day" --seed 14 --output "$work/cat.png"
convert -size 128x128 xc:black -fill white -draw "rectangle 0,16 71,119" "$work/mask.png"
"$amused" inpaint "a tree on the left and a cat on the right on a meadow by day" --image "$work/cat.png" --mask "$work/mask.png" --seed 3 --output "$work/tree.png"
beside inpaint "$work/cat.png" "$work/mask.png" "$work/tree.png"

# The same seeds in three precisions, a row for each.
pictures=()
for precision in fp32 bf16 int8; do
  "$amused" generate --prompt "a tree on the left and a pink house on the right on a meadow by day" --prompt "a penguin in the snow at night" \
    --prompt "a blue car in the desert at sunset" --prompt "a green boat on the sea at sunset" --seed 1 --precision $precision --output "$work/$precision.png"
  pictures+=("$work/$precision"-?.png)
done
montage "${pictures[@]}" -tile 4x -filter point -geometry 192x192+3+3 "$work/precisions.png"
pngquant --nofs --force --output "$folder/precisions.png" 128 "$work/precisions.png"

# Two rows of what make-dataset draws.
if [[ -n ${DRAWINGS:-} ]]; then
  "$picture_book" make-dataset --drawings "$DRAWINGS" --seed 3 --preview "$work/scenes.png"
  convert "$work/scenes.png" -crop x404+0+0 +repage "$work/scenes-top.png"
  pngquant --nofs --force --output "$folder/scenes.png" 256 "$work/scenes-top.png"
fi
