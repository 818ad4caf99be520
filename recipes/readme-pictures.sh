#!/usr/bin/env bash
# Makes the pictures of the README and of docs/ with the model in the box:
#   recipes/readme-pictures.sh [FOLDER]       docs/pictures unless another is given
# Needs npm, ImageMagick and pngquant. Two trainings are among them: some 10 minutes on two cores with bfloat16.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
amused=$root/amused
folder=$(realpath -m "${1:-$root/docs/pictures}")
work=$root/artifacts/readme-pictures
for tool in montage convert pngquant; do
  command -v $tool > /dev/null || { echo "readme-pictures: $tool is missing" >&2; exit 1; }
done
mkdir -p "$folder" "$work"
"$root/recipes/fetch-drawings.sh" "$work/drawings"
precision=bf16
grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo 2> /dev/null || precision=fp32

# beside NAME PICTURE…: pictures in a row, twice as large.
beside() {
  montage "${@:2}" -tile x1 -filter point -geometry 256x256+3+3 "$work/$1.png"
  pngquant --nofs --force --output "$folder/$1.png" 128 "$work/$1.png"
}

"$amused" generate "a fox and a red balloon in the snow at night" --seed 1 --output "$work/first.png"
beside first "$work/first.png"

# Another picture from a picture.
"$amused" generate "a big red house in the middle on a meadow by day" --seed 4 --output "$work/house.png"
"$amused" img2img "a big blue house in the middle on a meadow by day" --image "$work/house.png" --strength 0.8 --seed 1 --output "$work/blue-house.png"
beside img2img "$work/house.png" "$work/blue-house.png"

# The house becomes a tree, and the rest stays.
"$amused" generate "a red house on the left and a cat on the right on a meadow by day" --seed 2 --output "$work/cat.png"
convert -size 128x128 xc:black -fill white -draw "rectangle 0,16 71,111" "$work/mask.png"
"$amused" inpaint "a tree on the left and a cat on the right on a meadow by day" --image "$work/cat.png" --mask "$work/mask.png" --seed 2 --output "$work/tree.png"
beside inpaint "$work/cat.png" "$work/mask.png" "$work/tree.png"

# A style from one picture, which another set of drawings drew.
"$amused" make-dataset "$work/style" --count 1 --seed 12 --format folder --drawings "$work/drawings/noto.tgz"
style=$(ls "$work"/style/*.png)
"$amused" train --model picture-book --style-image "$style" --prompt "a picture in noto style" --precision $precision --output "$work/noto" --resume latest
for i in 1 2; do
  "$amused" generate "a big cat in the middle on a meadow by day in noto style" --seed $i --output "$work/plain-$i.png"
  "$amused" generate "a big cat in the middle on a meadow by day in noto style" --seed $i --lora "$work/noto" --output "$work/styled-$i.png"
done
beside styledrop "$style" "$work"/plain-1.png "$work"/styled-1.png

# Three things that it doesn't know, from 300 pictures.
"$amused" make-dataset "$work/newcomers" --count 300 --seed 1 --newcomers robot,crown,ghost --drawings "$work/drawings/fluent-emoji-flat.tgz"
"$amused" train --model picture-book --data "$work/newcomers" --train-text-encoder --optimizer muon --learning-rate 5e-4 --lr-scheduler linear --max-steps 300 --batch-size 16 \
  --precision $precision --output "$work/knows-more" --resume latest
pictures=()
for thing in robot crown ghost; do
  "$amused" generate "a big $thing in the middle on a meadow by day" --seed 1 --model "$work/knows-more" --output "$work/$thing.png"
  pictures+=("$work/$thing.png")
done
beside newcomers "${pictures[@]}"
